import pytest

from inference.compose import compose
from inference.policy import Policy
from inference.types import (
    AngerLevel,
    Channel,
    Evidence,
    Fact,
    Grievance,
    Message,
    Reason,
    Signal,
    SignalName,
    Span,
    Status,
    StepName,
    Trajectory,
)
from tests.inference.builders import ENGLISH, POLICY, analysis, found, resolution
from tests.inference.composing import ARABIC_LATE, ENGLISH_LATE, draft, says, signalled


def test_a_broken_promise_is_named_and_noted() -> None:
    composed = draft("I was promised it would be here last week, where is my card", AngerLevel.ANGRY)
    assert says(composed, "regret_promise")
    assert composed.plan is not None
    assert composed.plan.owned is Grievance.PROMISE
    assert any("promise" in note for note in composed.notes)


def test_what_weighs_most_is_regretted_and_the_rest_is_named() -> None:
    least = POLICY.signals.speak_of_from
    both = signalled("where is my card", (SignalName.REPEAT_CONTACT, least), (SignalName.BROKEN_PROMISE, least))
    assert says(both, "regret_promise")
    assert says(both, "history_repeat")
    assert not says(both, "history_promise")


def test_a_calm_customer_s_second_message_is_named_without_regret() -> None:
    repeat = (Signal(name=SignalName.REPEAT_CONTACT, confidence=0.9),)
    calm = analysis("where is my card", signals=repeat)
    composed = compose(Message(text="where is my card", channel=Channel.EMAIL), calm, found(ENGLISH_LATE), POLICY)
    assert says(composed, "history_repeat")
    assert "sorry" not in composed.text


@pytest.mark.parametrize(
    ("value", "owned"), [("yes", True), ("نعم", True), ("no", False), ("unknown", False), ("not our error", False)]
)
@pytest.mark.parametrize("level", list(AngerLevel))
def test_a_fault_is_owned_only_where_a_fact_says_that_it_is_ours(level: AngerLevel, value: str, owned: bool) -> None:
    facts = (Fact(name="our_error", value=value, source="card system"),)
    message = Message(text="where is my card", channel=Channel.EMAIL, facts=facts)
    composed = compose(message, analysis(message.text, level), found(ENGLISH_LATE), POLICY)
    assert composed.plan is not None
    assert (composed.plan.apology == "own") is owned
    assert ("our mistake" in composed.text) is owned
    assert composed.text.count("apologise") + composed.text.count("sorry") <= 1
    assert not composed.findings


def test_the_agent_is_told_why_the_tone_is_what_it_is() -> None:
    text = "useless, where is my card"
    heard = Evidence(head="anger", span=Span(start=0, end=8, text="useless,"), weight=1.2)
    dull = Evidence(head="anger", span=Span(start=15, end=17, text="is"), weight=2.0)
    read = analysis(text, AngerLevel.ANGRY).model_copy(update={"evidence": (heard, dull)})
    assert (
        "The customer sounds angry, from: “useless”."
        in compose(Message(text=text), read, found(ENGLISH_LATE), POLICY).notes
    )
    silent = {"evidence": (dull,)}
    furious = analysis(text, AngerLevel.FURIOUS).model_copy(update=silent)
    told = compose(Message(text="where is my card"), furious, found(ENGLISH_LATE), POLICY, agent_language="ar").notes
    assert "يبدو أن العميل غاضب جدًّا، ودلّ على ذلك: الرسالة في مجملها." in told


@pytest.mark.parametrize(
    ("read", "replied"),
    [
        (AngerLevel.IRRITATED, AngerLevel.CALM),
        (AngerLevel.ANGRY, AngerLevel.IRRITATED),
        (AngerLevel.FURIOUS, AngerLevel.ANGRY),
    ],
)
def test_anger_that_no_word_shows_is_answered_one_step_calmer(read: AngerLevel, replied: AngerLevel) -> None:
    text = "where is my card, when will it come to me"
    dull = Evidence(head="anger", span=Span(start=6, end=8, text="is"), weight=2.0)
    unshown = analysis(text, read).model_copy(update={"evidence": (dull,)})
    composed = compose(Message(text=text), unshown, found(ENGLISH_LATE), POLICY)
    assert composed.plan is not None
    assert composed.plan.level is replied
    assert (StepName.APOLOGISE in composed.plan.steps) is (replied is not AngerLevel.CALM)
    notes = " ".join(composed.notes)
    assert "The customer may be" not in notes
    assert ("The customer sounds furious" in notes) is (read is AngerLevel.FURIOUS)
    weary = compose(Message(text=f"I am so tired of this, {text}"), unshown, found(ENGLISH_LATE), POLICY)
    assert weary.plan is not None
    assert weary.plan.level is read


@pytest.mark.parametrize(
    ("read", "replied"), [(AngerLevel.IRRITATED, AngerLevel.CALM), (AngerLevel.ANGRY, AngerLevel.ANGRY)]
)
def test_a_word_that_points_at_us_shows_anger_but_not_mere_irritation(read: AngerLevel, replied: AngerLevel) -> None:
    text = "you blocked my card, when will it come to me"
    pointing = Evidence(head="anger", span=Span(start=0, end=3, text="you"), weight=2.0)
    accusing = analysis(text, read).model_copy(update={"evidence": (pointing,)})
    composed = compose(Message(text=text), accusing, found(ENGLISH_LATE), POLICY)
    assert composed.plan is not None
    assert composed.plan.level is replied


def test_the_route_is_told_where_a_person_takes_over() -> None:
    raw = POLICY.model_dump(by_alias=True)
    raw["escalations"]["legal_threat"]["route"] = "complaints desk"
    composed = compose(
        Message(text="راح اكلم المحامي"),
        analysis("راح اكلم المحامي"),
        found(ARABIC_LATE),
        Policy.model_validate(raw),
        agent_language="en",
    )
    assert composed.route == "complaints desk"
    assert any("complaints desk" in note for note in composed.notes)


def test_what_is_not_sure_is_not_said_to_the_customer() -> None:
    least = POLICY.signals.speak_of_from
    for name, grievance in ((SignalName.BROKEN_PROMISE, "promise"), (SignalName.REPEAT_CONTACT, "repeat")):
        assert says(signalled("where is my card", (name, least)), f"regret_{grievance}")
        unsure = signalled("where is my card", (name, least - 0.01))
        assert not says(unsure, f"regret_{grievance}")
        assert not says(unsure, f"history_{grievance}")
        assert [note for note in unsure.notes if note.startswith("Only possible, so check:")]


@pytest.mark.parametrize("name", list(POLICY.escalations))
def test_a_signal_escalates_from_its_confidence_on(name: SignalName) -> None:
    escalation = POLICY.escalations[name]
    least = escalation.least(answered=True)
    sure = signalled("where is my card", (name, least))
    assert (sure.status, sure.reason, sure.text) == (Status.NO_SAFE_DRAFT, escalation.reason, "")
    assert sure.notes == (escalation.note["en"],)
    unsure = signalled("where is my card", (name, least - 0.01))
    assert (unsure.status, unsure.reason) == (Status.READY, None)
    assert any(POLICY.notes["en"][name.value] in note for note in unsure.notes)


def test_every_escalation_is_told_and_the_first_of_the_policy_leads() -> None:
    both = signalled("where is my card", (SignalName.LEGAL_THREAT, 0.9), (SignalName.SELF_HARM, 0.9))
    assert both.reason is Reason.SELF_HARM
    assert both.notes == tuple(
        POLICY.escalations[name].note["en"] for name in (SignalName.SELF_HARM, SignalName.LEGAL_THREAT)
    )


def test_money_is_protected_first_only_where_theft_is_likely() -> None:
    stolen = resolution(ENGLISH, id="stolen.en", tags=("stolen",), restatement="that your card was stolen")
    near = found(ENGLISH_LATE, stolen, scores=(0.9, 0.7))
    least = POLICY.signals.protect_from
    likely = signalled("my card", (SignalName.FRAUD_OR_THEFT, least), result=near)
    assert likely.sources[0].id == "stolen.en"
    unlikely = signalled("my card", (SignalName.FRAUD_OR_THEFT, least - 0.01), result=near)
    assert (unlikely.status, unlikely.reason) == (Status.NO_SAFE_DRAFT, Reason.UNSURE), "an agent must look first"
    assert all(any("protect their money" in note for note in composed.notes) for composed in (likely, unlikely))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_agent_is_told_of_every_signal_but_thanks(language: str) -> None:
    told = [name for name in SignalName if name not in POLICY.escalations]
    signals = tuple(Signal(name=name, confidence=0.99) for name in told)
    text = "I don't understand this fee"
    read = analysis(text, AngerLevel.ANGRY, signals=signals)
    notes = compose(
        Message(text=text),
        read,
        found(resolution(ENGLISH, tags=("fraud",))),
        POLICY,
        agent_language=language,
    ).notes
    assert list(notes) == [POLICY.notes[language][name.value] for name in told if name is not SignalName.THANKS]


def test_nobody_is_called_confused_who_does_not_say_so() -> None:
    signals = (Signal(name=SignalName.CONFUSION, confidence=0.99),)
    read = analysis("where is my card", signals=signals)
    assert not compose(Message(text="where is my card"), read, found(ENGLISH_LATE), POLICY).notes


def test_an_accusation_without_a_telling_word_is_quoted() -> None:
    text = "I stood at the machine. You locked my number while I was typing it, and nothing works."
    pointing = Evidence(head="anger", span=Span(start=24, end=27, text="You"), weight=2.0)
    read = analysis(text, AngerLevel.ANGRY).model_copy(update={"evidence": (pointing,)})
    notes = compose(Message(text=text), read, found(ENGLISH_LATE), POLICY).notes
    assert notes == ("The customer sounds angry, from: “You locked my number while I was typing it”.",)


@pytest.mark.parametrize("moving", [Trajectory.RISING, Trajectory.FALLING])
def test_the_agent_is_told_how_the_tone_moves(moving: Trajectory) -> None:
    assert POLICY.notes["en"][moving.value] in signalled("where is my card", trajectory=moving).notes
    assert not signalled("where is my card", trajectory=Trajectory.STEADY).notes


def test_possible_danger_is_handed_over_unless_the_message_is_plainly_about_something_else() -> None:
    possible = (SignalName.SELF_HARM, 0.25)
    assert signalled("where is my card, this is exhausting", possible).status is Status.READY
    unanswered = signalled("I am so tired of everything", possible, result=found(ENGLISH_LATE, relevance=0.2))
    assert unanswered.reason is Reason.SELF_HARM
    outright = (SignalName.SELF_HARM, 0.5)
    assert signalled("where is my card, I want to die", outright).reason is Reason.SELF_HARM


@pytest.mark.parametrize("relevance", [0.01, 0.2])
def test_who_was_surely_robbed_is_asked_to_protect_the_rest_whatever_is_known(relevance: float) -> None:
    least = POLICY.signals.speak_of_from
    far = found(ENGLISH_LATE, relevance=relevance)
    text = "somebody rang as your fraud team, i read out the code and 12,000 is gone"
    robbed = signalled(text, (SignalName.FRAUD_OR_THEFT, least), result=far)
    assert robbed.status is Status.NEEDS_INFORMATION
    assert says(robbed, "ask_protect_sent")
    unsure = signalled(text, (SignalName.FRAUD_OR_THEFT, POLICY.signals.protect_from - 0.01), result=far)
    assert not says(unsure, "ask_protect_sent")


def test_whose_house_was_robbed_is_not_told_to_freeze_a_card() -> None:
    far = found(ENGLISH_LATE, relevance=0.01)
    theft = (SignalName.FRAUD_OR_THEFT, POLICY.signals.speak_of_from)
    text = "our house was burgled at dawn and the police want the clip, the camera asks for a new subscription"
    burgled = signalled(text, theft, result=far)
    assert burgled.status is Status.NO_SAFE_DRAFT
    assert POLICY.notes["en"]["fraud_or_theft"] in burgled.notes
    assert says(signalled(f"{text} and my purse is gone", theft, result=far), "ask_protect_taken")


def test_a_theft_that_is_only_likely_is_met_as_one_where_the_search_says_so_too() -> None:
    stolen = resolution(ENGLISH, id="stolen.en", tags=("stolen",), restatement="that your card was stolen")
    likely = (SignalName.FRAUD_OR_THEFT, POLICY.signals.protect_from)
    near = found(ENGLISH_LATE, stolen, relevance=0.3, scores=(0.9, 0.88))
    assert not says(signalled("my card", likely, result=near), "ask_protect_taken")
    first = found(stolen, ENGLISH_LATE, relevance=0.3, scores=(0.9, 0.88))
    assert says(signalled("my card", likely, result=first), "ask_protect_taken")
    sure = (SignalName.FRAUD_OR_THEFT, POLICY.signals.speak_of_from)
    assert says(signalled("my card", sure, result=near), "ask_protect_taken")
    far = found(ENGLISH_LATE, resolution(ENGLISH, id="other.en"), relevance=0.3, scores=(0.9, 0.88))
    noted = signalled("my card", likely, result=far)
    assert not says(noted, "ask_protect_taken")
    assert any(POLICY.notes["en"]["fraud_or_theft"] in note for note in noted.notes)
