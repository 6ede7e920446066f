"""Names and phones that a ticket's record tells of its people, masked wherever the ticket has them.

The recognisers find names by what stands around them; a name that is known beforehand needs no such evidence. It is
found in any letter case, with or without article and hyphen, in every spelling that ``fold`` makes one, under Arabic
clitics, in full or by any of its parts that is no everyday word.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from inference.lexicons import load_lexicon
from inference.text import fold
from retrieval.tickets.types import Known
from retrieval.tickets.wording import listed

_MOST = 200  # names of one ticket; a mailing list in copy has more, and the recognisers see those too
_LETTERS = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\S*(?:@|://|www\.)\S*|\[[A-Za-z][A-Za-z_]*_[0-9]+\]")
_UPON = re.compile(r"(?<!\w)على(?!\w)")
_ARTICLES = frozenset({"al", "el", "ul", "ال"})
_GAP = r"[\s\u00a0._'’\-]{0,3}"
_CLITIC = r"(?:[وف]?(?:لل|[لبك])?|يا)"


class Names:
    """The literals of one ticket. Their placeholders, such as ``[CUSTOMER_1]``, are left alone by every masker."""

    def __init__(self, known: Known) -> None:
        groups = (("CUSTOMER", known.customers), ("AGENT", known.agents), ("PERSON", known.others))
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        seen: set[str] = set()
        for label, people in groups:
            number = 0
            for name in people[:_MOST]:
                units = _units(name)
                if not units or (key := "".join(units)) in seen:
                    continue
                seen.add(key)
                number += 1
                self._patterns.append((_pattern(units), f"[{label}_{number}]"))
        self._phones = list(filter(None, map(_phone_pattern, known.phones[:_MOST])))

    def mask(self, text: str) -> tuple[str, int, int]:
        """Replace the literals in a text; return it with the counts of names and of phones replaced."""
        # Folding makes one of the preposition and the name Ali.
        folded = fold(_UPON.sub("عل\ue000", text))
        spans = list(self._spans(folded.text))
        parts, last = [], 0
        counts = [0, 0]
        for start, end, placeholder in spans:
            span = folded.span(start, end)
            counts[placeholder == "[CUSTOMER_PHONE_1]"] += 1
            parts += [text[last : span.start], placeholder]
            last = span.end
        return "".join([*parts, text[last:]]), counts[0], counts[1]

    def _spans(self, folded: str) -> Iterator[tuple[int, int, str]]:
        """Yield what is replaced, in order; addresses and links are left whole for their own recognisers."""
        barred = [match.span() for match in _TOKEN.finditer(folded)]
        found = [(*m.span("name"), mark) for pattern, mark in self._patterns for m in pattern.finditer(folded)]
        found += [(*m.span(), "[CUSTOMER_PHONE_1]") for pattern in self._phones for m in pattern.finditer(folded)]
        last = 0
        for start, end, mark in sorted(found, key=lambda item: (item[0], -item[1])):
            if start >= last and not any(start < stop and begin < end for begin, stop in barred):
                yield start, end, mark
                last = end


def _units(name: str) -> list[str]:
    """Split a name into parts, particles joined to what follows; empty where it names no person."""
    if "@" in name or sum(char.isdigit() for char in name) > 3:
        return []
    parts = _LETTERS.findall(fold(name).text)
    if not any(len(part) > 1 and part not in _everyday() and part not in listed("name_particles") for part in parts):
        return []
    units, lead = [], ""
    for part in parts[:8]:
        if part in listed("name_particles"):
            lead += part + " "
        else:
            units.append(lead + part)
            lead = ""
    return [*units, lead.strip()] if lead else units


def _pattern(units: list[str]) -> re.Pattern[str]:
    """A known name in full, or runs of its telling parts; an everyday word counts only beside one of those."""
    telling = [unit for unit in units if len(unit) > 2 and unit not in _everyday()]
    every = "|".join(_spelled(unit) for unit in units)
    some = "|".join(_spelled(unit) for unit in telling) or _GAP.join(_spelled(unit) for unit in units)
    core = rf"(?:(?:{every}){_GAP})*(?:{some})(?:{_GAP}(?:{every}))*"
    return re.compile(rf"(?<![^\W_]){_CLITIC}(?P<name>{core})(?:'s)?(?![^\W_])")


def _spelled(unit: str) -> str:
    words = unit.split(" ")
    last = re.escape(re.sub(r"^ال(?=\w{3})", "", words[-1]))
    article = r"(?:ال)?" if words[-1] != "الله" and words[-1][0] > "\u0530" else r"(?:[ae]l[\s\-']?)?"
    if words[-1] == "الله":
        last, article = "الله", ""
    lead = _GAP.join(re.escape(word) for word in words[:-1] if word not in _ARTICLES)
    return f"{lead}{_GAP}{article}{last}" if lead else f"{article}{last}"


def _phone_pattern(phone: str) -> re.Pattern[str] | None:
    digits = "".join(char for char in fold(phone).text if char.isdigit())
    if len(digits) < 7:
        return None
    body = r"[ ().\-]{0,2}".join(digits[-8:])
    return re.compile(rf"(?<!\d)\+?(?:\d[ ().\-]{{0,2}}){{0,7}}{body}(?!\d)")


@cache
def _everyday() -> frozenset[str]:
    courtesy, language = load_lexicon("courtesy"), load_lexicon("language")
    words: Iterable[str] = (*courtesy["fillers"], *courtesy["vague"], *language["english"])
    return frozenset(fold(str(word)).text for word in words) | listed("name_everyday")
