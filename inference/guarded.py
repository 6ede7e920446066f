"""Large regular expressions behind a quick refusal: RE2 says in microseconds that nothing of one can match.

Python's engine tries every alternative of a word list at every character; RE2's automaton reads a text once, whatever
the list's length, but knows no look-around. So it is asked first, for a looser pattern that matches wherever the exact
one does, and only what it lets through is searched exactly.
"""

import re
from collections.abc import Iterator

import re2  # type: ignore[import-untyped]

_MEMORY = 32 << 20
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
_ESCAPED = {"w": r"\pL\pN_\pM", "d": r"\pN", "s": r"\s\pZ"}
_NEGATED = {"W": "w", "D": "d"}


class Guarded:
    """A compiled regular expression with the methods of ``re.Pattern`` that are used here."""

    def __init__(self, pattern: str) -> None:
        self._exact = re.compile(pattern)
        options = re2.Options()
        options.max_mem = _MEMORY
        options.log_errors = False
        self._loose = re2.compile(loosened(pattern), options)

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """Search ``text[start:end]``, look-around seeing what stands before ``start``."""
        last = len(text) if end is None else end
        part = text if (start, last) == (0, len(text)) else text[start:last]
        return self._exact.search(text, start, last) if self._loose.search(part) is not None else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield every match."""
        if self._loose.search(text) is not None:
            yield from self._exact.finditer(text)

    def found(self, text: str) -> bool:
        """Tell whether there may be a match, without looking for it."""
        return self._loose.search(text) is not None

    def match(self, text: str) -> re.Match[str] | None:
        """Match at the text's beginning."""
        return self._exact.match(text)


def loosened(pattern: str) -> str:
    """Return a pattern of RE2 that matches wherever ``pattern`` does: without look-around and word borders."""
    out: list[str] = []
    at, inside, opened = 0, False, 0
    while at < len(pattern):
        char = pattern[at]
        if not inside and pattern.startswith(_LOOKS, at):
            at = _closing(pattern, at) + 1
            # What repeats a look-around repeats nothing any more.
            continue
        if char == "\\":
            out.append(_escape(pattern[at + 1], inside=inside))
            at += 2
            continue
        if char == "^" and not inside:
            at += 1  # a sentence may begin anywhere in a text
            continue
        if char == "[" and not inside:
            inside, opened = True, at
        elif char == "]" and inside and at > opened + 1:
            inside = False
        out.append(char)
        at += 1
    return "".join(out)


def _escape(letter: str, *, inside: bool) -> str:
    if letter in _ESCAPED:
        return _ESCAPED[letter] if inside else f"[{_ESCAPED[letter]}]"
    if letter in _NEGATED and not inside:
        return f"[^{_ESCAPED[_NEGATED[letter]]}]"
    if letter in {"W", "D"}:
        return r"\x{0}-\x{10ffff}"
    return "" if letter in {"b", "B"} else f"\\{letter}"


def _closing(pattern: str, start: int) -> int:
    """Return where the group that opens at ``start`` closes."""
    depth, at, inside = 0, start, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 2
            continue
        if char == "[":
            inside = True
        elif char == "]" and inside:
            inside = False
        elif not inside and char in "()":
            depth += 1 if char == "(" else -1
            if depth == 0:
                return at
        at += 1
    msg = "a group of the pattern is not closed"
    raise ValueError(msg)
