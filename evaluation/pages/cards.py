"""Examples on the page: texts with what was marked in them, as safe markup."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from evaluation.pages.words import Words
from evaluation.shown import Mark, Shown, ShownRow

_ARABIC = re.compile(r"[\u0621-\u064a]")
_JOINERS = "\u200c\u200d"
"""Invisible, but part of words and emoji."""


@dataclass(frozen=True)
class Text:
    """One text of a card: who says it, and in which language it is, for the reader's browser."""

    title: str
    language: str
    marked: Markup


@dataclass(frozen=True)
class Card:
    """One row as it is shown."""

    facts: list[tuple[str, str]]
    texts: list[Text]
    findings: list[str]
    sources: list[tuple[str, str]]


@dataclass(frozen=True)
class Cards:
    """The rows under one title, and how many there are that are not shown."""

    title: str
    count: str
    cards: list[Card]


def cards(shown: Shown, said: Words) -> Cards:
    """Return examples as the page shows them."""
    count = said("examples_of", shown=len(shown.rows), matching=shown.matching)
    if shown.hidden:
        count += " " + said("examples_hidden", hidden=shown.hidden)
    return Cards(said.name(shown.title), count, [_card(row, said) for row in shown.rows])


def _card(row: ShownRow, said: Words) -> Card:
    facts = [(said.name(name), _value(value, said)) for name, value in row.columns.items() if value is not None]
    is_reply = bool(row.seen.message) and not row.seen.reply
    texts = []
    if row.seen.message and row.seen.message != row.text:
        texts.append(_text(said("message"), row.seen.message, (), said))
    own = said("written_reply") if is_reply else said("attack") if row.seen.message else said("message")
    texts.append(_text(own, row.text, row.seen.marks, said))
    if row.seen.reply:
        texts.append(_text(said("reply"), row.seen.reply, row.seen.reply_marks, said))
    findings = [said.name(code) for code in row.seen.findings]
    return Card(facts, texts, findings, list(row.seen.sources))


def _value(value: bool | int | float | str, said: Words) -> str:
    if isinstance(value, bool):
        return said("yes" if value else "no")
    return said.name(value) if isinstance(value, str) else f"{value:g}"


def _text(title: str, text: str, marks: Sequence[Mark], said: Words) -> Text:
    return Text(title, "ar" if _ARABIC.search(text) else "en", marked(text, marks, said))


def marked(text: str, marks: Sequence[Mark], said: Words) -> Markup:
    """Return a text with its marks and what each shows; of two that overlap, the one that begins first is drawn."""
    parts, end = list[Markup](), 0
    for (start, stop), shows in _drawn(marks):
        label = said.comma.join(dict.fromkeys(said.name(name) for name in shows))
        parts += [
            _safe(text[end:start]),
            Markup('<mark>{}<small lang="{}"><bdi>{}</bdi></small></mark>').format(
                _safe(text[start:stop]), said.language.value, label
            ),
        ]
        end = stop
    return Markup("").join([*parts, _safe(text[end:])])


def _drawn(marks: Sequence[Mark]) -> Iterator[tuple[tuple[int, int], list[str]]]:
    at: dict[tuple[int, int], list[str]] = {}
    for mark in marks:
        at.setdefault((mark.start, mark.end), []).append(mark.shows)
    reached = 0
    for (start, stop), shows in sorted(at.items()):
        if start >= reached and stop > start:
            reached = stop
            yield (start, stop), shows


def _safe(text: str) -> Markup:
    """Escape a text, and write out what would turn or hide its neighbours: an attack must not work on this page."""
    return Markup("").join(_visible(letter) for letter in text)


def _visible(letter: str) -> Markup:
    hidden = unicodedata.category(letter) in {"Cf", "Cc", "Co", "Cn"} and letter not in f"\n\t{_JOINERS}"
    return Markup('<span class="hidden">U+{:04X}</span>').format(ord(letter)) if hidden else escape(letter)
