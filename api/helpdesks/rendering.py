"""A note as a helpdesk shows it: heading, draft, remarks, each set apart, and the line that it is found by.

Nothing of it can be clicked: the draft and the remarks may quote what customers wrote, so HTML is escaped and every
address in a remark is written as security people write one that nobody should follow (``hxxps://example[.]com``), since
helpdesks make links of what looks like an address, also behind invisible characters. The draft's own addresses stand in
verified knowledge (``inference.checks.facts``).
"""

import re
from collections.abc import Callable
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from api.helpdesks.adapter import Note
from inference.lexicons import read_yaml

_RULE = "─" * 12
_ISOLATE, _POP = "\u2068", "\u2069"
_ENDS = "السعودية|مصر|امارات|قطر|عمان|الاردن|فلسطين|سورية|عراق|المغرب|الجزائر|تونس|موريتانيا|السودان|موقع|شبكة|عرب|كوم"
"""Top-level domains in Arabic; a full stop before other Arabic words only lacks its space."""
_LINKED = re.compile(
    rf"(?i)(?P<web>https?)(?=://)|(?:(?<=mailto)|(?<=tel)|(?<=sms)):|(?<!http)(?<!https)(?<!hxxp)(?<!hxxps):(?=//)|(?<=\w)[@＠](?=\w)"
    rf"|(?<=www)\.|(?<=[\w-])[.。．｡](?=(?:[a-z]{{2,}}|xn--[a-z0-9-]+|{_ENDS})(?!\w))"
)
"""What makes an address of a word: a scheme, an at sign, the dot before a top-level domain."""
_MARK = re.compile(r"[\\\\`*_\[\]<>#|~!]|^[+-](?=\s)")
_DIRECTION = {"ar": "rtl", "en": "ltr"}


@cache
def _table() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = read_yaml(files("api.helpdesks").joinpath("notes.yaml").read_text("utf-8"))
    return table


def say(language: str, key: str) -> str:
    """Return one of the notes' phrases; of an unknown enumeration key its last part, so that it still shows."""
    found = _table()[language].get(key)
    return str(found) if found is not None else key.rsplit(".", 1)[-1].replace("_", " ")


def keys(language: str) -> frozenset[str]:
    """Return the names of all phrases of a language."""
    return frozenset(_table()[language])


def as_text(note: Note) -> str:
    """Return the note as plain text: each line takes its direction from its first word, and holds one language.

    The draft itself stays as it is: agents copy it.
    """
    return "\n".join(_lines(note, "• ", str, str))


def as_markdown(note: Note) -> str:
    """Return the note for helpdesks that read Markdown: nobody's words become a link, an image or a heading."""
    return "\n\n".join(_lines(note, "- ", _quoted, _plain))


def _lines(note: Note, bullet: str, draft: Callable[[str], str], own: Callable[[str], str]) -> list[str]:
    lines = [own(_inert(note.heading))]
    if note.replaces:
        lines.append(own(say(note.language, "replaces")))
    if note.text:
        lines += [own(f"{_RULE} {say(note.language, 'draft')} {_RULE}"), draft(note.text), _RULE * 2]
    lines += [bullet + own(_inert(remark)) for remark in note.remarks]
    return [*lines, own(f"{say(note.language, 'signature')} {_ISOLATE}{note.marker}{_POP}")]


def as_html(note: Note) -> str:
    """Return the note as HTML of elements that helpdesks let through, with a language and direction on each part."""
    own = f'lang="{note.language}" dir="{_DIRECTION[note.language]}"'
    parts = [f"<p {own}><strong>{_shown(note.heading)}</strong></p>"]
    if note.replaces:
        parts.append(f"<p {own}><em>{_shown(say(note.language, 'replaces'))}</em></p>")
    if note.text:
        parts.append(f"<p {own}>{_shown(say(note.language, 'draft'))}</p>")
        language = escape(note.text_language, quote=True)
        direction = "rtl" if note.direction == "rtl" else "ltr"
        parts.append(f'<blockquote lang="{language}" dir="{direction}">{_escaped(note.text)}</blockquote>')
    if note.remarks:
        items = "".join(f'<li dir="auto">{_shown(remark)}</li>' for remark in note.remarks)
        parts.append(f"<ul {own}>{items}</ul>")
    parts.append(
        f"<p {own}><small>{_shown(say(note.language, 'signature'))} <bdi>{escape(note.marker)}</bdi></small></p>"
    )
    return "".join(parts)


def draft_html(note: Note) -> str:
    """Return the text for the customer alone, as HTML: the body of a true draft, which the agent sends as it is."""
    language = escape(note.text_language, quote=True)
    return f'<div lang="{language}" dir="{"rtl" if note.direction == "rtl" else "ltr"}">{_escaped(note.text)}</div>'


def _shown(text: str) -> str:
    return _escaped(_inert(text))


def _escaped(text: str) -> str:
    return escape(text, quote=True).replace("\n", "<br>")


def _inert(text: str) -> str:
    """Write every address so that no helpdesk turns it into a link; an agent still reads it."""
    return _LINKED.sub(
        lambda match: match["web"].lower().replace("tt", "xx") if match["web"] else f"[{match.group()}]", text
    )


def _quoted(text: str) -> str:
    return "\n".join(f"> {_plain(line)}" for line in text.split("\n"))


def _plain(line: str) -> str:
    """Escape what Markdown gives a meaning; numbers of steps stay."""
    return _MARK.sub(r"\\\g<0>", line)
