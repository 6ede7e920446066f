"""Replaces personal data with placeholders that stay the same within one ticket."""

import re

from inference.personal.data import load
from inference.personal.find import find
from inference.personal.types import Kind, Personal, Settings
from inference.text import fold
from inference.types import Record

_NUMERIC = frozenset({Kind.CARD, Kind.NATIONAL_ID, Kind.SECRET})
_NOT_WORD = re.compile(r"[\W_]+")


class Masked(Record):
    """A text with placeholders in place of what was found, and where that stood in the text as given."""

    text: str
    found: tuple[Personal, ...]


class Masker:
    """Masks the texts of one ticket: one value has one placeholder, however it is spelt.

    A placeholder is ``[KIND_N]`` in ASCII capitals (``[PHONE_1]``, ``[NATIONAL_ID_2]``): one word to lexical search,
    left as it stands by a second masking. N counts the distinct values of that kind in the order they are met. Values
    live in memory as long as the ticket's masker does; there is no way back from a placeholder.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._numbers: dict[tuple[str, str], int] = {}
        self._counts: dict[str, int] = {}
        self._phones: dict[str, list[tuple[str, int]]] = {}

    def mask(self, text: str) -> Masked:
        """Mask one text of the ticket."""
        found = find(text, self._settings)
        parts, last = [], 0
        for item in found:
            parts += [text[last : item.start], self._placeholder(item, text[item.start : item.end])]
            last = item.end
        return Masked(text="".join([*parts, text[last:]]), found=found)

    def _placeholder(self, item: Personal, value: str) -> str:
        folded = fold(value).text
        number = (
            self._phone(folded) if item.kind is Kind.PHONE else self._number(item.label, _identity(item.kind, folded))
        )
        return f"[{item.label.upper()}_{number}]"

    def _number(self, label: str, identity: str) -> int:
        key = (label, identity)
        if key not in self._numbers:
            self._numbers[key] = self._next(label)
        return self._numbers[key]

    def _next(self, label: str) -> int:
        self._counts[label] = self._counts.get(label, 0) + 1
        return self._counts[label]

    def _phone(self, folded: str) -> int:
        """Number a phone; written at home and from abroad it is one, but two countries' numbers are two."""
        code, local = phone_parts(folded)
        known = self._phones.setdefault(local, [])
        for place, (other, number) in enumerate(known):
            if code == other or not code or not other:
                known[place] = (code or other, number)
                return number
        known.append((code, self._next(Kind.PHONE.value)))
        return known[-1][1]


def phone_parts(folded: str) -> tuple[str, str]:
    """Split a phone into calling code (empty where it has none) and the number within the country."""
    digits = re.sub(r"[^0-9]", "", folded.replace("(0)", ""))
    abroad = folded.lstrip(" (").startswith(("+", "00"))
    bare = digits.removeprefix("00") if abroad else digits
    for code, lengths in load("words")["calling"].items():
        local = bare.removeprefix(code).lstrip("0")
        if bare.startswith(code) and len(local) in lengths and (abroad or len(bare) - len(code) in lengths):
            return code, local
    return "", bare.lstrip("0")


def _identity(kind: Kind, folded: str) -> str:
    """Return what two spellings of one value share."""
    if kind in _NUMERIC:
        return _NOT_WORD.sub("", folded)
    if kind in {Kind.IBAN, Kind.NAME, Kind.PLATE, Kind.ACCOUNT_ID, Kind.BIRTH_DATE}:
        return _NOT_WORD.sub("", folded).removeprefix("ال") if kind is Kind.NAME else _NOT_WORD.sub("", folded)
    return folded
