"""Words: no dialect or slang in a reply that speaks the standard language, no jargon left bare."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from inference.checks.base import CheckInput
from inference.checks.language.phrases import Phrases
from inference.checks.language.shown import known_words, latin_words, masked, words_in
from inference.lexicons import load_lexicon
from inference.plain import glossary, locked_names, unexplained
from inference.plain.frequency import band
from inference.plain.words import bare_forms, words_of
from inference.policy import Policy
from inference.text import fold, fold_pattern
from inference.thread import own_words
from inference.types import Finding, Span, TechnicalLevel

_GREETING = frozenset({"salam", "salaam", "allah"})
_ENGLISH_NOUN = re.compile(r"[A-Z]?[a-z]{3,}(?:ness|tion|sion|ment|ity|ance|ence|ing|able)")
_ACRONYM = re.compile(r"(?<![\w.@/-])[a-z]?[A-Z]{2,5}\d{0,3}(?![\w@]|\.\w)")
_LATIN_IN_ARABIC = re.compile(r"(?<![\w.@/-])[A-Za-z][A-Za-z-]{2,}(?![\w@]|\.\w)")
_EXPLAINED = re.compile(
    r"\s*(?:\(|[,،]?\s*(?:أي|وهو|وهي|يعني|بمعنى|that is|which (?:is|means)|meaning|i\.e\.)|\s[–—-]\s)"
)
_BRACKETS = re.compile(r"\([^()\n]*\)")
_THAT_TIME = re.compile(r"(?:ذلك|هذا|في|تلك)\s+$")
_RARE = 2
_SURE = 2.5
"""Weight from which a word of a dialect is nobody's standard Arabic (``lexicons/language.yaml``)."""


def check_register(given: CheckInput) -> Iterator[Finding]:
    """Find dialect words in an Arabic reply, and text-speak or slang in an English one."""
    text = masked(given.folded.text)
    if given.language != "ar":
        match = _slang().search(text) or _fillers().search(text)
        if match:
            yield given.finding("unfitting_register", at=match.span())
        return
    found = (*_colloquial().find(text), *(match.span() for match in _colloquial_forms().finditer(text)))
    for start, end in sorted(found):
        greetings = "\n".join(given.policy.manners.dialect_greetings.values())
        backing = f"{given.backing}\n{fold(greetings).text}"
        if re.search(rf"(?<!\w){re.escape(text[start:end])}(?!\w)", backing) is None and not _formal(
            given, text, start, end
        ):
            yield given.finding("unfitting_register", at=(start, end))
            return


def _formal(given: CheckInput, text: str, start: int, end: int) -> bool:
    """Tell whether a word is the standard one that looks like a dialect's: "حتى ذلك الحين", «تكفي لمسة»."""
    if text[start:end] == "تكفي":
        return given.folded.span(start, end).text.endswith("ي")
    return text[start:end].endswith("الحين") and _THAT_TIME.search(text[:start]) is not None


@cache
def _slang() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'/.@-])(?:{'|'.join(load_lexicon('script')['slang'])})(?![\w'@-])")


@cache
def _fillers() -> re.Pattern[str]:
    """Arabic words that English speakers of the region put in: no bank writes them."""
    loans = set(load_lexicon("language")["arabizi_loans"]) - _GREETING
    return re.compile(rf"(?<![\w'/.@-])(?:{'|'.join(sorted(map(re.escape, loans)))}|ya'?ani|ya3ni)(?![\w'@-])")


@cache
def _colloquial() -> Phrases:
    return Phrases((*load_lexicon("script")["colloquial"], *_markers()))


@cache
def _colloquial_forms() -> re.Pattern[str]:
    forms = map(fold_pattern, load_lexicon("script")["colloquial_forms"])
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)")


def _markers() -> list[str]:
    """Return the sure dialect words of the lexicon of dialects."""
    words: set[str] = set()
    for entry in load_lexicon("language")["dialects"]:
        if "msa" not in entry["of"] and entry["weight"] >= _SURE:
            words |= {fold(str(word)).text for word in entry.get("words", ())}
    standard = {fold(word).text for word in load_lexicon("script")["standard"]}
    return sorted(words - standard)


def check_jargon(given: CheckInput) -> Iterator[Finding]:
    """Find technical terms and abbreviations that neither the sources nor the customer use and nobody explains."""
    if given.plan is not None and given.plan.technical is TechnicalLevel.EXPERT:
        return
    text = masked(given.text)
    known = known_words(given)
    aside = [match.span() for match in _BRACKETS.finditer(text)]
    told = 0
    for start, end in sorted({*_terms(given, known), *_listed(given, known), *_strangers(given, text, known)}):
        explained = _EXPLAINED.match(given.text, end) or any(first < start < last for first, last in aside)
        if start >= told and not explained:
            told = end
            yield given.finding("unexplained_jargon", span=Span(start=start, end=end, text=given.text[start:end]))


def _terms(given: CheckInput, known: str) -> Iterator[tuple[int, int]]:
    """Yield the glossary's terms that stump everybody; the glossary is asked only where one of its words is new."""
    words = {word for word, _, _ in words_in(given.folded.text)}
    if not any(form not in known for word in words for form in _stumping(word, given.language)):
        return
    theirs = own_words(given.message)
    for span in unexplained(given.text, given.language, level=TechnicalLevel.COMFORTABLE, known=theirs):
        folded = fold(span.text).text
        everyday = " " in folded and all(band(word.folded) == 0 for word in words_of(folded))
        parts = [bare_forms(word.folded) for word in words_of(folded)]
        if len(parts) > 1 and all(any(form.rstrip("اه") in known for form in forms) for forms in parts):
            continue  # «حجزا مؤقتا» where the source says "held for a while" in these very words
        if not everyday and not any(form in known for form in bare_forms(folded)):
            yield span.start, span.end


@lru_cache(maxsize=16_384)
def _stumping(word: str, language: str) -> tuple[str, ...]:
    """Return the bare forms of a folded word that are telling ones of terms which stump everybody."""
    return tuple(form for form in bare_forms(word) if form in _telling_words(language))


@cache
def _telling_words(language: str) -> frozenset[str]:
    """Return the longest word of each form of the terms that stump everybody, bare and folded."""
    wordings = ((entry, entry.wording(language)) for entry in glossary().values())
    forms = (form for entry, item in wordings if (item.level or entry.level) == "everybody" for form in item.forms)
    longest = (max((word.folded for word in words_of(form)), key=len) for form in forms)
    return frozenset(form for word in longest for form in bare_forms(word))


def _listed(given: CheckInput, known: str) -> Iterator[tuple[int, int]]:
    text = masked(given.folded.text)
    if given.language == "ar":
        found = _jargon_ar().find(text)
    else:
        found = (match.span() for match in _jargon_en().finditer(text))
    for start, end in found:
        if text[start:end] not in known:
            span = given.folded.span(start, end)
            yield span.start, span.end


def _strangers(given: CheckInput, text: str, known: str) -> Iterator[tuple[int, int]]:
    """Yield abbreviations that few know and, in an Arabic reply, English words that are no names."""
    words = latin_words(known) | _names(given.policy)
    for match in _ACRONYM.finditer(text):
        word = match.group()
        if word not in _plain() and word.lower() not in words and band(word.lower()) >= _RARE:
            yield match.span()
    for match in _LATIN_IN_ARABIC.finditer(text) if given.language == "ar" else ():
        word = match.group()
        strange = word.islower() or _ENGLISH_NOUN.fullmatch(word) is not None
        if strange and not {word.lower(), *word.lower().split("-")} & words:
            yield match.span()


@cache
def _jargon_ar() -> Phrases:
    return Phrases(load_lexicon("script")["jargon"]["ar"], nouns=True)


@cache
def _jargon_en() -> re.Pattern[str]:
    lines = load_lexicon("script")["jargon"]["en"]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(line.lower() for line in lines)})(?![\w-])")


@cache
def _plain() -> frozenset[str]:
    return frozenset(load_lexicon("script")["plain_acronyms"])


def _names(policy: Policy) -> frozenset[str]:
    """Return the Latin words of all names that are written one way."""
    return _latin_of((*policy.names, *policy.brand.values()))


@lru_cache(maxsize=16)
def _latin_of(names: tuple[str, ...]) -> frozenset[str]:
    return latin_words(fold(" ".join((*names, *locked_names()))).text)
