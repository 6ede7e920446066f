"""What a sentence of a ticket does: greet, apologise, close, ask, put off, report, or say something."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from inference.mail_marks import is_regards
from inference.text import Folded, fold, fold_pattern
from inference.triage import is_courtesy

PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_]*_[0-9]+\]")
"""A placeholder of a masker; also the names of a tenant's own ids."""

_LONGEST = 180  # a longer sentence says something besides its courtesy, and bounds the time of every expression
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
# "Nov. 28", "St. Paul" and "e.g. this" go on.
_SENTENCE = re.compile(
    r"(?<=[.!?؟…])(?<!\b[A-Z][a-z]\.)(?<!\b[A-Z][a-z]{2}\.)(?<!\b[A-Z][a-z]{3}\.)(?<!\b\w\.\w\.)\s+(?=\S)"
)
_CLAUSE = re.compile(r"[,،!:;–-](?=\s|$)")
# How agents sign on social networks ("*TMT", "^Neil", "^[NAME_1] W"), and the counters of messages in parts ("1/2").
_INITIALS = re.compile(r"(?:^|\s+|(?<=[.!?]))(?:[*^][^\W\d]{1,14}|\^\[[A-Z]+_\d+\])(?: [A-Z]\b)?\.?\s*$")
_COUNTER = re.compile(r"(?:^|\s+)\(?[1-9]/[1-9]\)?\s*$|^\(?[1-9]/[1-9]\)?\s+")
# A Latin name that the recognisers do not know, called at the end of an agent's sentence: "Hang in there, Sue."
_CALLED = re.compile(r"(?<=[a-z']), [A-Z][a-z]{2,15}(?=[.!?]*$)")
_ALONE = re.compile(r"[A-Z][a-z]{2,15}[.!,]?")
_HANDLE = re.compile(r"^(?:@\w{1,30}\s+)+")
_EDGE = " \t\n.,!?:;،؛؟…-–*()\"'«»~^_|/&"
_PARTED = re.compile(r"\{(\*|-|,\d+)\}")


class Act(StrEnum):
    """What a sentence does; only ``CONTENT`` can solve a problem."""

    GREETING = "greeting"
    APOLOGY = "apology"
    CLOSING = "closing"
    ASKING = "asking"
    HOLDING = "holding"
    DONE = "done"
    CONTENT = "content"


_COURTEOUS = (Act.GREETING, Act.APOLOGY, Act.CLOSING)


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((files(__package__) / "wording.yaml").read_text(encoding="utf-8"))
    return data


@cache
def pattern(key: str) -> re.Pattern[str]:
    """The expressions under a key of ``wording.yaml`` as one, for folded text."""
    entry = _data()[key]
    joined = "|".join(f"(?:{item})" for item in ([entry] if isinstance(entry, str) else entry))
    return re.compile(fold_pattern(_PARTED.sub(_wild, joined)))


def _wild(match: re.Match[str]) -> str:
    kind = match[1]
    return "[^\\n,]{0,90}" if kind == "-" else f"[^\\n]{{0,{'90' if kind == '*' else kind[1:]}}}"


@cache
def listed(key: str) -> frozenset[str]:
    """The words under a key of ``wording.yaml``, folded."""
    return frozenset(fold(str(word)).text for word in _data()[key])


@lru_cache(maxsize=4096)  # agents say the same sentences in every ticket
def act(sentence: str) -> Act:
    """Tell what a masked sentence does."""
    bare = " ".join(fold(PLACEHOLDER.sub(" ", sentence)).text.split())
    asks = bare.rstrip(" )\"'!.").endswith("?")
    bare = bare.strip(_EDGE)
    if not _WORD.search(bare):
        return Act.CLOSING
    if len(bare) <= _LONGEST:
        if not any(char.isdigit() for char in bare):
            for courteous in _COURTEOUS:
                if pattern(courteous).fullmatch(bare):
                    return courteous
            if pattern(Act.DONE).fullmatch(bare):
                return Act.DONE
            if is_courtesy(bare) or is_regards(bare):
                return Act.CLOSING
        for idle in (Act.ASKING, Act.HOLDING):
            if pattern(idle).fullmatch(bare):
                return idle
    return Act.ASKING if asks else Act.CONTENT


def sentences(line: str) -> Iterator[str]:
    """Split a line into sentences."""
    yield from filter(None, (part.strip() for part in _SENTENCE.split(line)))


def bare(sentence: str) -> str:
    """Take greeting, vocative, handle and initials off a sentence's ends; what is left may be empty."""
    text = _COUNTER.sub("", _HANDLE.sub("", sentence))
    text = _CALLED.sub("", _INITIALS.sub("", text))
    if _ALONE.fullmatch(text):
        return ""
    while (clause := _CLAUSE.search(text)) is not None and clause.end() < len(text):
        head = text[: clause.start()]
        if act(head) not in {Act.GREETING, Act.CLOSING, Act.APOLOGY} or re.search(r"\d", PLACEHOLDER.sub("", head)):
            break
        text = text[clause.end() :].lstrip()
    text = (
        re.sub(r"[,،]?\s+(?:يا\s+)?\[(?:CUSTOMER|AGENT|NAME)_\d+\](?=[.!?؟]?$)", "", text) if _vocative(text) else text
    )
    return text[:1].upper() + text[1:] if text != sentence else text


def _vocative(text: str) -> bool:
    """Whether a name at the end of a sentence is called, and no part of what is said."""
    return re.search(r"(?:[,،]\s*(?:يا\s+)?|\sيا\s+)\[(?:CUSTOMER|AGENT|NAME)_\d+\][.!?؟]?$", text) is not None


def content_words(text: str) -> int:
    """How many words of a text are neither placeholders nor courtesy."""
    words = _WORD.findall(fold(PLACEHOLDER.sub(" ", text)).text)
    return sum(not is_courtesy(word) for word in words)


def step(line: str) -> str | None:
    """Return what stands behind a line's number or bullet; None where it has none."""
    folded = fold(line)
    found = pattern("step").match(folded.text)
    if found is None or found.end() >= len(folded.offsets):
        return None
    # "2.5 riyals" and "-5" are no steps.
    rest = line[folded.offsets[found.end()] :]
    gap = found.group()[-1:].isspace()
    return rest if gap or not rest[:1].isdigit() else None


def subject(text: str) -> str:
    """Return a subject without its prefixes; empty where it names no problem."""
    rest = text.strip()
    while (found := pattern("subject_prefix").match((folded := fold(rest)).text)) is not None:
        rest = rest[_offset(folded, found.end()) :].strip()
    words = [word for word in _WORD.findall(fold(PLACEHOLDER.sub(" ", rest)).text) if not word.isdigit()]
    telling = [word for word in words if word not in listed("subject_generic")]
    return rest if telling and len(words) > 1 else ""


def _offset(folded: Folded, end: int) -> int:
    return folded.offsets[end] if end < len(folded.offsets) else len(folded.original)


def objects(text: str) -> bool:
    """Tell whether a customer's last words say that the problem is still there, or ask on."""
    folded = fold(text).text
    return pattern("objection").search(folded) is not None or folded.rstrip(" .!").endswith("?")
