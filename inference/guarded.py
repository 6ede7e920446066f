"""Large regular expressions behind a quick refusal: RE2 says in microseconds that nothing of one can match.

Python's engine tries every alternative of a word list at every character; RE2 first looks for the letters that an
alternative cannot do without, in one walk over the text, but knows no look-around. So it is asked first, for looser
patterns that match wherever the exact ones do, and only what it lets through is searched exactly.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import re2  # type: ignore[import-untyped]

_KEPT = 128
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
# Wider than Python's, all letters beyond ASCII alike: the classes of Unicode make an automaton fifty times as large.
_WIDER = {"w": r"0-9A-Za-z_\x{80}-\x{10ffff}", "d": r"\pN", "s": r"\s\pZ"}
# Where a class is turned round, what it leaves out must be narrower, or nothing.
_NARROWER = {"w": "0-9A-Za-z_", "d": "0-9", "s": r"\s\pZ", "W": r"\x00", "D": r"\x00"}
_NEGATED = {"W": "0-9A-Za-z_", "D": "0-9"}


class Lines:
    """Patterns of which few may stand in a text: all are asked at once which."""

    def __init__(self, patterns: Iterable[str]) -> None:
        options = re2.Options()
        options.never_capture = True
        options.log_errors = False
        self._loose = re2.Filter()
        for pattern in patterns:
            self._loose.Add(loosened(pattern), options)
        self._loose.Compile()
        # The renderings of one reply share most of their sentences.
        self.among = lru_cache(maxsize=_KEPT)(self._among)

    def _among(self, text: str) -> Sequence[int]:
        """Return the numbers of the patterns that may match in a text."""
        return self._loose.Match(text) or ()


class Guarded:
    """Alternatives as one compiled regular expression, with the methods of ``re.Pattern`` that are used here."""

    def __init__(self, alternatives: Sequence[str]) -> None:
        self._exact = re.compile("|".join(alternatives))
        self._lines = Lines(alternatives)

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """Search ``text[start:end]``, look-around seeing what stands before ``start``."""
        last = len(text) if end is None else end
        return self._exact.search(text, start, last) if self.found(text[start:last]) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield every match."""
        if self.found(text):
            yield from self._exact.finditer(text)

    def found(self, text: str) -> bool:
        """Tell whether there may be a match, without looking for it."""
        return bool(self._lines.among(text))

    def match(self, text: str) -> re.Match[str] | None:
        """Match at the text's beginning."""
        return self._exact.match(text)


def loosened(pattern: str) -> str:
    """Return a pattern of RE2 that matches wherever ``pattern`` does: without look-around and word borders."""
    out: list[str] = []
    at, inside, opened, turned = 0, False, 0, False
    while at < len(pattern):
        char = pattern[at]
        if not inside and pattern.startswith(_LOOKS, at):
            at = _closing(pattern, at) + 1
            # What repeats a look-around repeats nothing any more.
            continue
        if char == "\\":
            out.append(_turned(pattern[at + 1]) if inside and turned else _escape(pattern[at + 1], inside=inside))
            at += 2
            continue
        if char == "^" and not inside:
            at += 1  # a sentence may begin anywhere in a text
            continue
        if char == "[" and not inside:
            inside, opened, turned = True, at, pattern.startswith("[^", at)
        elif char == "]" and inside and at > opened + 1 + turned:
            inside = False
        out.append(char)
        at += 1
    return "".join(out)


def _escape(letter: str, *, inside: bool) -> str:
    if letter in _WIDER:
        return _WIDER[letter] if inside else f"[{_WIDER[letter]}]"
    if letter in _NEGATED:
        return r"\x{0}-\x{10ffff}" if inside else f"[^{_NEGATED[letter]}]"
    return "" if letter in {"b", "B"} else f"\\{letter}"


def _turned(letter: str) -> str:
    """Return what an escape leaves out of a class that is turned round."""
    return _NARROWER.get(letter, f"\\{letter}")


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
