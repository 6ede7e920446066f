from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from inference.complaint import EXPLICIT, complaint_ground, is_formal
from inference.compose import compose
from inference.policy import ComplaintRules
from inference.types import Message, Reason, Signal, SignalName, Status
from tests.inference.builders import ENGLISH, POLICY, analysis, found, resolution

_CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))
_RULES = ComplaintRules(country="sa")
_WITH = POLICY.model_copy(update={"complaints": _RULES})


@pytest.mark.parametrize("part", ["dev", "test"])
def test_formal_complaints_are_found_and_others_are_not(part: str) -> None:
    hits = [text for text in _CASES[part]["yes"] if is_formal(text)]
    false = [text for text in _CASES[part]["no"] if is_formal(text)]
    assert len(hits) >= 0.9 * len(_CASES[part]["yes"])
    assert len(false) <= 0.05 * len(_CASES[part]["no"])


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("I want to make a formal complaint about a fee.", EXPLICIT),
        ("سأرفع شكوى إلى البنك المركزي", SignalName.REGULATOR_THREAT.value),
        ("I will sue you, my lawyer is ready", SignalName.LEGAL_THREAT.value),
        ("متى يفتح الفرع؟", None),
    ],
)
def test_what_a_message_threatens_comes_before_what_it_calls_itself(text: str, ground: str | None) -> None:
    assert complaint_ground(text, analysis(text), _RULES) == ground


def test_a_regulator_that_is_named_counts_whatever_the_encoder_doubts() -> None:
    text = "سأشتكي عليكم عند ساما"
    doubtful = analysis(text, signals=(Signal(name=SignalName.REGULATOR_THREAT, confidence=0.07, evidence=()),))
    assert complaint_ground(text, doubtful, _RULES) == SignalName.REGULATOR_THREAT.value
    draft = compose(Message(text=text), doubtful, found(), _WITH)
    assert (draft.status, draft.reason, draft.text) == (Status.NO_SAFE_DRAFT, Reason.REGULATOR, "")


@pytest.mark.parametrize("text", _CASES["dev"]["yes"])
def test_the_draft_of_a_complaint_is_never_ready(text: str) -> None:
    result = found(resolution(ENGLISH))
    draft = compose(Message(text=text), analysis(text), result, _WITH)
    assert draft.status is Status.NO_SAFE_DRAFT
    assert draft.reason in {Reason.COMPLAINT, Reason.REGULATOR, Reason.LEGAL}
    assert any("complaint" in note or "شك" in note for note in draft.notes)


def test_without_the_section_nothing_changes() -> None:
    text = "I want to make a formal complaint: my card hasn't arrived"
    draft = compose(Message(text=text), analysis(text), found(resolution(ENGLISH)), POLICY)
    assert draft.reason is not Reason.COMPLAINT


@pytest.mark.parametrize(
    "values",
    [
        {"country": "Saudi"},
        {"country": "sa", "reference": "C-{number}"},
        {"country": "sa", "reference": "{number}{check}{name}"},
        {"country": "sa", "reference": "{number:08d}-{check}"},
        {"country": "sa", "reference": "{number"},
        {"country": "sa", "company": {"ar": " "}},
    ],
)
def test_a_section_that_does_not_fit_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ComplaintRules.model_validate(values)


def test_check_digits_find_every_wrong_digit_and_every_exchange() -> None:
    rules = ComplaintRules(country="sa", reference="{year}{number}{check}")
    right = rules.numbered(4821, 2026)
    assert int(right) % 97 == 1
    for place in range(len(right)):
        for digit in "0123456789":
            changed = right[:place] + digit + right[place + 1 :]
            assert changed == right or int(changed) % 97 != 1
    for place in range(len(right) - 1):
        changed = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
        assert changed == right or int(changed) % 97 != 1
