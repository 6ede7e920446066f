import pytest

from inference.contradiction import differences, read_statement
from inference.contradiction.figures import figures
from inference.text import fold
from inference.types import DifferenceKind, Resolution

KIND = DifferenceKind
DAY = "working day"


def read(text: str) -> list[tuple[DifferenceKind, float | str, str]]:
    return [(item.kind, item.value, item.unit) for item in figures(fold(text).text)]


@pytest.mark.parametrize(
    ("arabic", "english", "expected"),
    [
        ("خلال ٥ إلى ٧ أيام عمل", "within 5 to 7 working days", [(KIND.PERIOD, 5.0, DAY), (KIND.PERIOD, 7.0, DAY)]),
        ("خلال يومين إلى 4 أيام عمل", "within two to 4 working days",
         [(KIND.PERIOD, 2.0, DAY), (KIND.PERIOD, 4.0, DAY)]),
        ("خلال يوم عمل", "within one working day", [(KIND.PERIOD, 1.0, DAY)]),
        ("10 إلى 14 يوم عمل", "10 to 14 working days", [(KIND.PERIOD, 10.0, DAY), (KIND.PERIOD, 14.0, DAY)]),
        ("خلال ٢٤ ساعة", "within a day", [(KIND.PERIOD, 24.0, "hour")]),
        ("أسبوعين", "two weeks", [(KIND.PERIOD, 336.0, "hour")]),
        ("ثلاثة أشهر", "3 months", [(KIND.PERIOD, 3.0, "month")]),
        ("5,000 ريال و20,000 ريال", "SAR 5,000 and 20,000 riyals",
         [(KIND.AMOUNT, 5000.0, "riyal"), (KIND.AMOUNT, 20000.0, "riyal")]),
        ("٢٠ دولارًا", "$20", [(KIND.AMOUNT, 20.0, "dollar")]),
        ("رسوم 1.5%", "a fee of 1.5 percent", [(KIND.PERCENTAGE, 1.5, "")]),
        ("٠٫٥٪", "0.5%", [(KIND.PERCENTAGE, 0.5, "")]),
        ("في 15 مارس", "on March 15", [(KIND.DATE, "-3-15", "")]),
        ("9 صباحًا", "9 am", [(KIND.TIME, 540.0, "")]),
        ("اتصلوا على 19123", "call us on 19123", [(KIND.PHONE, "19123", "")]),
        ("هاتف ‎+966 11 234 5678", "phone +966 11 234 5678", [(KIND.PHONE, "966112345678", "")]),
        ("واحد منها", "the one you want", []),
        ("مئة وخمسون ريالًا", "a hundred and fifty riyals", [(KIND.AMOUNT, 150.0, "riyal")]),
        ("ثلاثة آلاف وخمسمئة جنيه", "three thousand five hundred pounds", [(KIND.AMOUNT, 3500.0, "pound")]),
        ("ألفا ريال", "two thousand riyals", [(KIND.AMOUNT, 2000.0, "riyal")]),
        ("رسم العشرين ريالًا", "twenty riyals", [(KIND.AMOUNT, 20.0, "riyal")]),
        ("بمئة وخمسة وعشرين ألف دينار", "125k dinars", [(KIND.AMOUNT, 125000.0, "dinar")]),
        ("ريالان", "two riyals", [(KIND.AMOUNT, 2.0, "riyal")]),
        ("واحد ونصف في المئة", "one and a half percent", [(KIND.PERCENTAGE, 1.5, "")]),
        ("نصف بالمئة", "half a percent", [(KIND.PERCENTAGE, 0.5, "")]),
        ("نصف ساعة", "half an hour", [(KIND.PERIOD, 0.5, "hour")]),
        ("ساعة ونصف", "an hour and a half", [(KIND.PERIOD, 1.5, "hour")]),
        ("أربع وعشرون ساعة", "twenty-four hours", [(KIND.PERIOD, 24.0, "hour")]),
        ("أسبوعان", "a fortnight", [(KIND.PERIOD, 336.0, "hour")]),
        ("اثنا عشر شهرًا", "twelve months", [(KIND.PERIOD, 12.0, "month")]),
        ("5-7 أيام عمل", "5-7 working days", [(KIND.PERIOD, 5.0, DAY), (KIND.PERIOD, 7.0, DAY)]),
        ("السادسة عشرة من عمره", "the sixteenth", []),
        ("يوم الاثنين", "on Monday", []),
    ],
)  # fmt: skip
def test_figures_read_alike_in_both_languages(
    arabic: str, english: str, expected: list[tuple[DifferenceKind, float | str, str]]
) -> None:
    assert read(arabic) == expected
    assert read(english) == expected


def resolution(language: str, answer: str, **fields: object) -> Resolution:
    values = {"id": language, "problem": "p", "answer": answer, "language": language} | fields
    return Resolution.model_validate(values)


def kinds(first: str, second: str, *, languages: str = "ar en", same_matter: bool = True) -> list[DifferenceKind]:
    one, other = languages.split()
    statements = read_statement(resolution(one, first)), read_statement(resolution(other, second))
    return [item.kind for item in differences(*statements, same_matter=same_matter)]


def test_translations_must_agree() -> None:
    arabic = "تصل البطاقة خلال ٥ إلى ٧ أيام عمل، والتوصيل السريع 25 ريالًا."
    assert kinds(arabic, "Cards take 5 to 7 working days; express costs 25 riyals.") == []
    assert kinds(arabic, "Cards take 5 to 9 working days; express costs 25 riyals.") == [KIND.PERIOD]
    assert kinds(arabic, "Cards take 5 to 7 working days; express costs 25 dollars.") == [KIND.CURRENCY]
    assert kinds(arabic, "Cards take 5 to 7 days; express costs 30 riyals.") == [KIND.AMOUNT, KIND.PERIOD]
    assert kinds(arabic, "Cards are sent by courier.") == [], "what one leaves out contradicts nothing"


def test_rules_of_translations_must_agree() -> None:
    assert kinds("يمكنكم تغيير العنوان بعد الطلب.", "You cannot change the address after ordering.") == [KIND.POLICY]
    assert kinds("لا يمكن تغيير العنوان.", "You can't change the address.") == []
    assert kinds("التحويل مجاني.", "A transfer costs 20 riyals.") == [KIND.POLICY]
    assert kinds("لا يلزم إثبات العنوان.", "A proof of address is required.") == [KIND.POLICY]
    assert (
        kinds("التحويل المحلي مجاني، ورسوم الدولي 35 ريالًا.", "Local transfers are free, others cost 35 riyals.") == []
    )


def test_neighbours_differ_only_where_they_say_nearly_the_same() -> None:
    first = "International transfers usually arrive within 2 working days."
    assert kinds(
        first, "International transfers usually arrive within 4 working days.", languages="en en", same_matter=False
    ) == [KIND.PERIOD]
    assert kinds(first, "Local transfers finish within 1 working day.", languages="en en", same_matter=False) == []
    assert kinds(first, "يصل التحويل خلال 4 أيام عمل.", languages="en ar", same_matter=False) == []
    rule = "You can change the delivery address after ordering"
    assert kinds(
        rule + ".", "You cannot change the delivery address after ordering.", languages="en en", same_matter=False
    ) == [KIND.POLICY]


def test_quotes_are_the_sentences() -> None:
    one = read_statement(resolution("en", "Read this first. Withdrawals abroad cost 20 riyals, always."))
    other = read_statement(resolution("ar", "رسوم السحب في الخارج 30 ريالًا."))
    found = differences(one, other, same_matter=True)[0]
    assert (found.first, found.second) == (
        "Withdrawals abroad cost 20 riyals, always.",
        "رسوم السحب في الخارج 30 ريالًا.",
    )
