"""Where the glossary's terms stand in a text, found by one walk over its words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from inference.plain.glossary import LANGUAGES, Entry, glossary, locked_names
from inference.plain.words import Word, bare_forms, folded_word, has_article, is_definite, words_of

_GAP = re.compile(r"[ \u00a0\-‑'’]\Z")
_ARTICLE = re.compile(r"^ال(?=\w{2})")
_NO_ADJECTIVE = ("ب", "ل", "دون", "عند", "من", "عن", "علي", "غير", "مسبق", "مدفوع", "قيد")
_PLURAL = re.compile(
    r"\w+(?:ات|ون|ين)$|(?:ارقام|ارصده|كشوف|قيود|بنوك|بوالص|مراكز|رموز|اجهزه|محافظ|نقاط|خطوط|حزم|عناوين|مفاتيح|نسخ|خوادم|"
    r"تجار|كفلاء|اوامر|ودائع|ودايع|ذمم|شرائح|شرايح|اكواد|تذاكر|خزائن|خزاين|وثائق|وثايق|اقساط|ملاحق|فترات|بطاقات|سيرفرات|تراخيص)$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A term at ``text[start:end]``, the words ``first`` to ``last``; ``plural`` where several are meant."""

    entry: Entry
    first: int
    last: int
    start: int
    end: int
    plural: bool


@dataclass(frozen=True, slots=True)
class _Form:
    rest: tuple[str, ...]
    written: tuple[str, ...]
    capitals: bool
    plural: bool
    entry: Entry | None


def find_terms(text: str, words: Sequence[Word], language: str) -> list[Found]:
    """Return the glossary's terms in a text in order, the longest where several begin, none inside a product name."""
    found, passed = [], 0
    for line in text.split("\n"):
        count, terms = _terms(line, language)
        for first, last, form in terms:
            at, end = passed + first, words[passed + last]
            if form.entry is not None and _is_meant(form.entry, language, words):
                plural = form.plural or _is_plural(end.folded, form)
                found.append(Found(form.entry, at, passed + last, words[at].start, end.end, plural))
        passed += count
    return found


@lru_cache(maxsize=1024)  # the renderings of a reply share most lines
def _terms(line: str, language: str) -> tuple[int, tuple[tuple[int, int, _Form], ...]]:
    """Return how many words a line has, and the forms in it with the first and last word of each; none spans lines."""
    words = words_of(line)
    found, at = [], 0
    while at < len(words):
        form = _longest(line, words, at, language, exact=True)
        last = at + len(form.rest) if form else at
        if form:
            found.append((at, last, form))
        at = last + 1
    return len(words), tuple(found)


@lru_cache(maxsize=128)  # one customer's words stand beside many drafts
def ids_in(text: str) -> frozenset[str]:
    """Return the ids of the terms that a customer used, in either language and in any letter case."""
    words = words_of(text)
    used = set()
    for language in LANGUAGES:
        for at in range(len(words)):
            form = _longest(text, words, at, language, exact=False)
            if form and form.entry is not None:
                used.add(form.entry.id)
    return frozenset(used)


def is_locked(word: str) -> bool:
    """Tell whether a folded word is part of a product name."""
    return word in _locked()


def _longest(text: str, words: Sequence[Word], at: int, language: str, *, exact: bool) -> _Form | None:
    for form in _beginning(words[at].folded, language):
        if _stands(text, words, at, form, exact=exact):
            return form
    return None


@lru_cache(maxsize=50_000)
def _beginning(word: str, language: str) -> tuple[_Form, ...]:
    """Forms that may begin with a folded word, the longest first."""
    index = _index(language)
    forms = [form for bare in bare_forms(word) for form in index.get(bare, ())]
    return tuple(sorted(forms, key=lambda form: -len(form.rest)))


def _stands(text: str, words: Sequence[Word], at: int, form: _Form, *, exact: bool) -> bool:
    if at + len(form.rest) >= len(words) or (exact and form.capitals and not _keeps_capitals(words, at, form)):
        return False
    for step, part in enumerate(form.rest, start=at + 1):
        joined = _GAP.fullmatch(text[words[step - 1].end : words[step].start])
        if joined is None or part not in bare_forms(words[step].folded):
            return False
        if _begins_anew(words[step].folded, part):
            return False
        if has_article(folded_word(form.written[step - at])) and not _is_definite(words[step].folded, part):
            return False
    return not form.rest or not _is_predicate(words[at].folded, words[at + 1].folded, form)


def _begins_anew(word: str, part: str) -> bool:
    """Tell whether a conjunction parts a word from the one before it («رصيدكم فمتاح»)."""
    return word[0] in "وف" and part[0] != word[0]


def _is_predicate(first: str, second: str, form: _Form) -> bool:
    """Tell whether a term's adjective is said of its noun («البطاقة افتراضية»), so that they are no term."""
    if first.isascii() or form.rest[0].startswith(_NO_ADJECTIVE) or not is_definite(first) or is_definite(second):
        return False
    return not has_article(folded_word(form.written[0])) and _ends_alike(folded_word(form.written[0]), form.rest[0])


def _ends_alike(noun: str, adjective: str) -> bool:
    return noun.endswith("ه") == adjective.endswith("ه")


def _is_definite(word: str, part: str) -> bool:
    """Tell whether a word that stands for ``part`` bears the article or says whose it is."""
    return has_article(word) or not word.endswith(part)


def _is_plural(last: str, form: _Form) -> bool:
    """Tell whether an English word is the plural of a form's last word."""
    return last.isascii() and last != form.written[-1].lower()


def _keeps_capitals(words: Sequence[Word], at: int, form: _Form) -> bool:
    """Tell whether an abbreviation stands in its own letter case, a plural's s aside."""
    return all(words[at + step].written.startswith(part) for step, part in enumerate(form.written) if part.isupper())


def _is_meant(entry: Entry, language: str, words: Iterable[Word]) -> bool:
    beside = _beside(entry.id, language)
    return not beside or any(bare in beside for word in words for bare in bare_forms(word.folded))


@cache
def _beside(identifier: str, language: str) -> frozenset[str]:
    wording = glossary()[identifier].wording(language)
    return frozenset(_key(word.folded) for phrase in wording.beside for word in words_of(phrase))


@cache
def _index(language: str) -> dict[str, list[_Form]]:
    """Forms by their first bare word; product names are among them without an entry."""
    index: dict[str, list[_Form]] = {}
    for entry in glossary().values():
        singular, *others = entry.wording(language).forms
        _put(index, singular, entry, plural=False)
        for form in others:
            _put(index, form, entry, plural=_looks_plural(form))
    for name in locked_names():
        _put(index, name, None, plural=False)
    return index


def _looks_plural(form: str) -> bool:
    """Tell whether an Arabic form, not the first of its term, is a plural."""
    return _PLURAL.match(words_of(form)[0].folded) is not None


def _put(index: dict[str, list[_Form]], form: str, entry: Entry | None, *, plural: bool) -> None:
    words = words_of(form)
    first, *rest = (_key(word.folded) for word in words)
    written = tuple(word.written for word in words)
    capitals = any(part.isascii() and part.isupper() and len(part) > 1 for part in written)
    index.setdefault(first, []).append(_Form(tuple(rest), written, capitals, plural, entry))


def _key(word: str) -> str:
    return _ARTICLE.sub("", word)


@cache
def _locked() -> frozenset[str]:
    return frozenset(folded_word(part) for name in locked_names() for part in _parts(name))


def _parts(name: str) -> Iterator[str]:
    return (word.written for word in words_of(name))
