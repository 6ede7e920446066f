from datetime import UTC, datetime

import pytest

from inference.compose import compose
from inference.types import (
    AngerLevel,
    Channel,
    CommitmentKind,
    CommitmentState,
    Draft,
    Grievance,
    Message,
    PastCommitment,
    SentimentLabel,
    StepName,
)
from tests.inference.builders import ARABIC, ENGLISH, POLICY, analysis, found, resolution

TEXTS = {"en": "My card hasn't arrived", "ar": "بطاقتي لم تصل"}
BASES = {"en": ENGLISH, "ar": ARABIC}
SAID = {"en": "what you were told before hasn't happened", "ar": "ما قيل لكم من قبل لم يتحقق"}


def _past(*, owed: bool = True, speak: bool = True) -> PastCommitment:
    return PastCommitment(
        id="1",
        text="We will call you back.",
        kind=CommitmentKind.CALLBACK,
        owner="Huda",
        due=datetime(2026, 11, 4, 15, 0, tzinfo=UTC),
        state=CommitmentState.OPEN,
        owed=owed,
        speak=speak,
    )


def _draft(language: str, *past: PastCommitment, level: AngerLevel = AngerLevel.CALM, **more: object) -> Draft:
    message = Message.model_validate({"text": TEXTS[language], "commitments": past} | more)
    return compose(message, analysis(message.text, level), found(resolution(BASES[language])), POLICY)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_broken_promise_is_named_once_though_the_customer_does_not_mention_it(language: str) -> None:
    plain, owed = _draft(language), _draft(language, _past())
    assert plain.plan is not None
    assert owed.plan is not None
    assert (plain.plan.named, owed.plan.named) == ((), (Grievance.PROMISE,))
    assert (plain.plan.manner, owed.plan.manner) == ("calm", "worried")
    assert SAID[language] not in plain.text
    assert owed.text.count(SAID[language]) == 1
    assert [note for note in owed.notes if "We will call you back" in note and "2026-11-04 (Huda)" in note]
    assert owed.findings == plain.findings == ()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_angry_hear_regret_of_it_instead(language: str) -> None:
    draft = _draft(language, _past(), level=AngerLevel.ANGRY)
    assert draft.plan is not None
    assert (draft.plan.owned, draft.plan.named) == (Grievance.PROMISE, ())
    assert SAID[language] not in draft.text
    assert StepName.APOLOGISE in draft.plan.steps


def test_what_was_named_before_is_a_note_alone() -> None:
    draft = _draft("en", _past(speak=False))
    assert draft.plan is not None
    assert (draft.plan.named, draft.plan.manner) == ((), "worried")
    assert [note for note in draft.notes if "We will call you back" in note]
    kept = _draft("en", _past(owed=False, speak=False))
    assert kept == _draft("en")


def test_in_public_nobody_reads_what_this_customer_was_told() -> None:
    message = Message(text=TEXTS["en"], commitments=(_past(),), channel=Channel.SOCIAL_PUBLIC)
    draft = compose(message, analysis(message.text, AngerLevel.ANGRY), found(resolution(ENGLISH)), POLICY)
    assert draft.plan is not None
    assert (draft.plan.owned, draft.plan.named) == (None, ())


def test_nothing_is_owed_where_the_ledger_has_nothing() -> None:
    draft = _draft("en", conversation="c")
    assert draft == _draft("en")


@pytest.mark.parametrize(("said", "told"), [("", False), ("I am so tired of this, ", True)])
def test_who_reports_a_matter_in_even_words_is_not_told_how_they_feel(said: str, told: bool) -> None:
    text = f"{said}my card has not come yet, it was due on Sunday, and the tracking shows nothing"
    sad = analysis(text, sentiment=SentimentLabel.NEGATIVE)
    plan = compose(Message(text=text), sad, found(resolution(ENGLISH)), POLICY).plan
    assert plan is not None
    assert plan.manner == "worried"
    assert (StepName.EMPATHISE in plan.steps) is told
