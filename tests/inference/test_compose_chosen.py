"""Drafts from a resolution that the agent chose, and the questions that leave the choice to the customer."""

from typing import Any

import pytest

from inference.compose import compose
from inference.types import (
    AngerLevel,
    Channel,
    Draft,
    Freshness,
    Hit,
    Message,
    Reason,
    Resolution,
    SearchResult,
    Signal,
    SignalName,
    Status,
    StepName,
)
from tests.inference.builders import ARABIC, ENGLISH, POLICY, analysis, found, resolution
from tests.inference.composing import ARABIC_LATE, ENGLISH_LATE, says

FEE = resolution(
    ENGLISH,
    id="fee.en",
    problem="Why was I charged a fee abroad?",
    answer="Withdrawals abroad cost 20 riyals.",
    short="Withdrawals abroad cost 20 riyals.",
    restatement="that you're asking about a fee abroad",
    tags=("fee",),
)
VAGUE = found(ENGLISH_LATE, FEE, relevance=0.3)
NOTHING = found(ENGLISH_LATE, FEE, relevance=0.01)


def chosen(text: str, source: Resolution, result: SearchResult = VAGUE, **changes: Any) -> Draft:
    hit = found(source).hits[0]
    read = analysis(text, **changes)
    return compose(Message(text=text), read, result, POLICY, agent_language="en", chosen=hit)


@pytest.mark.parametrize("result", [VAGUE, NOTHING], ids=["vague", "out of scope"])
def test_the_agent_s_choice_is_answered_from(result: SearchResult) -> None:
    composed = chosen("they took something extra again", FEE, result)
    assert (composed.status, composed.chosen, composed.sources[0].id) == (Status.READY, "fee.en", "fee.en")
    assert "20 riyals" in composed.text


def test_nobody_chose_an_ordinary_draft() -> None:
    composed = compose(Message(text="card"), analysis("card"), found(ENGLISH_LATE), POLICY)
    assert (composed.status, composed.chosen) == (Status.READY, None)


@pytest.mark.parametrize("text", ["hello", "help please", "thanks!"])
def test_what_says_nothing_by_itself_can_be_answered(text: str) -> None:
    assert chosen(text, FEE).status is Status.READY


def test_a_choice_settles_whose_account_it_is() -> None:
    text = "My dad passed away last week, where is the card"
    asked = compose(Message(text=text), analysis(text), found(ENGLISH_LATE), POLICY)
    assert asked.status is Status.NEEDS_INFORMATION
    settled = chosen(text, ENGLISH_LATE)
    assert settled.status is Status.READY
    assert says(settled, "condolence")


def test_a_choice_settles_what_a_robbed_customer_is_asked() -> None:
    signals = (Signal(name=SignalName.FRAUD_OR_THEFT, confidence=0.99),)
    text = "they got into it and I don't know what for"
    read = analysis(text, signals=signals)
    assert compose(Message(text=text), read, found(FEE), POLICY).status is Status.NEEDS_INFORMATION
    assert chosen(text, FEE, signals=signals).status is Status.READY


def test_another_language_and_an_unverified_source_stay_refused() -> None:
    assert chosen("where is it", ARABIC_LATE).reason is Reason.NO_SOURCE_IN_LANGUAGE
    unverified = resolution(ENGLISH, verified_by=None, verified_at=None)
    composed = chosen("where is it", unverified)
    assert (composed.status, composed.reason) == (Status.NO_SAFE_DRAFT, Reason.UNRELIABLE_SOURCE)
    assert found(unverified).hits[0].freshness is Freshness.UNVERIFIED


def test_what_may_be_danger_is_answered_only_by_choice_and_stays_noted() -> None:
    signals = (Signal(name=SignalName.SELF_HARM, confidence=0.6),)
    text = "close everything, I have no use for it any more"
    handed = compose(Message(text=text), analysis(text, signals=signals), found(ENGLISH_LATE), POLICY)
    assert handed.reason is Reason.SELF_HARM
    composed = chosen(text, ENGLISH_LATE, signals=signals)
    assert composed.status is Status.READY
    assert composed.notes[0] == POLICY.notes["en"]["self_harm"]


def test_a_choice_that_comes_to_nothing_settles_no_danger() -> None:
    signals = (Signal(name=SignalName.SELF_HARM, confidence=0.9),)
    unverified = resolution(ENGLISH, verified_by=None, verified_at=None)
    composed = chosen("close everything, I have no use for it", unverified, signals=signals)
    assert composed.reason is Reason.SELF_HARM
    assert composed.notes[0] == POLICY.escalations[SignalName.SELF_HARM].note["en"]


def test_a_faint_sign_of_danger_is_noted_once() -> None:
    signals = (Signal(name=SignalName.SELF_HARM, confidence=0.3),)
    composed = chosen("close everything, I have no use for it", ENGLISH_LATE, signals=signals)
    said = POLICY.notes["en"]["self_harm"]
    assert sum(said in note for note in composed.notes) == 1


def test_a_question_explains_a_term() -> None:
    fee = resolution(
        ENGLISH, id="dd.en", restatement="that you don't recognise a direct debit", problem="A direct debit"
    )
    asked = ask("en", *found(fee).hits)
    assert "direct debit (" in asked.text
    assert any(source.startswith("glossary:") for source in asked.steps[0].sources)


@pytest.mark.parametrize("name", [SignalName.LEGAL_THREAT, SignalName.REGULATOR_THREAT, SignalName.PUBLIC_THREAT])
def test_other_escalations_are_no_agent_s_to_settle(name: SignalName) -> None:
    composed = chosen("you will hear from them", FEE, signals=(Signal(name=name, confidence=0.99),))
    assert (composed.status, composed.text) == (Status.NO_SAFE_DRAFT, "")


def test_a_choice_leaves_no_second_answer() -> None:
    also = found(ENGLISH_LATE).hits
    result = found(FEE, ENGLISH_LATE).model_copy(update={"also": also})
    composed = chosen("why the fee? and where is my card?", FEE, result)
    assert "7 working days" not in composed.text


def test_what_is_near_is_offered_and_what_is_used_is_not() -> None:
    unverified = resolution(ENGLISH, id="new.en", verified_by=None, verified_at=None)
    result = found(ARABIC_LATE, unverified, ENGLISH_LATE, FEE, relevance=0.3)
    asked = compose(Message(text="so where is it"), analysis("so where is it"), result, POLICY)
    assert [offer.id for offer in asked.offered] == ["late.en", "fee.en"]
    assert [offer.problem for offer in asked.offered][1] == "Why was I charged a fee abroad"
    assert asked.awaits_choice
    ready = compose(Message(text="where is my card"), analysis("where is my card"), found(ENGLISH_LATE, FEE), POLICY)
    assert ([offer.id for offer in ready.offered], ready.awaits_choice) == (["fee.en"], False)


def test_what_others_must_answer_and_danger_offer_nothing() -> None:
    text = "enough now"
    for name, may_choose in ((SignalName.LEGAL_THREAT, False), (SignalName.SELF_HARM, True)):
        read = analysis(text, signals=(Signal(name=name, confidence=0.99),))
        composed = compose(Message(text=text), read, VAGUE, POLICY)
        assert (composed.offered, composed.awaits_choice, composed.may_choose) == ((), False, may_choose)


def test_thanks_offer_nothing() -> None:
    text = "thank you so much"
    composed = compose(Message(text=text), analysis(text), VAGUE, POLICY)
    assert (composed.status, composed.offered) == (Status.READY, ())


def ask(language: str, *hits: Hit) -> Draft:
    text = "وين هي يا جماعة" if language == "ar" else "so where has it gone"
    result = SearchResult(hits=hits, relevance=0.3, answerable=False, generation="1")
    return compose(Message(text=text, channel=Channel.CHAT), analysis(text), result, POLICY)


def test_a_question_says_what_was_understood_in_our_own_voice() -> None:
    other = resolution(ARABIC, id="fee.ar", restatement="أنكم تسألون عن رسوم السحب", problem="لماذا خُصمت رسوم؟")
    arabic, english = ask("ar", *found(ARABIC_LATE, other, scores=(0.6, 0.58)).hits), ask("en", *VAGUE.hits[:1])
    assert "هل تقصدون أن بطاقتكم لم تصل إليكم بعد، أم رسوم السحب؟" in arabic.text
    assert "is it that your card hasn't reached you yet?" in english.text
    assert {step.name for composed in (arabic, english) for step in composed.steps} == {StepName.ASK}


def test_what_stands_well_behind_is_not_asked_about() -> None:
    close, far = found(ENGLISH_LATE, FEE, scores=(0.6, 0.57)).hits, found(ENGLISH_LATE, FEE, scores=(0.6, 0.53)).hits
    assert "a fee abroad" in ask("en", *close).text
    assert "a fee abroad" not in ask("en", *far).text


def test_a_resolution_without_a_restatement_is_asked_about_by_its_title() -> None:
    hit = found(resolution(ENGLISH, restatement=None)).hits[0]
    assert "is it about “My card hasn't arrived”?" in ask("en", hit).text


def test_a_reading_for_which_no_word_speaks_is_not_named() -> None:
    hit = found(ENGLISH_LATE).hits[0]
    silent, spoken = (hit.model_copy(update={"parts": {"dense": 0.6, "lexical": part}}) for part in (0.0, 0.1))
    assert "reached you yet" in ask("en", spoken).text
    assert "reached you yet" not in ask("en", silent).text


TOLD = "the man from the office by the station said he had sent it on and that somebody would ring, and now he is gone"


def test_who_has_told_enough_is_not_asked_what_happened_or_is_meant() -> None:
    far = VAGUE.model_copy(update={"relevance": POLICY.scope.name_above - 0.05})
    for result in (far, VAGUE):
        told = compose(Message(text=TOLD), analysis(TOLD), result, POLICY)
        assert (told.status, told.reason, told.awaits_choice) == (Status.NO_SAFE_DRAFT, Reason.UNSURE, True)
        assert told.offered
    assert compose(Message(text="so what now"), analysis("x"), far, POLICY).status is Status.NEEDS_INFORMATION
    public = compose(Message(text=TOLD, channel=Channel.SOCIAL_PUBLIC), analysis(TOLD), far, POLICY)
    assert public.status is Status.NEEDS_INFORMATION, "in public they are invited to write in private"


def test_a_clear_question_that_nothing_answers_is_not_asked_to_be_asked_again() -> None:
    far = VAGUE.model_copy(update={"relevance": POLICY.scope.name_above - 0.05})
    text = "can I use it for paying online"
    asked = compose(Message(text=text), analysis(text), far, POLICY)
    assert (asked.status, asked.reason) == (Status.NO_SAFE_DRAFT, Reason.UNSURE)
    assert asked.offered
    unhappy = compose(Message(text=text), analysis(text, AngerLevel.ANGRY), far, POLICY)
    assert says(unhappy, "ask_open_angry"), "the unhappy are asked for what finds their case"


def test_the_agent_is_told_how_the_tone_was_read_where_there_is_no_draft() -> None:
    far = VAGUE.model_copy(update={"relevance": POLICY.scope.name_above - 0.05})
    for level, told in ((AngerLevel.CALM, False), (AngerLevel.FURIOUS, True)):
        read = analysis(TOLD, level).model_copy(update={"uncertain": True})
        composed = compose(Message(text=TOLD), read, far, POLICY)
        assert composed.status is Status.NO_SAFE_DRAFT
        note = POLICY.notes["en"]["uncertain"].format(level=POLICY.levels["en"][level])
        assert (note in composed.notes) is told


def test_who_is_weary_is_asked_with_regret() -> None:
    far = VAGUE.model_copy(update={"relevance": POLICY.scope.name_above - 0.05})
    weary, calm = (compose(Message(text=text), analysis(text), far, POLICY) for text in ("I'm fed up", "so what now"))
    assert says(weary, "ask_open_angry")
    assert says(calm, "ask_open")
