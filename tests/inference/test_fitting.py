"""A reply that fits this message: what the customer named, tried and asked before, and what the desk's system knows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from inference.compose import compose
from inference.policy import Policy
from inference.types import (
    AngerLevel,
    Author,
    Channel,
    Draft,
    Fact,
    Grievance,
    Message,
    Resolution,
    SentimentLabel,
    Signal,
    SignalName,
    SourceKind,
    Status,
    StepName,
    TechnicalLevel,
    Turn,
    Wish,
)
from tests.inference.builders import ARABIC, ENGLISH, POLICY, analysis, found, resolution

RECEIVED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
APP = resolution(
    ENGLISH,
    id="app.en",
    problem="The app doesn't open",
    restatement="that the app doesn't open on your phone",
    steps=("Restart your phone.", "Update the app."),
)


def reply(text: str, *sources: Resolution, level: AngerLevel = AngerLevel.CALM, **message: Any) -> Draft:
    given = Message.model_validate({"text": text, "channel": "email"} | message)
    return compose(given, analysis(text, level), found(*sources), POLICY, agent_language="en")


def changed_policy(**sections: Any) -> Policy:
    return Policy.model_validate(POLICY.model_dump(by_alias=True) | sections)


@pytest.mark.parametrize(
    ("text", "base", "said"),
    [
        ("Where is my card? My order number is 448-2291.", ENGLISH, "You mention order 448-2291."),
        ("وين بطاقتي؟ رقم الطلب 4482291", ARABIC, "وذكرتم الطلب رقم 4482291."),
    ],
)
def test_what_the_customer_names_is_heard(text: str, base: dict[str, Any], said: str) -> None:
    composed = reply(text, resolution(base))
    assert said in composed.text
    assert not composed.findings
    assert said not in reply(text, resolution(base), channel="social_public").text


@pytest.mark.parametrize(
    "text",
    [
        "where is my card 4111 1111 1111 1111",
        "call me on 0555123456, where is my card",
        "where is my card? I want 1000 riyals",
    ],
)
def test_personal_numbers_and_demands_are_not_repeated(text: str) -> None:
    composed = reply(text, resolution(ENGLISH))
    assert composed.status is Status.READY
    assert not any(number in composed.text for number in ("4111", "0555", "1000"))


def test_a_long_wait_is_named_in_the_reply_s_own_words() -> None:
    text = "صارلي ثلاث أسابيع أنتظر البطاقة"
    angry = reply(text, resolution(ARABIC), level=AngerLevel.ANGRY)
    assert angry.plan is not None
    assert angry.plan.owned is Grievance.WAIT
    assert "منذ 3 أسابيع" in angry.text
    calm = reply(text, resolution(ARABIC))
    assert "منذ 3 أسابيع" in calm.text
    assert "نأسف" not in calm.text
    assert "منذ" not in reply("صارلي ساعة أنتظر", resolution(ARABIC)).text


def test_what_was_tried_is_not_told_again() -> None:
    composed = reply("the app doesn't open, I already restarted my phone", APP)
    assert "Restart your phone" not in composed.text
    assert "1. Update the app" in composed.text
    assert any("tried some" in note for note in composed.notes)
    assert "Restart your phone" in reply("the app doesn't open, should I restart my phone?", APP).text


def test_who_has_tried_everything_is_told_what_comes_after() -> None:
    text = "the app doesn't open. I restarted my phone and I updated the app"
    composed = reply(text, APP, channel="chat")
    assert "Restart your phone" not in composed.text
    assert "Update the app" not in composed.text
    assert any(line in composed.text for line in POLICY.variants("en", "tried_all"))
    assert APP.if_unsolved is not None
    assert APP.if_unsolved in composed.text


def _after(reply_of_ours: str) -> list[dict[str, Any]]:
    return [{"author": "customer", "text": "where is my card"}, {"author": "agent", "text": reply_of_ours}]


def test_a_running_conversation_is_not_greeted_and_apologised_to_anew() -> None:
    late = resolution(ENGLISH)
    first = reply("where is my card, this is a joke", late, level=AngerLevel.ANGRY)
    again = reply(
        "and where is my card now?",
        late,
        level=AngerLevel.ANGRY,
        history=_after("Hello, I'm sorry for the delay. It is on its way."),
    )
    names = [step.name for step in again.steps]
    assert {StepName.GREET, StepName.APOLOGISE} <= {step.name for step in first.steps}
    assert not {StepName.GREET, StepName.APOLOGISE} & set(names)
    assert "sorry" not in again.text


def test_a_fault_that_was_owned_is_not_owned_anew() -> None:
    fact = {"name": "our_error", "value": "yes", "source": "crm"}
    late = resolution(ENGLISH)
    first = reply("where is my card", late, level=AngerLevel.ANGRY, facts=[fact])
    again = reply("and now?", late, level=AngerLevel.ANGRY, facts=[fact], history=_after(first.text))
    assert "our mistake" in first.text
    assert "mistake" not in again.text


def test_a_plan_says_what_its_shortened_reply_does() -> None:
    raw = POLICY.model_dump(by_alias=True)["channels"]
    raw["email"]["max_characters"] = 120
    stolen = resolution(ENGLISH, tags=("stolen",))
    message = Message(text="my card was stolen, I am furious", channel=Channel.EMAIL)
    read = analysis(message.text, AngerLevel.FURIOUS)
    composed = compose(message, read, found(stolen), changed_policy(channels=raw))
    assert composed.plan is not None
    assert StepName.APOLOGISE not in composed.plan.steps
    assert composed.plan.apology == "none"


def test_a_text_message_rather_says_sorry_than_names_the_problem() -> None:
    raw = POLICY.model_dump(by_alias=True)["channels"]
    about = 'About "My card hasn\'t arrived":'
    long = reply("where is my card", resolution(ENGLISH), level=AngerLevel.ANGRY, channel="sms")
    assert about in long.text
    raw["sms"]["max_characters"] = len(long.text) - 1
    message = Message(text="where is my card", channel=Channel.SMS)
    read = analysis(message.text, AngerLevel.ANGRY)
    composed = compose(message, read, found(resolution(ENGLISH)), changed_policy(channels=raw))
    assert len(composed.text) < len(long.text)
    assert about not in composed.text
    assert StepName.APOLOGISE in {step.name for step in composed.steps}


def test_what_did_not_help_is_heard_and_what_helped_is_closed() -> None:
    history = _after("Hello, please restart your phone and open the app again.")
    failed = reply("I did that and it still doesn't work", APP, history=history)
    assert any(line in failed.text for line in POLICY.variants("en", "still_unsolved"))
    assert "Restart your phone" not in failed.text
    assert any("specialist" in note for note in failed.notes)
    solved = reply("it works now, thanks", APP, history=history)
    assert solved.status is Status.READY
    assert any(line in solved.text for line in POLICY.variants("en", "solved"))


PLACED = {
    "answer": "Order {order_id} left our warehouse. It takes 7 working days.",
    "short": "Order {order_id} is on its way.",
    "steps": ("Open order {order_id} in the app.", "Tap Track."),
}


def test_placeholders_are_filled_from_the_customer_s_words_or_the_desk_s_facts() -> None:
    named = reply("where is my order number 448-2291?", resolution(ENGLISH, **PLACED))
    assert "Order 448-2291 left our warehouse." in named.text
    assert "1. Open order 448-2291 in the app." in named.text
    raw = {**POLICY.model_dump(by_alias=True)["facts"], "order_id": {"account": False}}
    facts = (Fact(name="order_id", value="77-1", source="shop"),)
    message = Message(text="where is my order", channel=Channel.EMAIL, facts=facts)
    told = compose(message, analysis("x"), found(resolution(ENGLISH, **PLACED)), changed_policy(facts=raw))
    assert "Order 77-1 left our warehouse." in told.text
    assert "{" not in named.text + told.text


def test_what_a_placeholder_lacks_is_asked_for_never_invented() -> None:
    composed = reply("where is my order?", resolution(ENGLISH, **PLACED))
    assert composed.status is Status.READY
    assert "{" not in composed.text
    assert "It takes 7 working days." in composed.text
    assert "please send us your order number" in composed.text
    assert "1. Tap Track." in composed.text
    assert any("your order number" in note for note in composed.notes)


def test_a_term_is_explained_once_to_a_layman_and_never_to_an_expert() -> None:
    source = resolution(
        ENGLISH, short="Send us your IBAN.", answer="Your IBAN is on every statement. The IBAN is long."
    )
    plain = reply("where do I find it", source)
    assert plain.text.count("(") == 1
    cited = [item for item in plain.sources if item.kind is SourceKind.GLOSSARY]
    assert [item.id for item in cited] == ["glossary:iban"]
    read = analysis("x").model_copy(update={"technical_level": TechnicalLevel.EXPERT})
    message = Message(text="where do I find it", channel=Channel.EMAIL)
    assert "(" not in compose(message, read, found(source), POLICY).text
    assert "(" not in reply("where do I find my IBAN", source).text


def test_the_glossary_backs_its_own_words_alone() -> None:
    """What stands beside an explained term must still be found in the resolution."""
    source = resolution(ENGLISH, short="Your IBAN is on every statement.")
    composed = reply("where do I find it", source)
    glossary = next(item for item in composed.sources if item.kind is SourceKind.GLOSSARY)
    assert "statement" not in glossary.quote.splitlines()[0] or "every" not in glossary.quote


def test_digits_are_written_as_the_customer_writes_them() -> None:
    source = resolution(ARABIC, short="تصل البطاقة خلال 7 أيام عمل، ورسومها 2.5% من 1,250 ريالًا.")
    assert "٧ أيام" in reply("وين بطاقتي؟ دفعت ١٠٠", source).text
    assert "٢٫٥٪" in reply("وين بطاقتي؟ دفعت ١٠٠", source).text
    assert "7 أيام" in reply("وين بطاقتي؟ دفعت 100", source).text
    kept = POLICY.model_dump(by_alias=True)["manners"] | {"digits": "ascii"}
    message = Message(text="وين بطاقتي؟ دفعت ١٠٠")
    assert "7 أيام" in compose(message, analysis(message.text), found(source), changed_policy(manners=kept)).text


def test_simpler_is_a_comparison_with_more_explained() -> None:
    source = resolution(ENGLISH, id="pin.en", problem="How do I change my PIN?", short="Change your PIN in the app.")
    message = Message(text="how do I change it", channel=Channel.EMAIL)
    simpler = compose(message, analysis("x"), found(source), POLICY, wish=Wish.SIMPLER)
    assert simpler.plan is not None
    assert simpler.plan.explanation == "comparison"
    assert "like" in simpler.text
    offered = {item.name for item in compose(message, analysis("x"), found(source), POLICY).alternatives}
    assert offered == {"short", "comparison"}


CALENDAR = {"timezone": "Asia/Riyadh", "weekend": ["friday", "saturday"], "hours": ["08:00-16:00"]}
UNDERTAKING = {
    "levels": ["angry", "furious"],
    "owner": {"ar": "زميلنا المختص", "en": "a specialist"},
    "working_hours": 16,
}


@pytest.mark.parametrize(
    ("base", "said"),
    [
        (ENGLISH, "You'll hear from a specialist by 12:00 pm on Tuesday 24 November 2026."),
        (ARABIC, "سيصلكم رد من زميلنا المختص قبل الثلاثاء 24 نوفمبر 2026، الساعة 12:00 ظهرًا."),
    ],
)
def test_what_the_policy_undertakes_is_said_with_its_owner_and_time(base: dict[str, Any], said: str) -> None:
    policy = changed_policy(calendar=CALENDAR, undertaking=UNDERTAKING)
    text = resolution(base).problem
    message = Message(text=text, channel=Channel.EMAIL, received_at=RECEIVED.replace(year=2020))
    angry = compose(message, analysis(text, AngerLevel.ANGRY), found(resolution(base)), policy, now=RECEIVED)
    assert said in angry.text
    assert not angry.findings
    due = [item for item in angry.commitments if item.due is not None]
    assert [(item.due.isoformat() if item.due else "", item.source) for item in due] == [
        ("2026-11-24T12:00:00+03:00", "policy:undertaking")
    ]
    assert said not in compose(message, analysis(text), found(resolution(base)), policy, now=RECEIVED).text
    assert said not in compose(message, analysis(text, AngerLevel.ANGRY), found(resolution(base)), policy).text


def test_a_promise_of_ours_whose_time_has_passed_is_told_to_the_agent() -> None:
    turn = Turn(author=Author.AGENT, text="We will reply within 2 days.", at=RECEIVED.replace(day=2))
    composed = reply("any news about my card", resolution(ENGLISH), history=(turn,), received_at=RECEIVED)
    assert any("We will reply within 2 days" in note and "2026-11-04" in note for note in composed.notes)


def test_next_questions_leave_out_what_the_draft_says() -> None:
    neighbour = resolution(
        ENGLISH, id="pin.en", problem="I forgot my PIN", answer="You can see it in the app.", follow_ups=()
    )
    composed = reply("where is my card", resolution(ENGLISH), neighbour)
    assert composed.follow_ups[0].question == "Can I shop now?"
    assert len(composed.follow_ups) <= 3


def test_who_waited_longer_than_it_takes_is_told_what_comes_after() -> None:
    over, within = (
        reply(text, resolution(ENGLISH), channel="chat")
        for text in ("I have been waiting three weeks for my card", "I have been waiting four days for my card")
    )
    assert StepName.FOLLOW_UP in {step.name for step in over.steps}
    assert StepName.FOLLOW_UP not in {step.name for step in within.steps}


def test_the_angry_are_not_told_that_they_ask() -> None:
    source = resolution(ENGLISH, problem="I was charged a fee", restatement="that you're asking about a fee")
    calm, angry = (
        reply("you took a fee from me again today, the third one this month, and nobody told me!", source, level=level)
        for level in (AngerLevel.CALM, AngerLevel.ANGRY)
    )
    assert "you're asking about a fee" in calm.text
    assert "asking" not in angry.text
    assert "this is about a fee" in angry.text


@pytest.mark.parametrize(("channel", "told"), [("chat", False), ("email", True)])
def test_the_angry_wait_in_a_chat_for_the_answer_and_not_for_a_second_word_of_feeling(channel: str, told: bool) -> None:
    text = "Where is my card, nobody here answers me"
    composed = reply(text, resolution(ENGLISH), level=AngerLevel.ANGRY, channel=channel)
    feeling = next(step.text for step in composed.steps if step.name is StepName.EMPATHISE)
    assert any(line in feeling for line in POLICY.variants("en", "empathise_angry"))
    assert (str(ENGLISH["empathy"]) in feeling) is told


def test_own_frustration_gets_a_word_of_empathy_though_nobody_is_blamed() -> None:
    source = resolution(ENGLISH)
    names = {step.name for step in reply("where is my card, I'm so tired of waiting", source).steps}
    assert StepName.EMPATHISE in names
    assert StepName.APOLOGISE not in names


def test_kind_words_are_thanked_for_and_reported_fraud_is_never_met_with_a_menu() -> None:
    pleased = analysis("a wonderful company", sentiment=SentimentLabel.POSITIVE)
    sure = pleased.sentiment.model_copy(update={"probabilities": {SentimentLabel.POSITIVE: 0.95}})
    nothing = found(resolution(ENGLISH), relevance=0.01)
    message = Message(text="a wonderful company")
    kind = compose(message, pleased.model_copy(update={"sentiment": sure}), nothing, POLICY)
    assert kind.status is Status.READY
    assert any(line in kind.text for line in POLICY.variants("en", "praise"))
    fraud = analysis("x", signals=(Signal(name=SignalName.FRAUD_OR_THEFT, confidence=0.9),))
    unsure = found(resolution(ENGLISH), relevance=0.1)
    asked = compose(Message(text="five withdrawals in ten minutes"), fraud, unsure, POLICY)
    assert asked.status is Status.NEEDS_INFORMATION
    assert any(line in asked.text for line in POLICY.variants("en", "ask_protect_taken"))
