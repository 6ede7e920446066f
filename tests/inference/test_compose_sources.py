from datetime import date
from typing import Any

import pytest

from inference.compose import compose
from inference.types import (
    AngerLevel,
    Channel,
    Fact,
    Freshness,
    Message,
    Reason,
    SourceKind,
    Status,
    StepName,
)
from tests.inference.builders import ARABIC, ENGLISH, POLICY, analysis, found, resolution
from tests.inference.composing import ARABIC_LATE, EMPTY, ENGLISH_LATE, draft, names


def test_out_of_scope_is_refused() -> None:
    composed = draft("ما أفضل مطعم قريب؟", result=found(ARABIC_LATE, relevance=0.01))
    assert (composed.status, composed.reason) == (Status.NO_SAFE_DRAFT, Reason.OUT_OF_SCOPE)


def test_nothing_known_is_refused() -> None:
    assert draft("وين بطاقتي", result=EMPTY).reason is Reason.OUT_OF_SCOPE


def test_an_unsure_match_asks_one_question_between_the_two_likeliest() -> None:
    rival = resolution(id="fee.ar", problem="رسوم البطاقة", restatement=None)
    composed = draft("البطاقة والرسوم", result=found(ARABIC_LATE, rival, relevance=0.3))
    assert composed.status is Status.NEEDS_INFORMATION
    assert composed.text.count("؟") == 1
    assert "أن بطاقتكم لم تصل إليكم بعد" in composed.text
    assert "رسوم البطاقة" in composed.text


def test_a_far_second_is_not_offered_and_a_faint_match_is_not_named() -> None:
    rival = resolution(id="fee.ar", problem="رسوم البطاقة", restatement=None)
    far = draft("البطاقة والرسوم", result=found(ARABIC_LATE, rival, relevance=0.3, scores=(0.6, 0.4)))
    assert "أن بطاقتكم لم تصل إليكم بعد" in far.text
    assert "رسوم البطاقة" not in far.text
    faint = draft("البطاقة والرسوم", result=found(ARABIC_LATE, rival, relevance=0.1))
    assert faint.status is Status.NEEDS_INFORMATION
    assert "أن بطاقتكم لم تصل إليكم بعد" not in faint.text


def test_two_that_fit_equally_well_and_say_different_things_decide_nothing() -> None:
    rival = resolution(id="fee.ar", problem="رسوم البطاقة", restatement=None, answer="إصدار البطاقة مجاني دائمًا.")
    tied = draft("البطاقة والرسوم", result=found(ARABIC_LATE, rival, scores=(0.8, 0.795)))
    assert (tied.status, tied.reason) == (Status.NEEDS_INFORMATION, Reason.TOO_VAGUE)
    assert "رسوم البطاقة" in tied.text
    apart = draft("البطاقة والرسوم", result=found(ARABIC_LATE, rival, scores=(0.8, 0.77)))
    assert apart.sources[0].id == "late.ar"
    told = "كتبت لكم عن البطاقة وعن رسومها التي أريد أن أعرف عنها أكثر قبل أن أطلبها من عندكم"
    left = draft(told, result=found(ARABIC_LATE, rival, scores=(0.8, 0.795)))
    assert (left.status, left.reason) == (Status.NO_SAFE_DRAFT, Reason.UNSURE)
    assert len(left.offered) == 2


@pytest.mark.parametrize(("second", "told"), [(0.77, True), (0.70, False)])
def test_the_agent_is_told_what_fits_almost_as_well(second: float, told: bool) -> None:
    rival = resolution(id="fee.ar", problem="رسوم البطاقة", restatement=None, answer="إصدار البطاقة مجاني دائمًا.")
    composed = draft("وين بطاقتي", result=found(ARABIC_LATE, rival, scores=(0.8, second)))
    assert composed.status is Status.READY
    assert any("رسوم البطاقة" in line for line in composed.notes) is told


def test_the_customers_side_breaks_a_tie() -> None:
    expiring = resolution(
        id="expiry.ar", problem="بطاقتي تقترب من الانتهاء", restatement=None, answer="نجدّدها تلقائيًا قبل شهر."
    )
    tied = found(ARABIC_LATE, expiring, scores=(0.8, 0.795))
    assert draft("طلبت بطاقة جديدة من أسبوعين وما وصلت", result=tied).sources[0].id == "late.ar"


def test_two_that_fit_equally_well_and_say_the_same_are_no_tie() -> None:
    twin = ARABIC_LATE.model_copy(update={"id": "late-again.ar"})
    assert draft("وين بطاقتي", result=found(ARABIC_LATE, twin, scores=(0.8, 0.8))).sources[0].id == "late.ar"


def test_a_theft_is_protected_however_close_another_lies() -> None:
    stolen = resolution(id="stolen.ar", tags=("stolen",), answer="جمّدوا البطاقة فورًا.", restatement="أن بطاقتكم سُرقت")
    assert draft("انسرقت بطاقتي", result=found(stolen, ARABIC_LATE, scores=(0.8, 0.8))).sources[0].id == "stolen.ar"


def test_reported_theft_prefers_the_protecting_source() -> None:
    stolen = resolution(id="stolen.ar", tags=("stolen",), restatement="أن بطاقتكم سُرقت")
    near = found(ARABIC_LATE, stolen, scores=(0.9, 0.7))
    assert draft("انسرقت بطاقتي", result=near).sources[0].id == "stolen.ar"
    assert draft("وين بطاقتي", result=near).sources[0].id == "late.ar"
    unsure = found(ARABIC_LATE, stolen, scores=(0.9, 0.7), relevance=0.3)
    assert draft("انسرقت بطاقتي", result=unsure).sources[0].id == "stolen.ar"
    assert draft("انسرقت بطاقتي", result=found(ARABIC_LATE, stolen, scores=(0.9, 0.3))).sources[0].id == "late.ar"


@pytest.mark.parametrize(
    "changes", [{"verified_by": None, "verified_at": None, "review_by": None}, {"review_by": date(2026, 11, 20)}]
)
def test_an_unreliable_source_alone_never_makes_a_ready_draft(changes: dict[str, Any]) -> None:
    composed = draft("وين بطاقتي", result=found(resolution(**changes)))
    assert (composed.status, composed.reason) == (Status.NO_SAFE_DRAFT, Reason.UNRELIABLE_SOURCE)
    assert any("late.ar" in note for note in composed.notes)


def test_a_reliable_neighbour_is_preferred_to_an_expired_best() -> None:
    expired = resolution(id="old.ar", review_by=date(2026, 11, 20))
    composed = draft("وين بطاقتي", result=found(expired, ARABIC_LATE, scores=(0.9, 0.89)))
    assert composed.status is Status.READY
    assert composed.sources[0].id == "late.ar"


def test_a_source_in_another_language_is_not_pasted() -> None:
    composed = draft("where is my card", result=found(ARABIC_LATE))
    assert (composed.status, composed.reason) == (Status.NO_SAFE_DRAFT, Reason.NO_SOURCE_IN_LANGUAGE)


def test_a_source_with_problem_and_answer_alone_still_makes_a_draft() -> None:
    bare = resolution(steps=(), restatement=None, empathy=None, short=None, if_unsolved=None, follow_ups=())
    composed = draft("وين بطاقتي", AngerLevel.ANGRY, found(bare), Channel.EMAIL)
    assert composed.status is Status.READY
    assert StepName.SOLVE not in names(composed)
    assert bare.answer in composed.text


def test_a_source_that_breaks_policy_is_withheld() -> None:
    rude = resolution(short=None, answer="نعتذر عن أي إزعاج، تصل البطاقة خلال 7 أيام عمل.")
    composed = draft("وين بطاقتي", result=found(rude))
    assert composed.reason is Reason.FAILED_CHECKS
    assert {finding.code for finding in composed.findings} >= {"forbidden_phrase"}


def test_promises_of_the_source_are_listed_with_their_owner() -> None:
    composed = draft("where is my card", AngerLevel.ANGRY)
    assert [(item.owner, item.source) for item in composed.commitments] == [("Cards team", "late.en")]


def test_follow_up_questions_and_the_other_length_are_offered() -> None:
    composed = draft("where is my card")
    assert composed.follow_ups == ENGLISH_LATE.follow_ups
    assert [item.name for item in composed.alternatives] == ["full"]
    assert ENGLISH_LATE.answer in composed.alternatives[0].text


def test_a_second_question_is_answered_behind_the_first() -> None:
    second = resolution(ENGLISH, id="pin.en", problem="I forgot my PIN", short="You can see the PIN in the app.")
    result = found(ENGLISH_LATE, second)
    asked = result.model_copy(update={"also": (result.hits[1],)})
    text = "where is my card? You said that it should be here by Sunday. Also, I forgot my PIN"
    composed = compose(Message(text=text), analysis(text), asked, POLICY)
    explain, solve = StepName.EXPLAIN, StepName.SOLVE
    assert names(composed) == [StepName.LISTEN, explain, solve, explain, solve]
    assert "I forgot my PIN" in composed.text
    assert "Here are the steps for that:" in composed.text
    assert composed.text.index("7 working days") < composed.text.index("see the PIN in the app")
    assert [source.id for source in composed.sources if source.kind is SourceKind.RESOLUTION] == ["late.en", "pin.en"]
    assert any("pin.en" in note for note in composed.notes)
    unsaid = compose(Message(text="where is my card"), analysis("x"), asked, POLICY, agent_language="en")
    assert "PIN" not in unsaid.text
    assert not any("PIN" in note for note in unsaid.notes), "nothing else was asked"


def test_a_second_question_gives_way_where_there_is_no_room_or_no_trust() -> None:
    second = resolution(ENGLISH, id="pin.en", problem="I forgot my PIN", short="You can see the PIN in the app.")
    result = found(ENGLISH_LATE, second)
    asked = result.model_copy(update={"also": (result.hits[1],)})
    brief = compose(Message(text="where is my card", channel=Channel.SMS), analysis("x"), asked, POLICY)
    assert len(brief.text) <= POLICY.channels[Channel.SMS].max_characters
    stale = result.hits[1].model_copy(update={"freshness": Freshness.EXPIRED})
    alone = compose(
        Message(text="where is my card? Also, I forgot my PIN"),
        analysis("x"),
        result.model_copy(update={"also": (stale,)}),
        POLICY,
        agent_language="en",
    )
    assert "PIN" not in alone.text
    assert any("does not answer it" in note for note in alone.notes)


STATUS = Fact(name="order_status", value="shipped", source="orders")


@pytest.mark.parametrize(
    ("base", "said"),
    [(ENGLISH, "your order has been shipped and is on its way."), (ARABIC, "شُحن طلبكم وهو في الطريق.")],
)
def test_a_supplied_fact_is_said_to_an_identified_customer_and_cited(base: dict[str, Any], said: str) -> None:
    source = resolution(base, tags=("delivery",))
    text = source.problem
    known = compose(Message(text=text, verified=True, facts=(STATUS,)), analysis(text), found(source), POLICY)
    assert said in known.text
    assert "fact:order_status" in {item.id for item in known.sources}
    unknown = compose(Message(text=text, facts=(STATUS,)), analysis(text), found(source), POLICY, agent_language="en")
    assert said not in unknown.text
    assert any("not been identified" in note for note in unknown.notes)


@pytest.mark.parametrize(
    ("fact", "tags"),
    [
        (STATUS, ("card",)),  # about something else
        (
            STATUS.model_copy(update={"value": "see ticket, we will refund 100"}),
            ("delivery",),
        ),  # another system's words
        (STATUS.model_copy(update={"name": "balance"}), ("delivery",)),  # the policy does not say how
    ],
)
def test_a_fact_that_nobody_worded_is_not_said(fact: Fact, tags: tuple[str, ...]) -> None:
    source = resolution(ENGLISH, tags=tags)
    composed = compose(Message(text="where is it", verified=True, facts=(fact,)), analysis("x"), found(source), POLICY)
    assert composed.status is Status.READY
    assert "fact:" not in "".join(item.id for item in composed.sources)
    assert "100" not in composed.text


def test_another_wording_passes_the_checks_too() -> None:
    """The answer that stands behind the one-line answer breaks a rule: only the draft itself is offered."""
    bad = resolution(answer="نعتذر عن أي إزعاج. تصل البطاقة خلال 7 أيام عمل.")
    text = "بطاقتي لم تصل"
    draft = compose(Message(text=text), analysis(text), found(bad), POLICY)
    assert draft.status is Status.READY
    assert draft.alternatives == ()
    good = compose(Message(text=text), analysis(text), found(resolution()), POLICY)
    assert [item.name for item in good.alternatives] == ["full"]


@pytest.mark.parametrize(
    ("text", "base", "steps", "kept"),
    [
        (
            "I paid in a cheque on Sunday and it isn't there",
            ENGLISH,
            ("Keep the slip.", "If you paid in cash, refresh it.", "If you paid in a cheque, count 3 days."),
            ("Keep the slip.", "If you paid in a cheque, count 3 days."),
        ),
        (
            "حطيت شيك من اسبوع وما ظهر",
            ARABIC,
            ("احتفظوا بالإيصال.", "إن أودعتم نقدًا، فحدّثوا الصفحة.", "إن أودعتم شيكًا، فانتظروا."),
            ("احتفظوا بالإيصال.", "إن أودعتم شيكًا، فانتظروا."),
        ),
    ],
)
def test_steps_of_the_side_on_which_the_customer_is_not_are_left_out_silently(
    text: str, base: dict[str, Any], steps: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    made = compose(Message(text=text), analysis(text), found(resolution(base, steps=steps)), POLICY)
    plain = compose(Message(text=text), analysis(text), found(resolution(base, steps=kept)), POLICY)
    assert (made.status, made.text, made.notes) == (Status.READY, plain.text, plain.notes)


def test_a_draft_rests_on_the_hit_on_the_customers_side() -> None:
    passcode = resolution(ENGLISH, id="passcode", problem="I've forgotten my app passcode", restatement=None)
    pin = resolution(ENGLISH, id="pin", problem="My card PIN is blocked", restatement=None)
    composed = draft("I forgot my card's pin", result=found(passcode, pin))
    assert composed.sources[0].id == "pin"
