from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from inference.calibrate import PRECISION, SAFE_PRECISION, fit_dialect, fit_level, fit_signals
from inference.fusion import SAFETY
from inference.types import SignalName
from models.encoder import Encoded
from models.outputs import DIALECTS, SIGNAL_NAMES
from models.sets.rows import Row

EACH, PLAIN = 20, 60


def rows_and_heads(quality: float = 1.5, seed: int = 0) -> tuple[list[Row], np.ndarray]:
    """Rows with one signal each or none, and a head whose logits are two normals that lie ``2 * quality`` apart."""
    random = np.random.default_rng(seed)
    names: list[str | None] = [name for name in SIGNAL_NAMES for _ in range(EACH)] + [None] * PLAIN
    rows = [
        Row(f"zz {place}", "support_signals", "dev", "en", signals=frozenset(filter(None, [name])))
        for place, name in enumerate(names)
    ]
    truth = np.array([[name == column for column in SIGNAL_NAMES] for name in names])
    logits = np.where(truth, quality, -quality) + random.normal(size=truth.shape)
    return rows, (1 / (1 + np.exp(-logits))).astype(np.float32)


def test_ordinary_signals_share_a_cut_that_keeps_precision_and_safety_keeps_recall() -> None:
    rows, head = rows_and_heads()
    fitted, figures = fit_signals(rows, head)
    assert set(fitted) == set(SignalName)
    assert figures["rows"] == len(rows)
    shared = {fitted[name].cut for name in SignalName if name not in SAFETY}
    assert len(shared) == 1
    ordinary = [figures[name.value] for name in SignalName if name not in SAFETY]
    found = [each["recall"] / each["precision"] for each in ordinary]
    pooled = sum(each["recall"] for each in ordinary) / sum(found)
    assert pooled >= PRECISION - 0.01
    for name in SAFETY:
        assert fitted[name].cut <= min(shared)
        assert figures[name.value]["precision"] >= SAFE_PRECISION
    assert all(model.head > 0 for model in fitted.values())


def test_a_better_head_needs_no_higher_cut_for_the_same_precision() -> None:
    plain = next(name for name in SignalName if name not in SAFETY)
    weak, strong = (fit_signals(*rows_and_heads(quality))[0][plain].cut for quality in (1.2, 2.5))
    assert strong < weak


def test_a_rule_that_is_right_earns_weight() -> None:
    rows, head = rows_and_heads(quality=0.8)
    told = [
        Row("I'm closing my account today", row.source, row.split, row.language, signals=row.signals)
        if row.signals == frozenset({"churn_risk"})
        else row
        for row in rows
    ]
    without, within = fit_signals(rows, head)[0], fit_signals(told, head)[0]
    assert within[SignalName.CHURN_RISK].rule > 1
    assert without[SignalName.CHURN_RISK].rule == pytest.approx(0, abs=1e-6)


def spoken(texts: dict[str, str], times: int, head: float) -> tuple[list[Row], Encoded]:
    rows = [Row(text, "support_messages", "dev", "ar", variety=name) for name, text in texts.items()] * times
    chances = np.full((len(rows), len(DIALECTS)), (1 - head) / (len(DIALECTS) - 1), np.float32)
    for place, row in enumerate(rows):
        chances[place, DIALECTS.index(str(row.variety))] = head
    return rows, cast("Encoded", SimpleNamespace(dialect=chances))


MARKED = {
    "gulf": "للحين ما رجعتوا فلوسي وش السالفة",
    "egyptian": "عايز اعرف ليه الفلوس اتسحبت مرتين",
    "levantine": "هلق شو بدي ساوي بالمصاري",
    "sudanese": "يا زول القروش ما رجعت",
}


def test_markers_that_are_right_earn_weight_and_everything_is_answered() -> None:
    fusion, figures = fit_dialect(*spoken(MARKED, 5, head=1 / len(DIALECTS)))
    assert fusion.weight > 0.5
    assert figures["accuracy_if_always_answered"] == 1
    assert figures["coverage"] == 1


def test_markers_that_mislead_earn_none_and_rows_without_a_variety_are_left_out() -> None:
    names = list(MARKED)
    crossed = dict(zip(names, [MARKED[name] for name in (*names[1:], names[0])], strict=True))
    rows, made = spoken(crossed, 5, head=0.5)
    unknown = Row("بطاقتي", "elsewhere", "dev", "ar")
    fusion, figures = fit_dialect([*rows, unknown], made)
    assert fusion.weight == 0
    assert figures["n"] == len(rows)
    assert figures["accuracy_where_answered"] == 1


ANGRY_WORDS = ("you liars ruined it", "what am I paying you for", "انتم كذابين", "shame on you all")
PLAIN_WORDS = ("the card is late", "how do I reset the code", "بطاقتي لم تصل", "I was charged a fee")


def test_words_help_where_the_head_is_deaf() -> None:
    random = np.random.default_rng(0)
    rows, head = [], []
    for place in range(400):
        level = place % 4
        words = (ANGRY_WORDS if level >= 2 else PLAIN_WORDS)[place // 4 % 4]
        rows.append(Row(words, "support_messages", "dev", "en", level=level, problem=f"p{place // 8}"))
        head.append(random.dirichlet(1.5 * np.eye(4)[level] + 1))
    made = np.array(head, np.float32)
    called = made.argmax(axis=1)
    fitted, figures = fit_level(rows, made, called)
    assert fitted.angry.anger > 0
    assert fitted.angry.head > 0
    assert figures["n"] == len(rows)
    before = np.array([row.level for row in rows])
    assert figures["angry"] + figures["furious"] > (called[before == 2] == 2).mean() + (called[before == 3] == 3).mean()
