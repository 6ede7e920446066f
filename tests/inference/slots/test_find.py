from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.slots import Slot, SlotName, find_slots
from inference.types import Channel, Message
from models.sets.own import OWN_DATA, read_corpus

NOON = datetime(2026, 11, 12, 12, tzinfo=ZoneInfo("Asia/Riyadh"))  # a Thursday


def found(text: str, at: datetime | None = NOON) -> list[tuple[str, str]]:
    return [(slot.name.value, _value(slot)) for slot in find_slots(Message(text=text, received_at=at))]


def _value(slot: Slot) -> str:
    return f"{slot.value} {slot.currency}" if slot.currency else slot.value


@cache
def _labelled() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("labelled.yaml").read_text(encoding="utf-8"))
    corpus = {row["id"]: row for row in read_corpus(OWN_DATA / "support_messages")}
    for row in rows:
        if "source" in row:
            assert corpus[row["source"]]["split"] != "test"
            row["text"] = corpus[row["source"]]["text"]
    return rows


def _fits(slot: Slot, label: list[str | None]) -> bool:
    name, text, value = label
    typed = text is None or text in slot.text or slot.text in text
    return slot.name.value == name and typed and value in {None, _value(slot)}


def _score(part: str) -> Counter[str]:
    score: Counter[str] = Counter()
    for row in _labelled():
        if row["part"] != part:
            continue
        labels = list(row["slots"])
        for slot in find_slots(Message(text=row["text"], received_at=NOON)):
            label = next((item for item in labels if _fits(slot, item)), None)
            score["right" if label else "wrong"] += 1
            if label:
                labels.remove(label)
        score["missed"] += len(labels)
    return score


@pytest.mark.parametrize("part", ["work", "held"])
def test_labelled_messages_are_read_precisely(part: str) -> None:
    score = _score(part)
    assert score["right"] / (score["right"] + score["wrong"]) >= 0.95
    assert score["right"] / (score["right"] + score["missed"]) >= 0.9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("طلبي رقم ٤٨٢١٣ لم يصل", [("order_id", "48213")]),
        ("my order 48213 is late", [("order_id", "48213")]),
        ("el order ra2am 55821 lesa mawaselsh", [("order_id", "55821")]),
        ("رقم التتبع عندي هو DZ448190277", [("tracking_number", "DZ448190277")]),
        ("ticket #77 is open", [("reference", "77")]),
        ("ticket 77 is open", []),
        ("case ref. CS/2026/0091", [("reference", "CS/2026/0091")]),
        ("I want to order 3 pizzas and 2000 napkins", []),
        ("my order 2026 edition", []),
        ("the order 12/11/2026", [("date", "")]),
        ("order 1500 SAR", [("amount", "1500 SAR")]),
        ("فاتورة ٢١٤٠ لشهر واحد", []),
    ],
)
def test_numbers_of_papers_need_a_name(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("خصم ٢٥٠ ريالًا سعوديًّا", [("amount", "250 SAR")]),
        ("خصم ٢٥٠ ريال", [("amount", "250")]),
        ("رجعوا لي ٨٩٫٩٥ درهم إماراتي", [("amount", "89.95 AED")]),
        ("دفعت بـ٣٬٤٩٩ جنيه مصري", [("amount", "3499 EGP")]),
        ("KWD 12.500 is gone", [("amount", "12.500 KWD")]),
        ("1.250 دولار", [("amount", " USD")]),  # a thousand, or one and a quarter
        ("خمسين دينار كويتي ومئة جنيه", [("amount", "50 KWD"), ("amount", "100")]),
        ("they took 450 ألف دينار عراقي", [("amount", "450000 IQD")]),
        ("€1.299,50 was charged", [("amount", "1299.50 EUR")]),
        ("charged me 800 twice", [("amount", "800")]),
        ("charged me 3 times", []),
        ("ما الحد الأقصى للسحب اليومي؟ هل هو ٥٠٠٠ ريال؟", []),
        ("byenkhaf 3le mn el bank", []),
        ("سرعة ٥٠٪ وباقة ٥٥ جيجا", []),
    ],
)
def test_amounts_have_a_value_and_a_sure_currency(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == [(name, value) for name, value in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("صارلي أسبوعين أنتظر", "P2W"),
        ("بقالي ١٠ أيام مستني", "P10D"),
        ("لم يصلني رد منذ خمسة وعشرين يومًا", "P25D"),
        ("مر أسبوع على الشكوى", "P1W"),
        ("ba2aly esbo3een mestanni", "P2W"),
        ("هادي سمانتين وأنا كنتسنى", "P2W"),
        ("I've been waiting for over three weeks", "P3W"),
        ("no internet for 6 days", "P6D"),
        ("it's been twenty-one days", "P21D"),
    ],
)
def test_waits_are_read(text: str, expected: str) -> None:
    assert found(text) == [("period", expected)]


@pytest.mark.parametrize(
    "text",
    [
        "هل يصل التحويل خلال يوم؟",
        "كم يستغرق؟ ٢٤ ساعة أو ٣ أيام عمل؟",
        "قلتوا لي يومين ويوصل",
        "أنا عميل عندكم منذ عشر سنين",
        "لا أريد الانتظار أكثر من أسبوع",
        "I've been a customer for two months",
        "refunds take 5 to 7 working days or 24 hours",
        "can I return it within 14 days?",
        "I'm leaving in 3 days",
        "on hold for 40 minutes each time",
        "من شهر رمضان والتطبيق لا يعمل",
    ],
)
def test_no_wait_is_read_into_other_periods(text: str) -> None:
    assert found(text) == []


def test_what_happened_a_while_ago_is_no_wait() -> None:
    assert found("I paid three days ago") == [("ago", "P3D")]
    assert found("طلبتها قبل شهرين") == [("ago", "P2M")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("هذه ثالث مرة أكلمكم", "3"),
        ("للمرة الرابعة أكتب لكم", "4"),
        ("رسالتي الخامسة", "5"),
        ("اتصلت بكم مرتين ولا جواب", "2"),
        ("this is my third email", "3"),
        ("I have called you four times", "4"),
        ("tani marra bektebelkon", "2"),
    ],
)
def test_contacts_are_counted(text: str, expected: str) -> None:
    assert found(text) == [("contacts", expected)]


@pytest.mark.parametrize(
    "text", ["ثالث مرة تنرفض بطاقتي", "third time the card fails", "you charged me twice", "I sent the money twice"]
)
def test_other_repeats_are_no_contacts(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("سُحب المبلغ أول أمس", "2026-11-10"),
        ("اتسحبت امبارح", "2026-11-11"),
        ("الثلاثاء الماضي", "2026-11-10"),
        ("since Monday", "2026-11-09"),
        ("last Thursday", "2026-11-05"),
        ("last Wednesday", ""),  # yesterday, or a week before
        ("on Sunday", ""),
        ("12 نوفمبر", "2026-11-12"),
        ("٣ كانون الثاني ٢٠٢٧", "2027-01-03"),
        ("3rd October 2026", "2026-10-03"),
        ("8 December", "2026-12-08"),
        ("3 March", ""),  # of this year or the next
        ("بتاريخ 25/10/2026", "2026-10-25"),
        ("بتاريخ ٤/١١/٢٠٢٦", ""),  # April or November
        ("1 رمضان 1447", "2026-02-18"),
        ("31/02/2026", None),
    ],
)
def test_dates_are_resolved_where_they_can_be(text: str, expected: str | None) -> None:
    assert found(text) == ([] if expected is None else [("date", expected)])


def test_relative_dates_need_the_day_of_the_message() -> None:
    (slot,) = find_slots(Message(text="اتسحبت امبارح"))
    assert (slot.value, slot.said) == ("", False)
    (slot,) = find_slots(Message(text="paid on 3 October 2026"))
    assert (slot.value, slot.said) == ("2026-10-03", True)


def test_a_day_begins_where_the_customer_is() -> None:
    late = Message(text="yesterday", received_at=datetime(2026, 11, 12, 22, tzinfo=UTC))
    assert find_slots(late)[0].value == "2026-11-11"
    assert find_slots(late, timezone=ZoneInfo("Asia/Riyadh"))[0].value == "2026-11-12"


@pytest.mark.parametrize("text", ["every Friday", "كل يوم خميس", "open from Sunday to Thursday", "من الأحد إلى الخميس"])
def test_habits_are_no_dates(text: str) -> None:
    assert found(text) == []


def test_places_and_products_need_a_clear_name() -> None:
    assert found("راجعت فرع مدينة نصر") == [("place", "مدينة نصر")]
    assert found("the ATM in Maadi and your Olaya branch") == [("place", "Maadi"), ("place", "Olaya")]
    assert found("راجعت الفرع القريب وفرع البنك ومكنة الفلوس") == []
    assert found("أدفع بـ Apple Pay أو بطاقة مدى") == [("product", "Apple Pay"), ("product", "mada")]
    assert found("على مدى شهر وبعد نفاذ الكمية وسداد المبلغ") == []


PRIVATE = {
    "card": "4242 4242 4242 4242",
    "iban": "SA03 8000 0000 6080 1016 7519",
    "id": "1012345672",
    "phone": "0551234567",
    "email": "order12345@example.com",
    "otp": "884213",
    "link": "https://shop.example/order/48213",
}


@pytest.mark.parametrize(
    "text",
    [
        f"my card is {PRIVATE['card']}",
        f"رقم الآيبان {PRIVATE['iban']}",
        f"رقم الهوية {PRIVATE['id']}",
        f"طلب رقم {PRIVATE['phone']}",
        f"order {PRIVATE['email']}",
        f"رمز التحقق {PRIVATE['otp']}",
        f"see {PRIVATE['link']}",
        f"request {PRIVATE['id']}",
        f"ticket: {PRIVATE['card']}",
        "order +966551234567",
        "password is order48213",
        "password is 48213, order 48213",
        "i paid 5500005555555559 for it",
        "تاريخ ميلادي 3/10/1990",
    ],
)
def test_personal_data_is_masked_or_left_out(text: str) -> None:
    values = [slot.value for slot in find_slots(Message(text=text))]
    assert values == (["4242"] if "4242" in text else ["48213"] if ", order" in text else [])


def test_of_a_card_number_only_the_last_digits_stay() -> None:
    message = Message(text="بطاقتي ٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ما تشتغل")
    (slot,) = find_slots(message)
    assert (slot.name, slot.value, slot.text) == (SlotName.CARD_ENDING, "4242", "٤٢٤٢")
    assert slot.span.start == message.text.rindex("٤٢٤٢")


def test_a_phone_that_ends_in_four_digits_is_no_card() -> None:
    assert found("the account number ending in 4421") == []
    assert found("my card ending in 4421") == [("card_ending", "4421")]


def test_quoted_history_is_not_read() -> None:
    attribution = "On Tue, Jun 3, 2025 at 10:12 AM Acme Support <support@acme.example> wrote:"
    text = f"شكرًا، الطلب رقم 48213.\n\n{attribution}\n> order 99999\n> paid SAR 100 two weeks ago"
    message = Message(text=text, channel=Channel.EMAIL)
    assert [slot.value for slot in find_slots(message)] == ["48213"]


PIECES = st.sampled_from(
    [
        *PRIVATE.values(), "طلبي رقم", "order", "#48213", "ticket", "منذ", "أسبوعين", "three weeks", "ago", "250",
        "ريال", "SAR", "card ending", "4421", "فرع", "العليا", "أمس", "on Tuesday", "12/11/2026", "٣ رمضان",
        "third", "email",
        "ثالث مرة", "أكلمكم", ".", "؟", "\n", "،", "😡", "بـ", "1٬250٫5", "\u200f", "ﻻ", "👨‍👩‍👧",
    ]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(PIECES | st.text(max_size=8), max_size=14))
def test_any_text_gives_slots_in_order_that_point_at_what_was_typed(pieces: list[str]) -> None:
    message = Message(text=" ".join(pieces), received_at=NOON)
    end = 0
    for slot in find_slots(message):
        assert end <= slot.span.start < slot.span.end
        assert message.text[slot.span.start : slot.span.end] == slot.text
        end = slot.span.end
        assert slot.value or slot.name in {SlotName.DATE, SlotName.AMOUNT}


@settings(max_examples=100)
@given(st.lists(PIECES, max_size=10))
def test_no_personal_number_is_ever_a_value(pieces: list[str]) -> None:
    for slot in find_slots(Message(text=" , ".join(pieces), received_at=NOON)):
        digits = "".join(char for char in slot.value if char.isdigit())
        assert not any(digits == "".join(c for c in value if c.isdigit()) for value in PRIVATE.values())
