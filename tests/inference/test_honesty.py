"""What must never be ready: gaps, claims turned into promises, admissions that nobody made, sources that are none."""

from datetime import UTC, datetime
from typing import Any

import pytest

from inference.compose import compose
from inference.overdue import overdue
from inference.policy import Policy
from inference.types import (
    AngerLevel,
    Author,
    Channel,
    Draft,
    Fact,
    Message,
    Reason,
    Signal,
    SignalName,
    SourceKind,
    Status,
    StepName,
    Turn,
)
from tests.inference.builders import ARABIC, ENGLISH, POLICY, analysis, found, resolution

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def reply(
    text: str, *, level: AngerLevel = AngerLevel.CALM, policy: Policy = POLICY, base: Any = ENGLISH, **source: Any
) -> Draft:
    message = source.pop("message", {})
    given = Message.model_validate({"text": text, "channel": "email"} | message)
    return compose(given, analysis(text, level), found(resolution(base, **source)), policy, agent_language="en")


def test_a_customer_s_amount_or_day_never_becomes_our_promise() -> None:
    composed = reply(
        "I was charged 500 SAR on 5 May 2026 for an order I never made",
        answer="We have refunded {amount} and you will get it by {date}. Refunds take 7 days.",
        short=None,
    )
    assert composed.status is Status.READY
    assert "500" not in composed.text
    assert "May 2026" not in composed.text.replace("You mention the date 5 May 2026.", "")


def test_two_orders_named_fill_nothing() -> None:
    text = "Order A12345 arrived fine, but order B67890 is missing"
    composed = reply(text, answer="Order {order_id} is being traced. It takes 7 days.", short=None)
    assert "is being traced" not in composed.text
    assert "please send us your order number" in composed.text


@pytest.mark.parametrize(
    ("answer", "gone", "kept"),
    [
        ("Your order No. {order_id} is late. It leaves today.", "Your order No", "It leaves today."),
        ("See www.example.com/track/{order_id} for news. It leaves today.", "www.example", "It leaves today."),
    ],
)
def test_a_sentence_goes_as_a_whole(answer: str, gone: str, kept: str) -> None:
    composed = reply(
        "where is my order",
        answer=answer,
        short=None,
        steps=("Send order {order_id} to us. Then wait for a call.", "Tap Track."),
    )
    assert gone not in composed.text
    assert kept in composed.text
    assert "Then wait for a call" not in composed.text


@pytest.mark.parametrize(
    "changes",
    [
        {"short": "A fee of ${amount} applies."},
        {"short": "Hello {{ticket.requester.first_name}}, it is late."},
        {"short": "We called you on [PHONE_1]."},
        {"short": "It takes { order id } days."},
        {"answer": "Your ticket is {ticket_no}.", "short": None, "steps": ()},
    ],
)
def test_gaps_and_masks_never_reach_a_customer(changes: dict[str, Any]) -> None:
    composed = reply("where is my order", message={"channel": "chat"}, **changes)
    assert composed.status is Status.NO_SAFE_DRAFT
    assert composed.reason is Reason.FAILED_CHECKS
    assert composed.notes


def test_every_text_of_a_resolution_is_filled() -> None:
    composed = reply(
        "where is my order",
        problem="Order {order_id} is late",
        restatement=None,
        empathy="Waiting for {order_id} is hard.",
    )
    assert "{" not in composed.text
    assert all("{" not in item.question + item.answer for item in composed.follow_ups)


@pytest.mark.parametrize("value", ["unknown", "not our error", "n/a", "off", "غير معروف"])
def test_only_a_yes_admits_a_fault(value: str) -> None:
    fact = {"name": "our_error", "value": value, "source": "crm"}
    assert "our mistake" not in reply("where is it", level=AngerLevel.ANGRY, message={"facts": [fact]}).text


def test_a_fault_is_not_admitted_in_public() -> None:
    fact = {"name": "our_error", "value": "yes", "source": "crm"}
    public = {"facts": [fact], "channel": "social_public"}
    assert "our mistake" not in reply("where is it", level=AngerLevel.ANGRY, message=public).text


@pytest.mark.parametrize("values", [("shipped", "cancelled"), ("<b>1</b>",), ("1\n\n2. x {0}",)])
def test_facts_that_differ_or_hold_markup_are_not_said(values: tuple[str, ...]) -> None:
    facts = [{"name": "order_status", "value": value, "source": "shop"} for value in values]
    composed = reply("where is it", tags=("delivery",), message={"facts": facts, "verified": True})
    assert composed.status is Status.READY
    assert not [item for item in composed.sources if item.kind is SourceKind.FACT]
    assert "According to our system" not in composed.text


def test_theft_keeps_its_protecting_steps_in_every_channel() -> None:
    for channel in (Channel.SMS, Channel.WHATSAPP, Channel.CHAT, Channel.EMAIL):
        composed = reply("My card was stolen", tags=("stolen",), message={"channel": channel})
        assert StepName.SOLVE in {step.name for step in composed.steps}, channel


@pytest.mark.parametrize(
    ("text", "base"), [("I ordered yesterday, where is my card?", ARABIC), ("طلبتها امس وين بطاقتي", ENGLISH)]
)
def test_a_relative_day_in_another_script_loses_no_draft(text: str, base: Any) -> None:
    message = {"language": base["language"], "received_at": NOW}
    assert reply(text, base=base, message=message).status is Status.READY


@pytest.mark.parametrize(
    "said",
    [
        "We'll reply within 90,000,000 hours.",
        "We'll reply within 999999 months.",
        "We'll reply within 1500 working days.",
    ],
)
@pytest.mark.parametrize("at", [NOW, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
def test_odd_times_in_the_history_crash_nothing(said: str, at: datetime) -> None:
    turn = Turn(author=Author.AGENT, text=said, at=at)
    for received in (NOW, datetime(1, 1, 1, tzinfo=UTC)):
        message = Message(text="yesterday I asked, any news?", history=(turn,), received_at=received)
        assert isinstance(overdue(message, POLICY.calendar), tuple)
        compose(message, analysis("x"), found(resolution(ENGLISH)), POLICY)


def test_a_day_outside_the_hijri_tables_is_written_without_it() -> None:
    raw = POLICY.model_dump(by_alias=True)
    raw["manners"]["hijri"] = True
    fact = Fact(name="expected_delivery", value="2099-01-01", source="shop")
    message = Message(text="where is it", verified=True, facts=(fact,), channel=Channel.EMAIL)
    source = resolution(ENGLISH, tags=("delivery",))
    composed = compose(message, analysis("x"), found(source), Policy.model_validate(raw))
    assert "Thursday 1 January 2099" in composed.text


def test_a_policy_line_backs_its_own_words_alone() -> None:
    composed = reply("where is my order", answer="It takes 7 days. Order {order_id} is late.", short=None)
    quotes = {item.id: item.quote for item in composed.sources if item.kind is SourceKind.POLICY}
    assert "7 days" not in quotes["policy:ask_slot"]
    assert "your order number" in quotes["policy:ask_slot"]


def test_many_quotes_take_no_time() -> None:
    """Quadratic matching over the customer's quotation marks took a minute here."""
    text = "وين بطاقتي ٥ " + "«" * 15_000
    assert reply(text, base=ARABIC).text


def test_in_public_no_question_names_a_matter() -> None:
    rival = resolution(ENGLISH, id="salary.en", problem="My salary was not paid")
    unsure = found(resolution(ENGLISH), rival, relevance=0.3)
    message = Message(text="about my money", channel=Channel.SOCIAL_PUBLIC)
    composed = compose(message, analysis("about my money"), unsure, POLICY)
    assert composed.status is Status.NEEDS_INFORMATION
    assert "salary" not in composed.text
    assert "private message" in composed.text


def test_an_explanation_within_a_promise_loses_no_draft() -> None:
    composed = reply(
        "where do I find it", short="We will send your IBAN to the app.", answer="We will send your IBAN to the app."
    )
    assert composed.status is Status.READY
    assert "IBAN (" in composed.text
    assert [item.source for item in composed.commitments if "send your" in item.text] == ["late.en"]
    invented = reply(
        "where is it", short="You will get it (we will pay 5 riyals) today.", answer="You will get it today."
    )
    assert invented.status is Status.READY  # the resolution says so itself


def test_in_public_no_wait_is_told() -> None:
    text = "I have been waiting three weeks for my card"
    public = reply(text, level=AngerLevel.ANGRY, message={"channel": "social_public"})
    assert "3 weeks" not in public.text
    assert "sorry" in public.text


def test_a_text_message_spends_no_part_on_curly_marks() -> None:
    composed = reply(
        "my card hasn't arrived", message={"channel": "sms"}, short="It\u2019s on its way \u2013 within 7 working days."
    )
    assert composed.text.isascii()


def test_surely_reported_fraud_is_not_answered_by_what_does_not_protect() -> None:
    text = "They said they were from the bank and I gave them the code"
    sure = (Signal(name=SignalName.FRAUD_OR_THEFT, confidence=0.9),)
    read = analysis(text, signals=sure)
    composed = compose(Message(text=text), read, found(resolution(ENGLISH)), POLICY)
    assert composed.status is Status.NEEDS_INFORMATION
    assert any(line in composed.text for line in POLICY.variants("en", "ask_protect_sent"))
    safe = compose(Message(text=text), read, found(resolution(ENGLISH, tags=("fraud",))), POLICY)
    assert safe.status is Status.READY


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("توفي والدي رحمه الله وكان حسابه عندكم", "ask_bereaved_need"),
        ("توفي والدي وأريد إغلاق الحساب", "ask_bereaved"),
    ],
)
def test_a_mourner_is_not_asked_what_they_have_said(text: str, key: str) -> None:
    composed = reply(text, base=ARABIC)
    assert composed.status is Status.NEEDS_INFORMATION
    assert any(line in composed.text for line in POLICY.variants("ar", key))
    assert any(line in composed.text for line in POLICY.variants("ar", "condolence"))


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("والدتي توفيت أمس الله يرحمها، وأنا نسيت الرقم السري لبطاقتي", ARABIC),
        ("My mother passed away last week. I was sending money to my sister and the app refused it", ENGLISH),
    ],
)
def test_a_mourner_who_writes_of_their_own_account_is_answered(text: str, base: dict[str, Any]) -> None:
    composed = reply(text, base=base)
    assert composed.status is Status.READY
    assert any(line in composed.text for line in POLICY.variants(composed.language, "condolence"))


@pytest.mark.parametrize(
    "text",
    [
        "My dad passed away. His solicitor asks what is needed to close the account",
        "توفي والدي الشهر الماضي، وعندي صك حصر الورثة وأريد إغلاق الحساب",
        "توفي والدي رحمه الله وأريد إغلاق حسابه",
        "ابوي عطاني بطاقته يوم كان حي والحين احتاج الرقم السري، الله يرحمه",
    ],
)
def test_who_writes_what_they_need_for_an_estate_is_not_asked_but_handed_to_a_person(text: str) -> None:
    composed = reply(text, base=ARABIC if "و" in text else ENGLISH)
    assert (composed.status, composed.reason) == (Status.NO_SAFE_DRAFT, Reason.UNSURE)
    assert POLICY.notes["en"]["bereaved"] in composed.notes


def test_a_mourner_is_asked_as_one_where_nothing_answers_with_confidence() -> None:
    text = "توفي والدي رحمه الله وكان حسابه عندكم"
    vague = found(resolution(ARABIC), relevance=POLICY.scope.name_above - 0.02)
    composed = compose(Message(text=text), analysis(text), vague, POLICY)
    assert composed.status is Status.NEEDS_INFORMATION
    assert [source.id for source in composed.sources] == ["policy:ask"]
    assert any(line in composed.text for line in POLICY.variants("ar", "ask_bereaved_need"))


def test_the_angry_are_heard_before_they_are_asked() -> None:
    rival = resolution(ENGLISH, id="salary.en", problem="My salary was not paid")
    unsure = found(resolution(ENGLISH), rival, relevance=0.3)
    for level, heard in ((AngerLevel.CALM, False), (AngerLevel.ANGRY, True)):
        composed = compose(Message(text="about my money"), analysis("about my money", level), unsure, POLICY)
        assert any(line in composed.text for line in POLICY.variants("en", "ask_heard")) is heard


@pytest.mark.parametrize(("stolen", "status"), [(0.3, Status.NO_SAFE_DRAFT), (0.9, Status.READY)])
def test_mourners_are_not_answered_as_if_they_had_lost_a_card(stolen: float, status: Status) -> None:
    text = "توفي والدي رحمه الله الأسبوع الماضي، ونريد أن نعرف كيف نغلق حسابه وبطاقته لديكم."
    signals = (Signal(name=SignalName.FRAUD_OR_THEFT, confidence=stolen),)
    lost = resolution(tags=("lost", "stolen"))
    composed = compose(Message(text=text), analysis(text, signals=signals), found(lost), POLICY)
    assert composed.status is status
