"""Recognises a subject in ids and texts, by plain values or by their keyed hashes alone.

A text is folded (Arabic spelling, both digit systems, case), cut into words, and each run of words is compared with the
values without what stands between the words: «عبد الله الحربي», «عبدالله الحربى» and "Abdullah-Al Harbi" against
"abdullah al-harbi" are each one. Nothing but equality is asked of a run, so hashes serve as well as values: with them,
what was erased once can be erased again from a restored backup without keeping what it was.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from api.access.keyring import KeyedHash
from api.privacy.subject import EMAIL, Subject, email_forms, email_key, phone_forms, phone_keys, word_forms
from inference.personal.masker import phone_parts
from inference.personal.numbers import windows
from inference.text import Folded, fold, fold_pattern
from inference.types import Record

_WORD = re.compile(r"[^\W\d_]+|\d+")
_NO_WORD = re.compile(r"[\W_\u0640]+")
# What Arabic writes onto a word's beginning: and, so, with, for, like; O ...
_PROCLITICS = ("و", "ف", "ب", "ل", "ك", "وب", "ول", "فب", "فل", "يا", "ويا")
_RUN = re.compile(r"(.)\1+")
_MOST_WORDS = 40


class Kind(StrEnum):
    """What a mark identifies."""

    CUSTOMER = "customer"
    CONVERSATION = "conversation"
    DRAFT = "draft"
    WORDS = "words"
    PHONE = "phone"
    EMAIL = "email"


_VALUES = frozenset({Kind.WORDS, Kind.PHONE, Kind.EMAIL})


class Mark(Record):
    """One id or value as a keyed hash; ``size`` is the length of what words come down to, 0 for others."""

    kind: Kind
    digest: str
    size: int = 0


@dataclass(frozen=True)
class Matcher:
    """Tells whether an id or a text is of the subject.

    Attributes:
        known: ids and forms by kind, plain or hashed.
        sizes: lengths of the forms of words.
        hide: turns a value of a kind into what ``known`` holds.
        plain: whether ``known`` holds plain values.
    """

    known: frozenset[tuple[Kind, str]]
    sizes: frozenset[int]
    hide: Callable[[Kind, str], str]
    plain: bool

    def has(self, kind: Kind, value: object) -> bool:
        """Tell whether an id is the subject's."""
        return isinstance(value, str) and (kind, self.hide(kind, _id(kind, value))) in self.known

    def with_ids(self, kind: Kind, values: Collection[str]) -> "Matcher":
        """Return a matcher that knows more ids of the subject."""
        more = frozenset((kind, self.hide(kind, _id(kind, value))) for value in values)
        return Matcher(self.known | more, self.sizes, self.hide, self.plain)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the subject's values stand in a text, in code points of the text; none overlap."""
        if not self._values or not self.may_hold(text):
            return []
        folded = fold(text)
        found = sorted(
            {*self._words(folded), *self._phones(folded), *self._emails(folded)}, key=lambda item: (item[0], -item[1])
        )
        kept: list[tuple[int, int]] = []
        for start, end in found:
            if kept and start < kept[-1][1]:
                kept[-1] = (kept[-1][0], max(kept[-1][1], end))
            else:
                kept.append((start, end))
        return [(folded.offsets[start], _end(folded, end)) for start, end in kept]

    @property
    def _values(self) -> frozenset[tuple[Kind, str]]:
        return frozenset(item for item in self.known if item[0] in _VALUES)

    def may_hold(self, text: str) -> bool:
        """Cheaply rule out most texts: a value's letters stand in them somewhere, or its last digits do."""
        if not self.plain:
            return True
        letters = _rough(text)
        return any(_rough(_core(kind, value)) in letters for kind, value in self._values)

    def _words(self, folded: Folded) -> Iterator[tuple[int, int]]:
        words = [(match.start(), match.end()) for match in _WORD.finditer(folded.text)]
        most = max(self.sizes, default=0)
        for place, (start, _) in enumerate(words):
            run = ""
            for first, last in words[place : place + _MOST_WORDS]:
                run += folded.text[first:last]
                if len(run) > most + 3:
                    break
                for skipped, form in _readings(run, words[place][1] - start):
                    if len(form) in self.sizes and self.has(Kind.WORDS, form) and _alone(folded.text, start, last):
                        yield start + skipped, last

    def _emails(self, folded: Folded) -> Iterator[tuple[int, int]]:
        for match in EMAIL.finditer(folded.text):
            if self.has(Kind.EMAIL, email_key(match.group())):
                yield match.span()

    def _phones(self, folded: Folded) -> Iterator[tuple[int, int]]:
        if not any(kind is Kind.PHONE for kind, _ in self.known):
            return
        abroad: list[tuple[int, int]] = []
        for window in sorted(windows(folded), key=lambda item: item.start - item.end):
            code, local = phone_parts(window.prefix + window.digits)
            if not window.prefix and any(start <= window.start and window.end <= end for start, end in abroad):
                continue  # a part of another country's number
            if window.prefix or code or window.digits.startswith("00"):
                abroad.append((window.start, window.end))
            if any(self.has(Kind.PHONE, key) for key in phone_keys(code, local)):
                yield window.start, window.end


def plain_matcher(subject: Subject) -> Matcher:
    """Return what recognises a subject by the values given."""
    known = _known(subject)
    return Matcher(known, _sizes(known), lambda _kind, value: value, plain=True)


def marks_of(subject: Subject, keyed: KeyedHash) -> tuple[Mark, ...]:
    """Return a subject's keyed hashes: what is kept of it after an erasure."""
    return tuple(
        Mark(kind=kind, digest=keyed.of(kind, value), size=len(value) if kind is Kind.WORDS else 0)
        for kind, value in sorted(_known(subject))
    )


def hashed_matcher(marks: Collection[Mark], keyed: KeyedHash) -> Matcher:
    """Return what recognises subjects of whom only keyed hashes are known."""
    known = frozenset((mark.kind, mark.digest) for mark in marks)
    sizes = frozenset(mark.size for mark in marks if mark.kind is Kind.WORDS)
    return Matcher(known, sizes, keyed.of, plain=False)


def _known(subject: Subject) -> frozenset[tuple[Kind, str]]:
    ids = {Kind.CUSTOMER: subject.customers, Kind.CONVERSATION: subject.conversations, Kind.DRAFT: subject.drafts}
    # E-mail channels know a customer by the address, messengers by the number.
    ids[Kind.CUSTOMER] = (*subject.customers, *subject.emails, *subject.phones)
    values = {
        Kind.WORDS: word_forms(subject),
        Kind.PHONE: phone_forms(subject),
        Kind.EMAIL: email_forms(subject),
    }
    found = {(kind, _id(kind, value)) for kind, given in ids.items() for value in given}
    return frozenset(found | {(kind, value) for kind, forms in values.items() for value in forms})


def _id(kind: Kind, value: str) -> str:
    """Return an id as it is compared: e-mail addresses that serve as ids do not tell capitals apart."""
    return value.strip().lower() if kind is Kind.CUSTOMER and "@" in value else value.strip()


def _sizes(known: Collection[tuple[Kind, str]]) -> frozenset[int]:
    return frozenset(len(value) for kind, value in known if kind is Kind.WORDS)


def _readings(run: str, first: int) -> Iterator[tuple[int, str]]:
    """Yield a run and how many letters of its ``first`` word are set aside: none, and what is written onto it."""
    yield 0, run
    for clitic in _PROCLITICS:
        if len(clitic) < first and run.startswith(clitic):
            yield len(clitic), run.removeprefix(clitic)
    if run.startswith("لل"):
        yield 0, "ال" + run.removeprefix("لل")


def _alone(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch is not a part of a longer id of Latin letters and digits."""
    before, after = text[start - 1 : start], text[end : end + 1]
    inside = text[start:end]
    if inside[0].isdigit() and before.isascii() and before.isalpha():
        return False
    return not (inside[-1].isdigit() and after.isascii() and after.isalpha())


def _core(kind: Kind, value: str) -> str:
    """Return the part of a form that every spelling of it holds."""
    return value.partition(":")[2] if kind is Kind.PHONE else value.removeprefix("ال")


def _rough(text: str) -> str:
    """Return a text's letters and digits, runs of one letter cut to one: a comparison that may only find too much."""
    letters = _NO_WORD.sub("", fold_pattern(unicodedata.normalize("NFKC", text)).lower())
    return _RUN.sub(r"\1", letters)


def _end(folded: Folded, end: int) -> int:
    """Return where a folded stretch ends in the original, marks on its last letter included."""
    offset = folded.offsets[end - 1] + 1
    original = folded.original
    while offset < len(original) and unicodedata.combining(original[offset]):
        offset += 1
    return offset
