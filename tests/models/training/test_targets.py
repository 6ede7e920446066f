import numpy as np
import pytest

from models.outputs import DIALECTS, SIGNAL_NAMES, TARGETS, TECHNICAL_LEVELS
from models.sets.emotion import EMOTIONS
from models.sets.rows import NEGATIVE, NEUTRAL, POSITIVE, Row
from models.training.targets import INTENSITY_OF, dialect_of, targets_of

FULL = Row(
    "x",
    "support_messages",
    "train",
    "ar",
    sentiment=POSITIVE,
    anger=1,
    level=2,
    target="third_party",
    signals=frozenset({"thanks", "urgency"}),
    technical="expert",
    emotions=frozenset({"joy"}),
    variety="gulf",
    group="p/gulf",
)
BARE = Row("y", "xed", "train", "en")


def test_each_label_lands_in_its_place() -> None:
    made = targets_of([FULL], ["support_messages"], {"support_messages": 2.0})
    assert made.sentiment.tolist() == [POSITIVE]
    assert made.anger.tolist() == [1]
    assert made.level.tolist() == [2]
    assert made.intensity.tolist() == pytest.approx([INTENSITY_OF[2]])
    assert TARGETS[made.target[0]] == "third_party"
    assert TECHNICAL_LEVELS[made.technical[0]] == "expert"
    assert DIALECTS[made.dialect[0]] == "gulf"
    assert {name for name, flag in zip(SIGNAL_NAMES, made.signals[0], strict=True) if flag} == set(FULL.signals or ())
    assert {name for name, flag in zip(EMOTIONS, made.emotions[0], strict=True) if flag} == set(FULL.emotions or ())
    assert made.weight.tolist() == [2]


def test_what_a_set_does_not_say_is_missing_and_not_absent() -> None:
    made = targets_of([BARE], ["xed"], {})
    for values in (made.anger, made.intensity, made.signals, made.emotions):
        assert np.isnan(values).all()
    for classes in (made.sentiment, made.level, made.target, made.technical, made.dialect, made.group):
        assert (classes == -1).all()
    assert made.signals.shape == (1, len(SIGNAL_NAMES))
    assert made.weight.tolist() == [1]


def test_no_signal_is_a_label_too() -> None:
    calm = Row("z", "support_signals", "train", "en", signals=frozenset())
    assert (targets_of([calm], [], {}).signals == 0).all()


@pytest.mark.parametrize(("level", "sentiment"), [(0, NEUTRAL), (1, NEGATIVE), (3, NEGATIVE), (None, -1)])
def test_a_level_implies_a_sentiment_where_there_is_none(level: int | None, sentiment: int) -> None:
    row = Row("x", "banking77_en", "train", "en", level=level)
    assert targets_of([row], [], {}).sentiment.tolist() == [sentiment]


def test_groups_and_sources_are_numbered_alike_for_alike() -> None:
    other = Row("w", "support_messages", "train", "ar", group="q/gulf")
    made = targets_of([FULL, BARE, FULL, other], ["xed", "support_messages"], {})
    assert made.source.tolist() == [1, 0, 1, 1]
    assert made.group[0] == made.group[2] != made.group[3]
    assert made.group[1] == -1


def test_a_set_without_neutral_rows_is_marked() -> None:
    rows = [Row("a", "arabic_company_reviews", "train", "ar"), BARE]
    assert targets_of(rows, [], {}).binary.tolist() == [True, False]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (Row("", "aoc_id", "train", "ar", variety="msa"), "msa"),
        (Row("", "arbanking77/msa_pal", "train", "ar", variety="pal"), "levantine"),
        (Row("", "arsarcasm_v2", "train", "ar", variety="magreb"), "maghrebi"),
        (Row("", "support_messages", "train", "arabizi", variety="arabizi", region="iraqi"), "iraqi"),
        (Row("", "support_messages", "train", "ar", variety="maghrebi", region="tunisian"), "maghrebi"),
        (Row("", "brighter/arq", "train", "ar"), "maghrebi"),
        (Row("", "support_messages", "train", "en", variety="english", region="gulf"), None),
        (Row("", "arsarcasm_v2", "train", "ar", variety="klingon"), None),
        (Row("", "arsarcasm_v2", "train", "ar"), None),
    ],
)
def test_the_varieties_that_sets_name(row: Row, name: str | None) -> None:
    index = dialect_of(row)
    assert (DIALECTS[index] if index >= 0 else None) == name
