"""What a reply says that nobody told it: numbers, dates, ids and addresses without a source.

This is on purpose another way than ``inference.checks.facts``: it reads the stored resolutions instead of what the
draft says that it cites, and compares values, digits and number words alike, instead of spellings.
"""

import re
from collections.abc import Iterable, Iterator

from evaluation.drafting.answered import Answered
from inference.plain import glossary
from inference.policy import Policy
from inference.text import fold, fold_pattern
from inference.types import SourceKind

_DIGITS = re.compile(r"\d+(?:[.,:/٫٬-]\d+)*")
_GROUPED = re.compile(r"[,٬](?=\d{3}(?!\d))")
_LIST_MARK = re.compile(r"(?m)^(\d{1,2})\. ")
_ADDRESS = re.compile(r"\S+@\S+\.\w+|https?://\S+|www\.\S+|\b[a-z]{2}\d{2}[a-z\d]{8,}\b")
_WORDS = {
    2: "two|twice|couple|اثنان|اثنين|اثنتين|مرتين|يومين|أسبوعين|شهرين|سنتين|ساعتين|تنين|زوج|يومان|شهران|أسبوعان"
    "|yomen|yomein|youmein|esbo3en|esbo3ein|osbo3een|esbou3ein|esboo3en|shahrein|shahren|marten|martein|jouj|tnen",
    3: "three|ثلاث|ثلاثة|تلات|تلاتة|تلت|talat|tlat|tlata|thalath|talata",
    4: "four|أربع|أربعة|اربع|arba3|arba3a|rab3a",
    5: "five|خمس|خمسة|khams|khamsa|5ams|5amsa",
    6: "six|ست|ستة|sitta|setta|sett",
    7: "seven|سبع|سبعة|sab3|sab3a",
    8: "eight|ثمان|ثماني|ثمانية|تمن|تمنية|tamanya|tmanya",
    9: "nine|تسع|تسعة|tis3a|tes3a",
    10: "ten|عشر|عشرة|3ashara|3ashra",
}
_WORD = {
    re.compile(rf"(?<!\w)[وبلفك]?(?:{fold_pattern(words)})(?!\w)"): f"{number}" for number, words in _WORDS.items()
}


def unbacked(item: Answered, policy: Policy) -> tuple[str, ...]:
    """Return the values, brackets and citations of a draft that no source, fact, phrase or customer's word holds."""
    draft = item.draft
    if not draft.text:
        return ()
    known = fold("\n".join(_backing(item, policy))).text
    text = fold(draft.text).text
    values = set(_values(known))
    missing = [value for value in _values(_unnumbered(text)) if value not in values]
    missing += [address for address in _ADDRESS.findall(text) if address not in known]
    missing += re.findall(r"\{\w*\}?", draft.text)
    cited = [source.id for source in draft.sources if source.kind is SourceKind.RESOLUTION]
    missing += [name for name in cited if name not in item.resolutions]
    if not _in_sequence(text):
        missing.append("numbering")
    return tuple(dict.fromkeys(missing))


def _backing(item: Answered, policy: Policy) -> Iterator[str]:
    language = item.draft.language
    yield item.message.text
    yield from (turn.text for turn in item.message.history)
    for fact in item.message.facts:
        yield fact.value
        yield re.sub(r"\b0|-0?", " ", fact.value)  # an ISO day, part by part
    for value in policy.phrases.get(language, {}).values():
        yield from (value,) if isinstance(value, str) else value
    for source in item.draft.sources:
        if source.kind is SourceKind.RESOLUTION and source.id in item.resolutions:
            yield item.resolutions[source.id].quote
        if source.kind is SourceKind.GLOSSARY:
            wording = glossary()[source.id.removeprefix("glossary:")].wording(language)
            yield from filter(None, (wording.plain, wording.many, wording.like, *wording.instead.values()))


def values_of(text: str) -> frozenset[str]:
    """Return the values that a text states in digits, list numbers left out."""
    return frozenset(map(_plain, _DIGITS.findall(_unnumbered(fold(text).text))))


def _values(folded: str) -> Iterable[str]:
    yield from map(_plain, _DIGITS.findall(folded))
    for pattern, value in _WORD.items():
        if pattern.search(folded):
            yield value


def _plain(number: str) -> str:
    return _GROUPED.sub("", number).replace("٫", ".").replace("٬", ",")


def _unnumbered(folded: str) -> str:
    return _LIST_MARK.sub("", folded)


def _in_sequence(folded: str) -> bool:
    """Tell whether list numbers count from 1, in one list or in several."""
    last = 0
    for number in map(int, _LIST_MARK.findall(folded)):
        if number not in {1, last + 1}:
            return False
        last = number
    return True
