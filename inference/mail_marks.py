"""What single lines of a mail or a chat export say of themselves; every predicate takes folded, stripped text.

A line of the customer's can look like each of these, so the predicates ask for the evidence that software leaves: a
date, a clock, an address. Untrusted input: each expression meets one line, or a few joined, of bounded length.
"""

import re
from functools import cache

from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern

_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d")
_MAIL = re.compile(r"[^\s<>@]@[^\s<>@]+\.\w")
_ISO_HEADER = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d .*>:$")
_FIELD = re.compile(r"[*_]{0,2}([^\W\d_][\w -]{0,20}) ?[*_]{0,2}:")
_RULER = re.compile(r"[-_=*\u2013\u2014]{2,}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_LATIN_NAME = re.compile(r"[A-Z][\w'.-]{0,30}(?: [A-Z][\w'.-]{0,30}){0,3},?")
_SIGNATURE_WIDTH = 80

_TIME = r"\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?|\s?[صم])?"
_DAY = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}"
_BRACKETED = re.compile(rf"\[(?:{_DAY},? {_TIME}|{_TIME}, {_DAY})\] ?[^:]{{1,60}}:")
_DASHED = re.compile(rf"{_DAY},? {_TIME} - ([^:]{{1,60}}):")
_NAMED = re.compile(rf"[^:\[]{{1,60}}, \[{_DAY},? {_TIME}\]:?$")


@cache
def _any(*keys: str) -> re.Pattern[str]:
    """The alternatives under ``keys`` of the lexicon, as one expression."""
    entry = load_lexicon("mail")
    for key in keys:
        entry = entry[key]
    return re.compile("|".join(f"(?:{fold_pattern(str(item))})" for item in entry))


@cache
def _words(*keys: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any(*keys).pattern})(?!\w)")


@cache
def _fields() -> dict[str, str]:
    return {fold(str(name)).text: kind for kind, names in load_lexicon("mail")["headers"].items() for name in names}


@cache
def _phrases() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(fold_pattern(item)) for item in load_lexicon("mail")["disclaimer"])


@cache
def _device() -> re.Pattern[str]:
    start, name, tail = (_any("device", key).pattern for key in ("start", "name", "tail"))
    # The closing address is what Outlook's advertisement links to.
    return re.compile(rf"(?:{start})(?:{name})(?:,? (?:{tail})(?![\w'])){{0,8}}\W{{0,3}}(?:https?://\S+)?")


def is_attribution(line: str, *, quoted: bool) -> bool:
    """Tell whether ``line`` is a client's "On <date>, <name> wrote:"; ``quoted`` when a "> " line follows it."""
    if not line.endswith(":"):
        return False
    mail = _MAIL.search(line) is not None
    if mail and _ISO_HEADER.match(line):
        return True
    if not _any("attribution", "verb").search(line) or _words("attribution", "narrator").search(line):
        return False
    dated, clock = _DATE.search(line) is not None, _CLOCK.search(line) is not None
    if mail:
        return dated or clock or line.rstrip(" :").endswith(("wrote", "كتب"))
    return opens_attribution(line) and dated and (clock or quoted)


def opens_attribution(line: str) -> bool:
    """Tell whether ``line`` may be the first of a wrapped attribution: an opening, and the date's digits."""
    return _any("attribution", "opening").match(line) is not None and any(char.isdigit() for char in line)


def header_field(line: str) -> str | None:
    """Return which field of a mail's header a line is (from, sent, to, copy, subject), if it is one."""
    match = _FIELD.match(line)
    return _fields().get(match.group(1).strip()) if match else None


def is_header(block: str, fields: set[str], *, ruled: bool) -> bool:
    """Tell whether lines with these ``fields`` are a mail's header, and not a shipment's "from, to, date".

    ``block`` is the lines joined; ``ruled`` when a client's ruler stands above them.
    """
    if "from" not in fields or len(fields) < (2 if ruled else 3):
        return False
    return ruled or (_MAIL.search(block) is not None) or ("subject" in fields and _CLOCK.search(block) is not None)


def is_ruler(line: str) -> bool:
    """Tell whether a line is a ruler of underscores or dashes, as Outlook draws above a header."""
    return len(line) >= 5 and _RULER.fullmatch(line) is not None


def is_dashes(line: str) -> bool:
    """Tell whether a line is the delimiter of a signature."""
    return line in {"--", "\u2013", "\u2014", "__", "___"}


def announces(line: str, what: str) -> bool:
    """Tell whether a line announces an ``original`` or ``forwarded`` message, between rulers or before a colon."""
    bare = line.strip("-_=*\u2013\u2014:> ")
    marked = line.endswith(":") or _RULER.match(line) is not None
    return marked and _any(what).fullmatch(bare) is not None


def is_reply_above(line: str) -> bool:
    """Tell whether a line is a helpdesk's "reply above this line"."""
    bare = line.strip("-_=*#\u2013\u2014:.> ")
    return bare != line and _any("reply_above").fullmatch(bare) is not None


def is_device(line: str) -> bool:
    """Tell whether a line is what a phone or a mail app signs with ("Sent from my iPhone")."""
    return len(line) <= 160 and _device().fullmatch(line.rstrip(".! ")) is not None


def is_banner(line: str) -> bool:
    """Tell whether a line is a mail gateway's warning above the message."""
    return _any("banner").fullmatch(line) is not None


def is_regards(line: str) -> bool:
    """Tell whether a line is a letter's closing formula and nothing else."""
    return len(line) <= 60 and _any("regards").fullmatch(line.rstrip(",.!: ")) is not None


def is_thanks(line: str) -> bool:
    """Tell whether a line closes with thanks and nothing else."""
    return len(line) <= 60 and _any("thanks").fullmatch(line.rstrip(",.!: ")) is not None


def is_latin_name(line: str) -> bool:
    """Tell whether a line, in its original letter case, is a name of one to four words."""
    return _LATIN_NAME.fullmatch(line) is not None and not _words("sentence").search(line.lower())


def is_name(line: str) -> bool:
    """Tell whether a line can be a name: a few words, no digit."""
    return len(_WORD.findall(line)) <= 6 and not any(char.isdigit() for char in line) and not has_contact(line)


def has_contact(line: str) -> bool:
    """Tell whether a line holds an address, a telephone number or their label."""
    return _any("contact").search(line) is not None


def has_title(line: str) -> bool:
    """Tell whether a line names a position or an organisation."""
    return _words("title").search(line) is not None


def is_sentence(line: str) -> bool:
    """Tell whether a line is too much of a sentence, or of a request's data, to be part of a signature."""
    return len(line) > _SIGNATURE_WIDTH or re.search(r"[?!]", line) is not None or bool(_words("sentence").search(line))


def is_disclaimer(paragraph: str) -> bool:
    """Tell whether a paragraph is a legal footer: two of its phrases and no word of the customer's own."""
    if _words("personal").search(paragraph):
        return False
    return sum(phrase.search(paragraph) is not None for phrase in _phrases()) >= 2


def has_disclaimer_phrase(line: str) -> bool:
    """Tell whether a line holds any phrase of a legal footer."""
    return any(phrase.search(line) for phrase in _phrases())


def exported_by(line: str) -> str | None:
    """Return how a chat export stamped a line: ``bracketed``, ``named`` (Telegram) or a dashed one's name."""
    if _BRACKETED.match(line):
        return "bracketed"
    if _NAMED.match(line):
        return "named"
    match = _DASHED.match(line)
    return match.group(1) if match else None
