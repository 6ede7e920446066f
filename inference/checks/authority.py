"""Authority: what a reply gives away must be the sender's to give, have happened, or be what anybody gets."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from inference.checks.base import CheckInput, folded_text
from inference.checks.drop import dropped
from inference.checks.grants import Given, grants
from inference.checks.reading import language_of
from inference.checks.support import lines
from inference.contradiction.figures import figures
from inference.lexicons import load_lexicon
from inference.policy.checking import Grant, GrantKind, GrantReason
from inference.stems import stem_words
from inference.text import fold, fold_pattern
from inference.types import DifferenceKind, Edit, Finding

_CODES = {kind: f"unauthorised_{kind.value}" for kind in GrantKind}
# What a fact's name or value says has been done, by kind.
_DONE = {
    GrantKind.REFUND: r"refund|paid|credit|return|revers|reimburs|dispute|restor|استرد|رد |اعيد|دفع|قيد",
    GrantKind.FEE_REVERSAL: r"fee|revers|waive|refund|رسوم|رسم",
    GrantKind.GOODWILL: r"goodwill|compensat|credit|voucher|bonus|points|gift|تعويض|هديه|نقاط|قسيمه",
    GrantKind.CHARGEBACK: r"chargeback|dispute|recall|revers|اعتراض|نزاع|استرجاع",
    GrantKind.EXCEPTION: r"limit|exception|approv|waive|discount|verif|check|free|block|status|lift|حد|استثناء"
    r"|اعتماد|خصم",
}
_LITTLE = 2
_EARLIER = 2_000
"""Characters before "I've taken it off" within which the fee is named."""
_CURRENCIES = {"riyal": "SAR", "dirham": "AED", "dinar": "JOD", "pound": "EGP", "dollar": "USD", "euro": "EUR"}
# The country that stands beside a currency's name.
_COUNTRIES = {
    "kuwait|كويتي|kwd": "KWD", "bahrain|بحريني|bhd": "BHD", "qatar|قطري|qar": "QAR", "oman|عماني"
    "|omr": "OMR", "iraq|عراقي|iqd": "IQD",
    "sterling|استرليني|british|gbp|£": "GBP", "moroc|مغربي|mad(?!\\w)": "MAD", "tunis|تونسي|tnd": "TND", "yemen"
    "|يمني": "YER",
    "leban|لبناني|lbp": "LBP", "syria|سوري": "SYP", "sudan|سوداني": "SDG", "algeri|جزائري": "DZD", "liby|ليبي": "LYD",
}  # fmt: skip
_NO_COST = re.compile(
    fold_pattern(
        r"(?<!\w)(?:free|no (?:fee|charge|cost)|nothing|won't (?:pay|be charged|have to pay)|مجان\w*|(?:دون|بلا"
        r"|من غير) (?:رسوم|مقابل)|لن (?:تدفعوا|يخصم|نأخذ)|لا (?:رسوم|رسم))"
    )
)
# In a source "I" is the customer.
_FIRST = re.compile(r"(?<!\w)i(?!\w)")
_FEES = re.compile(r"(?<!\w)(?:fees|charges)(?!\w)")
_WIDER = re.compile(
    fold_pattern(
        r"(?<!\w)(?:as well|also|too|first one|other|both|together with|along with|twice|again|كذلك|أيضا|ومعه|ومعها)"
        r"(?!\w)"
    )
)


def check_authority(given: CheckInput) -> Iterator[Finding]:
    """Find what is granted, offered or announced beyond the role's power, with no fact or source that says so."""
    for item in grants(given.folded.text):
        if not _common(item, given) and not _happened(item, given) and not _allowed(item, given):
            yield given.finding(_CODES[item.kind], at=(item.start, item.end), suggestion=_dropped(item, given))


def _common(item: Given, given: CheckInput) -> bool:
    """Tell whether a source gives the same to anybody."""
    if item.clause.strip() in given.backing:
        return True
    if _free(item, given):
        return True
    amounts = _amounts(item.clause)
    for source in given.trusted:
        if not source.id.startswith("fact:"):
            quote = folded_text(source.quote)
            if not item.done and amounts <= _amounts(quote) and any(_same(item, other) for other in grants(quote)):
                return True
    return False


def _same(item: Given, other: Given) -> bool:
    """Tell whether a line of a source gives what a clause gives; what costs nobody anything is looked at apart."""
    if item.kind is not other.kind or _NO_COST.search(other.clause) or _FIRST.search(other.clause):
        return False
    said, held = ({word.text for word in stem_words(given.clause)} for given in (item, other))
    return len(said & held) > 1


def _free(item: Given, given: CheckInput) -> bool:
    """Tell whether a clause says of something that it costs nothing, and a line of a source says so of it too."""
    own = given.folded.text[item.start : item.end]
    if item.kind is not GrantKind.EXCEPTION or _recurring(item) or not _NO_COST.search(own):
        return False
    said = {word.text for word in stem_words(_NO_COST.sub(" ", given.folded.text[slice(*item.sentence)]))}
    return any(
        _NO_COST.search(line.text) and said & set(line.stems) for source in given.trusted for line in lines(source)
    )


def _happened(item: Given, given: CheckInput) -> bool:
    """Tell whether a fact says that just this was done."""
    if not item.done or _WIDER.search(item.clause) or _recurring(item) or _FEES.search(item.clause):
        return False
    words = [fold(f"{fact.name.replace('_', ' ')}: {fact.value}").text for fact in given.message.facts]
    words = [text for text in words if re.search(_DONE[item.kind], text)]
    if item.kind in {GrantKind.GOODWILL, GrantKind.FEE_REVERSAL}:
        # That a fee was wrong, or a customer waited, gives nothing back.
        words = [
            text
            for text in words
            if re.search(r"revers|refund|waive|credited|paid|granted|added|returned|issued|اعيد|ردت|اضيف|صرف", text)
        ]
    amounts = {amount for amount, _ in _amounts(item.clause)}
    known = {amount for text in words for amount, _ in _amounts(text)}
    return bool(words) and (not known or amounts <= known)


def _allowed(item: Given, given: CheckInput) -> bool:
    return any(_within(grant, item, given) for grant in given.policy.authority if grant.kind is item.kind)


def _within(grant: Grant, item: Given, given: CheckInput) -> bool:
    """Tell whether a role may grant this much, in this currency, for a reason that the conversation shows."""
    several = item.kind is GrantKind.FEE_REVERSAL and _FEES.search(item.clause)
    if given.role not in grant.roles or several or _recurring(item) or _WIDER.search(item.clause):
        return False
    if grant.reasons and not any(_shown(reason, item, given) for reason in grant.reasons):
        return False
    if not grant.most:
        return True
    amounts = _amounts(given.folded.text[slice(*item.sentence)]) or _spoken(item, given)
    return bool(amounts) and all(
        amount <= grant.most.get(currency or next(iter(grant.most)), 0.0) for amount, currency in amounts
    )


def _spoken(item: Given, given: CheckInput) -> frozenset[tuple[float, str]]:
    """Return the amount of a single fee that the facts or the text before it name: "I've taken it off"."""
    if item.kind is not GrantKind.FEE_REVERSAL:
        return frozenset()
    facts = frozenset().union(*(_amounts(fold(fact.value).text) for fact in given.message.facts), frozenset())
    return facts or _amounts(given.folded.text[max(0, item.start - _EARLIER) : item.start])


def _shown(reason: GrantReason, item: Given, given: CheckInput) -> bool:
    if reason is GrantReason.OUR_ERROR and any(
        fact.name in given.policy.ownership.facts for fact in given.message.facts
    ):
        return True
    start, end = item.sentence
    before = max(given.folded.text.rfind(mark, 0, max(0, start - 2)) for mark in ".!?\n")
    facts = " ".join(f"{fact.name.replace('_', ' ')} {fact.value}" for fact in given.message.facts)
    said = f"{given.folded.text[before + 1 : end]} {fold(facts).text}"
    if reason in {GrantReason.DELAY, GrantReason.REPEAT_CONTACT}:
        said = f"{said} {fold(given.message.text).text}"
    return _tells(said, reason)


@lru_cache(maxsize=128)  # all that a sentence gives away has one reason
def _tells(said: str, reason: GrantReason) -> bool:
    return any(
        _pattern("reasons", language, reason.value).search(said) is not None for language in (language_of(said), "en")
    )


def _recurring(item: Given) -> bool:
    return _pattern("recurring", language_of(item.clause)).search(item.clause) is not None


@lru_cache(maxsize=512)  # a clause is held against every source, and a source against every clause
def _amounts(text: str) -> frozenset[tuple[float, str]]:
    """Return the amounts of folded text with their currencies, empty where it names none."""
    if not re.search(r"\d|(?:ون|ين|ه|ان|عشر|مي[هت])(?!\w)| (?:ten|twenty|thirty|forty|fifty|five|hundred)", text):
        return frozenset()
    kinds = (DifferenceKind.AMOUNT, DifferenceKind.NUMBER)
    return frozenset(
        (item.value, _currency(item.unit, text[item.start - 12 if item.start > 12 else 0 : item.end + 14], item.kind))
        for item in figures(text)
        if item.kind in kinds and isinstance(item.value, float)
    )


def _currency(unit: str, near: str, kind: DifferenceKind) -> str:
    for pattern, code in _COUNTRIES.items():
        if re.search(fold_pattern(pattern), near):
            return code
    return _CURRENCIES.get(unit, "XXX") if kind is DifferenceKind.AMOUNT else ""


def _dropped(item: Given, given: CheckInput) -> Edit | None:
    """Return the edit that drops the sentence, where it says little else."""
    start, end = item.sentence
    text = given.folded.text
    around = text[start : item.start].split() + text[item.end : end].strip(" .!").split()
    return dropped(given, start, end) if len(around) <= _LITTLE else None


@cache
def _pattern(name: str, language: str, part: str | None = None) -> re.Pattern[str]:
    entry = load_lexicon("authority")[name]
    source = fold_pattern((entry[part] if part else entry)[language])
    return re.compile(rf"(?<!\w)[وفبل]?(?:{source})(?!\w)" if language == "ar" else rf"(?<!\w)(?:{source})(?!\w)")
