"""How the checks' work grows with a reply's length."""

import sys
from types import FrameType

import pytest

from inference.checks import CheckInput, run_checks
from inference.checks.promises import commitments
from inference.types import Message, Source, SourceKind
from tests.inference.builders import ARABIC, ENGLISH, POLICY

REPEATED = (
    "ok. ", "send us your pin ", "your pin send it ",
    "1 SAR ", "1 ", "1", "1/1/2026 ", "9:00 ", "9 am ", "within 3 ", "3 to ", "three ", "thousand ", "%41", "+966 5",
    "a@b.c ", "A ", "I ", "I will ", "we will refund ", "your refund of 10 SAR has been approved. ", "Open Settings ",
    "on Sunday ", ". ", ", ", "«", "(", "\n", "sorry ", "if you ",
    "ألف ", "خمسة و ", "سنعيد المبلغ ", "الأحد ", "الساعة ٥ ", "نعتذر ", "خلال ٣ أيام ", "لا ", "إذا ",
)  # fmt: skip
SHORT, LONG = 2_500, 10_000
MOST = 5.0
"""Fourfold would be linear."""


def _given(unit: str, length: int) -> CheckInput:
    language, base = ("en", ENGLISH) if unit.isascii() else ("ar", ARABIC)
    quote = "\n".join([base["answer"], base["short"], *base["steps"], base["if_unsolved"]])
    source = Source(id="s", kind=SourceKind.RESOLUTION, quote=quote)
    # Two lengths have no text in common, which would be read once for both.
    text = f"{length} {unit * (length // len(unit) + 1)}"[:length]
    return CheckInput(text, language, (source,), POLICY, Message(text="1, 2, 3: ?"))


def _calls(given: CheckInput) -> int:
    """Return how many functions run: no clock, and so the same on every machine."""
    calls = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run_checks(given)
        commitments(given)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("unit", REPEATED)
def test_the_work_does_not_grow_faster_than_a_reply(unit: str) -> None:
    _calls(_given(unit, 200))  # what is read once, and expressions that are compiled once
    short = _calls(_given(unit, SHORT))
    assert _calls(_given(unit, LONG)) < MOST * short


@pytest.mark.parametrize(
    ("unit", "code"), [("10 SAR ", "unsupported_amount"), ("within 9 days ", "unsupported_period")]
)
def test_a_fault_at_the_end_of_a_long_sentence_is_found(unit: str, code: str) -> None:
    given = _given("and so on ", 5_000)
    text = f"{given.text.rstrip()} {unit}"
    found = run_checks(CheckInput(text, "en", given.sources, POLICY, given.message))
    assert code in {finding.code for finding in found}
