from models.outputs import (
    ANGER,
    ATTENTION_OF,
    COLUMNS,
    DIALECT,
    DIALECTS,
    INTENSITY,
    LEVEL,
    SENTIMENT,
    SIGNAL_NAMES,
    SIGNALS,
    TARGET,
    TARGETS,
    TECHNICAL,
    TECHNICAL_LEVELS,
)


def test_every_column_belongs_to_one_task() -> None:
    columns = list(range(COLUMNS))
    owned = [columns[part] for part in (SENTIMENT, TARGET, SIGNALS, DIALECT, TECHNICAL)]
    assert sorted([ANGER, INTENSITY, LEVEL, *(column for part in owned for column in part)]) == columns


def test_every_name_has_its_column() -> None:
    columns = list(range(COLUMNS))
    named = ((TARGET, TARGETS), (SIGNALS, SIGNAL_NAMES), (DIALECT, DIALECTS), (TECHNICAL, TECHNICAL_LEVELS))
    assert all(len(columns[part]) == len(set(names)) for part, names in named)


def test_a_task_shares_one_attention_and_a_signal_has_its_own() -> None:
    assert len(ATTENTION_OF) == COLUMNS
    assert set(ATTENTION_OF) == set(range(max(ATTENTION_OF) + 1))
    for part in (SENTIMENT, TARGET, DIALECT, TECHNICAL):
        (shared,) = set(ATTENTION_OF[part])
        assert ATTENTION_OF.count(shared) == len(ATTENTION_OF[part])
    assert all(ATTENTION_OF.count(own) == 1 for own in ATTENTION_OF[SIGNALS])
