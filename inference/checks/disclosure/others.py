"""Data of anybody but the customer, and the customer's own numbers where they should be masked."""

import re
from collections.abc import Iterator
from functools import cache

from inference.checks.base import CheckInput
from inference.checks.disclosure.words import pattern, plain
from inference.checks.reading import Sentence
from inference.guarded import Guarded
from inference.lexicons import load_lexicon
from inference.stems import stem_words
from inference.text import fold, fold_pattern
from inference.types import Finding, Span

_LOOKS = re.compile(r"\d(?:[\s-]?\d){6}|[A-Za-z]{2}\s?\d{2}|\S@\S")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Za-z0-9])")
_CARD = re.compile(r"(?<![\d•*])\d{4}(?:[ -]?\d{4}){2}[ -]?\d{3,4}(?![\d•*])")
_LONG = re.compile(r"(?<![\w•*#-])\+?\d(?:[ -]?\d){8,14}(?![\w•*])")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_OTHERS_FACT = re.compile(
    r"recipient|sender|beneficiary|employee|teller|courier|driver|other|holder|spouse|payee|payer"
)
_PUBLIC_FACT = re.compile(r"status|bank|date|due|time")
_CALL = re.compile(
    r"(?:call|ring|phone|dial|reach|text|whatsapp)(?:ing)? (?:us|our)[^.\n]{0,40}$"
    r"|(?:[اا]تصلوا?|كلمونا|تواصلوا معنا|على الرقم|هاتفنا|رقمنا)[^.\n]{0,40}$",
    re.IGNORECASE,
)
_LEAD = 64
"""Characters before a number within which "call us" stands."""
_DIGITS = re.compile(r"\D")
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


def check_others(given: CheckInput) -> Iterator[Finding]:
    """Find full numbers and addresses of anybody, and what is told of people other than the customer.

    A helpdesk's own number or address stands in a source and is none; a fact is no such source.
    """
    found = list(_numbers(given))
    for start, end in found:
        yield given.finding("others_data", span=Span(start=start, end=end, text=given.text[start:end]))
    text = given.folded.text
    people = any(_OTHERS_FACT.search(fact.name.lower()) for fact in given.message.facts)
    if not people and not _arabic().found(text) and not _folded_english().found(text):
        return
    for sentence in given.reading.sentences:
        if _told(given, sentence):
            yield given.finding("others_data", at=sentence.place)


def _numbers(given: CheckInput) -> Iterator[tuple[int, int]]:
    """Yield the places of numbers and addresses that should not stand in a message."""
    text = given.text
    if not _LOOKS.search(given.folded.text):
        return
    public = " ".join(source.quote for source in given.trusted if not source.id.startswith("fact:")).lower()
    message = given.message.text.lower()
    digits, asked = _DIGITS.sub("", fold(public).text), _DIGITS.sub("", fold(given.message.text).text)
    taken, shown = bytearray(len(text)), text.translate(_ARABIC_DIGITS)
    for full, matches in ((True, _IBAN), (True, _CARD), (False, _LONG), (False, _EMAIL)):
        for match in matches.finditer(shown):
            said = match.group()
            own = _DIGITS.sub("", said)
            known = said.lower() in public or (len(own) > 6 and own in digits)
            quoted = not full and ((len(own) > 6 and own in asked) or said.lower() in message)
            # Where to call is nobody's secret: whether it is the right number, the facts tell.
            quoted = quoted or bool(
                matches is _LONG and _CALL.search(shown, max(0, match.start() - _LEAD), match.start())
            )
            if not known and not quoted and not any(taken[slice(*match.span())]):
                taken[slice(*match.span())] = b"\1" * len(said)
                yield match.span()


def _told(given: CheckInput, sentence: Sentence) -> bool:
    """Whether it tells something of a third person that the customer did not say."""
    if not pattern("others", "denies").search(sentence.text):
        match = _arabic().search(sentence.text)
        if match is not None and not _said_before(given, sentence.text):
            return True
        if _folded_english().found(sentence.text):
            match = _english().search(given.folded.span(*sentence.place).text)
            if (
                match is not None
                and _somebody(given, match)
                and _stranger(given, match["held"])
                and not _said_before(given, sentence.text)
            ):
                return True
    return _third_fact(given, sentence)


def _said_before(given: CheckInput, told: str) -> bool:
    """Whether the customer said all of it."""
    said = {item.text for turn in _turns(given) for item in stem_words(plain(turn))}
    return all(item.text in said for item in stem_words(plain(told)))


def _turns(given: CheckInput) -> tuple[str, ...]:
    return (given.message.text, *(turn.text for turn in given.message.history))


def _somebody(given: CheckInput, match: re.Match[str]) -> bool:
    """Whether a capitalised word that does something is a person of whom the customer, or a fact, spoke."""
    name = match.group("third")
    if name is None:
        return True
    spoken = [*_turns(given), *(fact.value for fact in given.message.facts)]
    return name != given.message.customer.name and any(re.search(rf"(?<!\w){name}(?!\w)", text) for text in spoken)


def _stranger(given: CheckInput, name: str | None) -> bool:
    """Whether a full name is nobody's of whom a source or the conversation speaks."""
    if name is None:
        return True
    known = [plain(text) for text in (*_turns(given), given.message.customer.name or "")]
    return not any(part in text for part in plain(name).split() for text in (*known, given.backing))


def _third_fact(given: CheckInput, sentence: Sentence) -> bool:
    """Whether a fact about somebody else (recipient_name, employee_mobile) is told."""
    said = plain(given.message.text)
    for fact in given.message.facts:
        if _OTHERS_FACT.search(fact.name.lower()) and not _PUBLIC_FACT.search(fact.name.lower()):
            value = fold(fact.value).text
            parts = [part for part in re.findall(r"[^\W\d_]{3,}|\d{4,}", value) if part not in said]
            if parts and all(re.search(rf"(?<!\w){re.escape(part)}", sentence.text) for part in parts):
                return True
    return False


@cache
def _english() -> re.Pattern[str]:
    """People's data in English, where a capital tells a name."""
    data = load_lexicon("disclosure")["others"]
    value = r"(?-i:[A-Z][a-z]+|[\w.+-]+@|\+?\d|SAR|AED|USD|[A-Z]{2}\d)"
    shown = r"(?: \w+){0,3}? (?:is|are|was|has|shows|ends|reads)(?: \w+){0,3}?"
    owned = rf"{data['who']} (?:\w+ ){{0,3}}?{data['data']}{shown} {value}"
    named = rf"{data['belongs']}(?: an?| the| mr\.?| ms\.?| mrs\.?)* (?-i:[A-Z][a-z]+)"
    nobody = "You|We|It|Our|Your|The|This|That|They|She|He|Who|Naseem|Visa"
    third = rf"(?-i:(?P<third>(?!{nobody})[A-Z][a-z]+)) (?:also )?{data['third']}"
    kin = rf"{data['kin']}(?:, \w+,)?(?: also| still| already)? {data['third']}"
    called = rf"{data['person']}(?: \w+){{0,4}}? is (?:called )?(?-i:[A-Z][a-z]+ [A-Z][a-z]+)"
    held = rf"{data['held']} (?:mr\.? |ms\.? |mrs\.? )?(?-i:(?P<held>[A-Z][a-z'-]+ (?:[Aa]l-)?[A-Z][a-z'-]+))"
    return re.compile(
        rf"(?<!\w)(?:{owned}|{named}|{kin}|{called}|{third}|{held}|{data['born']}|{data['state']})", re.IGNORECASE
    )


@cache
def _folded_english() -> Guarded:
    """The same in folded text, where any word may be a name: what no sentence lacks, it is not searched for."""
    data = load_lexicon("disclosure")["others"]
    kin = (
        rf"{data['kin']}(?:, \w+,)?(?: also| still| already)? {data['third']}",
        rf"{data['person']}(?: \w+){{0,4}}? is ",
    )
    parts = (
        *kin,
        rf"{data['who']} (?:\w+ ){{0,3}}?{data['data']}",
        data["belongs"],
        data["born"],
        data["state"],
        f"{data['held']} [a-z]+ [a-z]+",
        rf"[a-z]+ (?:also )?{data['third']}",
    )
    return Guarded([re.sub(r"\(\?-i:(\[A-Z\])", r"(?:[a-z0-9]", part) for part in parts])


@cache
def _arabic() -> Guarded:
    data = load_lexicon("disclosure")["others"]
    where, whose, what = (fold_pattern(data[name]) for name in ("statedar", "whoar", "dataar"))
    shown = rf"{what}\S* {whose}(?: \S+){{0,3}}? (?:هو|هي|:|\d{{4}}|[a-z])"
    named = rf"{what}\S* (?:\S+ )?(?:المسجل|المسجله) (?:لدينا|عندنا)"
    called = rf"{whose} (?:هو|هي|اسمه|اسمها|يدعي|تدعي)(?: \S+)"
    kin = fold_pattern(data["kinar"])
    return Guarded([rf"(?<!\w)[وف]?(?:{part})" for part in (where, shown, named, called, kin)])
