"""How numbers are written in a reply: the customer's digits, counted nouns, amounts and periods."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from inference.slots.types import Slot, SlotName
from models.errors import InputError

_TO_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_ARABIC_DIGIT = re.compile("[٠-٩]")
_ARABIC_LETTER = re.compile("[ء-ي]")
# Whose digits are never changed: links, addresses, what stands in quotation marks (menus, buttons), phone numbers and
# long ids, codes with Latin letters, a number after a Latin word ("iPhone 15"), versions.
_KEPT = re.compile(
    r"(?:https?://|www\.)\S+|\S{1,64}@\S+|«[^»«\n]{0,200}»|“[^”“\n]{0,200}”|\"[^\"\n]{0,200}\""
    r"|(?<!\d)(?:\+|00)\d[\d ()-]{5,}\d|(?<![\d.,])\d(?:[ -]?\d){6,}(?![\d.,]\d)"
    r"|[#@]?(?<![A-Za-z])[A-Za-z][\w./-]{0,60}\d[\w-]*|\d[\d-]{0,60}[A-Za-z][\w-]*"
    r"|(?<![A-Za-z])[A-Za-z]+[ -]\d+(?:[.,]\d+)*|\d+(?:\.\d+){2,}"
)
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?: ?%)?")


def digits_like(text: str, customer_text: str) -> str:
    """Write an Arabic text's digits as the customer writes theirs.

    Args:
        text: With ASCII digits; their separators and percent signs follow (١٬٢٥٠٫٥٠ and ٥٪).
        customer_text: The customer's own words. ASCII digits in codes, links and the like say nothing.

    Returns:
        The text with Arabic-Indic digits where the customer uses these and no others, else unchanged.
    """
    if not _ARABIC_LETTER.search(text) or not _writes_arabic_digits(customer_text):
        return text
    parts, last = [], 0
    for kept in _KEPT.finditer(text):
        parts += [_arabic(text[last : kept.start()]), kept.group()]
        last = kept.end()
    return "".join([*parts, _arabic(text[last:])])


@lru_cache(maxsize=64)  # asked for each step of each rendering of one reply
def _writes_arabic_digits(text: str) -> bool:
    return _ARABIC_DIGIT.search(text) is not None and not re.search("[0-9]", _KEPT.sub("", text))


def _arabic(text: str) -> str:
    def number(match: re.Match[str]) -> str:
        written = match.group().replace(",", "٬").replace(".", "٫").replace("%", "٪")
        return written.translate(_TO_ARABIC)

    return _NUMBER.sub(number, text)


class _Noun(NamedTuple):
    """Forms of a counted Arabic noun; ``after_tens`` stands after 11 to 99."""

    one: str
    single: str
    dual: str
    dual_oblique: str
    plural: str
    after_tens: str


_NOUNS = {
    noun.single: noun
    for noun in (
        _Noun("دقيقة واحدة", "دقيقة", "دقيقتان", "دقيقتين", "دقائق", "دقيقة"),
        _Noun("ساعة واحدة", "ساعة", "ساعتان", "ساعتين", "ساعات", "ساعة"),
        _Noun("يوم واحد", "يوم", "يومان", "يومين", "أيام", "يومًا"),
        _Noun("يوم عمل واحد", "يوم عمل", "يوما عمل", "يومي عمل", "أيام عمل", "يوم عمل"),
        _Noun("أسبوع واحد", "أسبوع", "أسبوعان", "أسبوعين", "أسابيع", "أسبوعًا"),
        _Noun("شهر واحد", "شهر", "شهران", "شهرين", "أشهر", "شهرًا"),
        _Noun("سنة واحدة", "سنة", "سنتان", "سنتين", "سنوات", "سنة"),
        _Noun("مرة واحدة", "مرة", "مرتان", "مرتين", "مرات", "مرة"),
        _Noun("ريال واحد", "ريال", "ريالان", "ريالين", "ريالات", "ريالًا"),
        _Noun("درهم واحد", "درهم", "درهمان", "درهمين", "دراهم", "درهمًا"),
        _Noun("دينار واحد", "دينار", "ديناران", "دينارين", "دنانير", "دينارًا"),
        _Noun("جنيه واحد", "جنيه", "جنيهان", "جنيهين", "جنيهات", "جنيهًا"),
        _Noun("ليرة واحدة", "ليرة", "ليرتان", "ليرتين", "ليرات", "ليرة"),
        _Noun("دولار واحد", "دولار", "دولاران", "دولارين", "دولارات", "دولارًا"),
    )
}


def counted(number: int, noun: str, *, oblique: bool = False) -> str:
    """Write a number with what it counts, in ASCII digits: «يومان», «3 أيام», «11 يومًا», «100 يوم»; "1 day", "2 days".

    Args:
        number: Not negative.
        noun: In the singular; an Arabic one of time, times or money, or any regular English one.
        oblique: Whether an Arabic dual stands after a preposition or as an object («منذ يومين»).

    Raises:
        InputError: the number is negative, or the Arabic noun is not known.
    """
    if number < 0:
        raise InputError("Give a number that is not negative.", field="number")
    if noun.isascii():
        return f"{number:,} {noun if number == 1 else _plural(noun)}"
    forms = _NOUNS.get(noun)
    if forms is None:
        raise InputError(f"Give one of these nouns: {'، '.join(_NOUNS)}.", field="noun")
    if number == 1:
        return forms.one
    if number == 2:
        return forms.dual_oblique if oblique else forms.dual
    return f"{number:,} {_after(forms, number)}"


def _after(forms: _Noun, number: int) -> str:
    """Return a noun's form after a number: of its last two digits, those from 3 to 10 and from 11 on decide."""
    rest = number % 100
    return forms.single if rest < 3 else forms.plural if rest <= 10 else forms.after_tens


def _plural(noun: str) -> str:
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else f"{noun}s"


_UNITS = {
    "TM": ("دقيقة", "minute"), "TH": ("ساعة", "hour"), "D": ("يوم", "day"), "W": ("أسبوع", "week"),
    "M": ("شهر", "month"), "Y": ("سنة", "year"),
}  # fmt: skip
_DURATION = re.compile(r"P(T?)(\d+)([DWMYH])")


def period_words(value: str, language: str, *, oblique: bool = True) -> str:
    """Write a slot's period: "P2W" as «أسبوعين», "2 weeks"; one as «أسبوع», "a week".

    Args:
        value: An ISO 8601 duration of one part, as ``Slot.value`` holds it.
        language: ``ar``, or anything else for English.
        oblique: Of an Arabic dual, as in ``counted``; after «منذ» it is.

    Raises:
        InputError: the value is no such duration.
    """
    match = _DURATION.fullmatch(value)
    names = _UNITS.get(match[1] + match[3]) if match else None
    if match is None or names is None:
        raise InputError('Give a duration of one part, such as "P2W".', field="value")
    arabic, english = names
    if int(match[2]) == 1:
        return arabic if language == "ar" else f"{'an' if english == 'hour' else 'a'} {english}"
    return counted(int(match[2]), arabic if language == "ar" else english, oblique=oblique)


_CURRENCY_NOUNS = {
    **dict.fromkeys(("SAR", "QAR", "OMR", "YER"), "ريال"),
    **dict.fromkeys(("AED", "MAD"), "درهم"),
    **dict.fromkeys(("KWD", "BHD", "JOD", "IQD", "TND", "DZD", "LYD"), "دينار"),
    **dict.fromkeys(("EGP", "SDG", "GBP"), "جنيه"),
    **dict.fromkeys(("LBP", "SYP", "TRY"), "ليرة"),
    "USD": "دولار",
}


def amount_words(slot: Slot, language: str) -> str | None:
    """Write an amount as the customer did; where the reply's script is another, in its own words.

    Args:
        slot: An ``amount``.
        language: ``ar``, or anything else for English.

    Returns:
        None where the amount cannot be written surely in the reply's script.

    Raises:
        InputError: the slot is no amount.
    """
    if slot.name is not SlotName.AMOUNT:
        raise InputError("Give a slot that is an amount.", field="slot")
    arabic = language == "ar"
    letters = re.sub(r"[\d\W_]", "", slot.text)
    # An ISO code reads in both scripts, a name in its own; an English reply holds no Arabic-Indic digits.
    own = (_ARABIC_LETTER.search(letters) is not None) == arabic or not letters or letters.upper() == slot.currency
    if own and (arabic or not _ARABIC_DIGIT.search(slot.text)):
        return slot.text
    if not slot.value or (letters and slot.currency is None):
        return None
    number = Decimal(slot.value)
    if not arabic:
        return f"{slot.currency or ''} {number:,}".strip()
    noun = _CURRENCY_NOUNS.get(slot.currency or "")
    if noun is None:
        return f"{number:,} يورو" if slot.currency == "EUR" else None
    return counted(int(number), noun, oblique=True) if number == int(number) else f"{number:,} {noun}"
