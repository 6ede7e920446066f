"""A sentence as the alignment compares it: its clauses, the cases that it tells apart, its conditions and orders."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise

from inference.checks.fidelity.bids import REFUSING, bids, commanding, forbids, ordering
from inference.checks.fidelity.lexicon import form
from inference.checks.fidelity.parts import Part, Signs, matters, signs_of
from inference.checks.fidelity.units import Mark, Unit, Word, find_marks, find_units, split, turn
from inference.lexicons import load_lexicon
from inference.text import fold

_JOINED = frozenset("وف")
_FROM = frozenset({"from", "in", "between", "to"})
_SUMS = frozenset({"مبلغ", "لمبلغ", "بمبلغ", "المبلغ"})
"""Before what somebody pays or sends, which is no price."""
_WHEREAS = frozenset({"but", "while", "whereas", "اما", "واما", "فاما", "بينما", "لكن"})
_OPENERS = frozenset({"and", "or", "but", "so", "yes", "no"})
_CONDITIONAL = frozenset({"proviso", "clause", "time", "purpose"})
_BOUND = frozenset({"proviso", "clause"})
_OR = frozenset({"or", "او", "ولم", "ولن"})
_UNTELLING = frozenset({"cost", "speed", "daily", "month", "permission", "duty", "card"})
_MEASURES = frozenset({"riyal", "cost"})
_EXCEPTED = 3
"""Words within which "except" reaches what it excepts."""
_EXCEPT = "الا"
_ONLY = 7
"""Words within which "not ... except" means "only"."""

Case = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True)
class Reading:
    """Folded text as its words, telling units and marks."""

    words: tuple[Word, ...]
    units: tuple[Unit, ...]
    marks: tuple[Mark, ...]

    @cached_property
    def matters(self) -> frozenset[str]:
        """What all units speak of."""
        return matters(self.units)

    @cached_property
    def signs(self) -> Signs:
        """With which signs each matter stands."""
        return signs_of(self.units)

    @cached_property
    def opposites(self) -> Signs:
        """With which signs each matter stands that has an opposite."""
        return signs_of(unit for unit in self.units if unit.signed)

    @cached_property
    def groups(self) -> frozenset[str]:
        """The groups of its marks."""
        return frozenset(mark.group for mark in self.marks)

    def marked(self, *groups: str) -> bool:
        """Tell whether a mark of one of these groups stands in the text."""
        return not self.groups.isdisjoint(groups)

    @cached_property
    def answer(self) -> bool | None:
        """Whether the text opens with "yes" or with "no"; None for neither."""
        group = next((mark.group for mark in self.marks if mark.at <= 1 and mark.group in {"yes", "no"}), None)
        return None if group is None else group == "yes"

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The clauses that hold units."""
        found: dict[int, list[Unit]] = {}
        for unit in self.units:
            found.setdefault(self.words[unit.at].clause, []).append(unit)
        conditional = self._conditional
        bound = conditional & {self.words[mark.at].clause for mark in self.marks if mark.group in _BOUND}
        return tuple(
            Part(tuple(units), number in conditional, number in bound, number in self._anew)
            for number, units in found.items()
        )

    @cached_property
    def _anew(self) -> frozenset[int]:
        """The clauses that begin with "and if"."""
        return frozenset(
            self.words[mark.at].clause
            for mark in self.marks
            if mark.group == "clause"
            and (self.words[mark.at].text[0] in _JOINED or (mark.at and self.words[mark.at - 1].text in _OPENERS))
        )

    @cached_property
    def _conditional(self) -> frozenset[int]:
        clauses = [word.clause for word in self.words]
        opened = {clauses[mark.at] for mark in self.marks if mark.group in _CONDITIONAL and self._opens(mark.at)}
        for at in range(1, len(clauses)):  # "if it stays blocked, or the app refuses"
            if clauses[at] != clauses[at - 1] and clauses[at - 1] in opened and self.words[at].text in _OR:
                opened.add(clauses[at])
        return frozenset(opened)

    def _opens(self, at: int) -> bool:
        before = self.words[at - 1] if at else None
        return before is None or self.words[at].clause != before.clause or before.text in _OPENERS

    @cached_property
    def provisos(self) -> bool:
        """Whether a condition is made; "not ... except" is none, but says "only"."""
        return any(mark.group == "proviso" and not self._only(mark.at) for mark in self.marks)

    def _only(self, at: int) -> bool:
        before = self.words[max(0, at - _ONLY) : at]
        return self.words[at].text == _EXCEPT and any(form(word.text).negates for word in before)

    @cached_property
    def grants(self) -> bool:
        """Whether it says that something can be done, or cannot."""
        return "permission" in self.matters or "acceptance" in self.matters

    def negated(self, unit: Unit) -> bool:
        """Tell whether a word of negation stands before a unit in its clause."""
        clause = self.words[unit.at].clause
        return any(form(word.text).negates for word in self.words[: unit.at] if word.clause == clause)

    @cached_property
    def orders(self) -> bool:
        """Whether it tells somebody to do something, at its head or after a condition."""
        return ordering(self.words)

    def commands(self, part: Part) -> bool:
        """Tell whether a clause tells somebody to do something, or not to."""
        return self.words[part.units[0].at].clause in self._commanding

    @cached_property
    def _commanding(self) -> frozenset[int]:
        return commanding(self.words)

    def forbids(self, part: Part) -> bool:
        """Tell whether a clause tells somebody not to do something."""
        return self.words[part.units[0].at].clause in self._forbidding

    @cached_property
    def _forbidding(self) -> frozenset[int]:
        firsts = {self.words[unit.at].clause: unit.at for unit in reversed(self.units)}
        return frozenset(
            word.clause
            for at, word in enumerate(self.words)
            if word.text in REFUSING and at <= firsts.get(word.clause, -1) and forbids(self.words, at)
        )

    @cached_property
    def told(self) -> tuple[tuple[Part, bool | None], ...]:
        """Each clause with whether it tells or allows somebody to do something, or not to; None for neither."""
        return tuple((part, self._told(part)) for part in self.parts)

    def _told(self, part: Part) -> bool | None:
        if self.forbids(part):
            return False
        if self.commands(part) or self.invites(part):
            return True
        return True if part.signs.get("permission") == frozenset({True}) else None

    def invites(self, part: Part) -> bool:
        """Tell whether a clause says that nothing speaks against doing something."""
        clause = self.words[part.units[0].at].clause
        return any(mark.group == "invites" and self.words[mark.at].clause == clause for mark in self.marks)

    def bids(self, at: int) -> bool:
        """Tell whether a word is an order to do something."""
        return bids(self.words, at)

    @cached_property
    def _segments(self) -> tuple[list[Unit], ...]:
        """The units between punctuation, "and", "but"; "..., at 30 riyals each" belongs to what stands before it."""
        starts = {mark.at for mark in self.marks if mark.group == "segment"}
        starts |= {at for at, word in enumerate(self.words) if word.opens}
        ordered = sorted(starts)
        found: list[list[Unit]] = []
        last = 0
        for unit in self.units:
            begun = bisect_right(ordered, unit.at)
            if not found or begun > last:
                found.append([])
            last = begun
            found[-1].append(unit)
        merged: list[list[Unit]] = []
        contrasts = {mark.end for mark in self.marks if self.words[mark.at].text in _WHEREAS}
        for units in found:
            added = all(unit.matter[0] == "#" or unit.matter in _MEASURES for unit in units)
            if merged and added and units[0].at not in contrasts:
                merged[-1].extend(units)
            else:
                merged.append(units)
        return tuple(merged)

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The figures of each segment, "free" and "at once" among them, with what else the segment speaks of."""
        return tuple(_case(units) for units in self._segments)

    @cached_property
    def prices(self) -> tuple[tuple[frozenset[str], bool], ...]:
        """What each segment that names a price speaks of, and whether that is free of charge."""
        found: list[tuple[frozenset[str], bool]] = []
        if self.matters.isdisjoint(_MEASURES) and not any(matter[-1] == "%" for matter in self.matters):
            return ()
        excepted = {mark.at for mark in self.marks if mark.group == "except"}
        for units in self._segments:
            spoken = matters(units) - {"cost"}
            costs = {unit.sign for unit in units if unit.matter == "cost"}
            if found and any(units[0].at - _EXCEPTED <= at < units[0].at for at in excepted):
                found.append((spoken, not found[-1][1]))
            elif len(costs) == 1 or (not costs and self._charged(units)):
                found.append((spoken, False in costs))
        return tuple(found)

    def _charged(self, units: Sequence[Unit]) -> bool:
        """Tell whether an amount is a price; "up to 5,000 riyals" is a limit."""
        spoken = matters(units)
        if "limit" in self.matters or not any(one == "riyal" or one[-1] == "%" for one in spoken):
            return False
        amounts = {one.at for one, other in pairwise(units) if one.matter[0] == "#" and other.matter == "riyal"}
        if amounts and all(at and self.words[at - 1].text in _SUMS for at in amounts):
            return False
        return not any(
            mark.group == "bound"
            and self.words[mark.at].text not in _FROM
            and not amounts.isdisjoint(range(mark.end, mark.end + 2))
            for mark in self.marks
        )

    @cached_property
    def paths(self) -> tuple[tuple[str, str], ...]:
        """The menus that follow each other: "Cards, then Freeze"."""
        found = []
        for mark in self.marks:
            if mark.group == "next":
                before = next((unit for unit in reversed(self.units) if unit.end == mark.at), None)
                after = next((unit for unit in self.units if unit.at == mark.end), None)
                if before is not None and after is not None and before.matter != after.matter:
                    found.append((before.matter, after.matter))
        return tuple(found)

    @cached_property
    def sequence(self) -> tuple[frozenset[str], frozenset[str]] | None:
        """What comes before what, where one "before" or "after" tells it, and no condition stands."""
        places = [at for at, unit in enumerate(self.units) if unit.matter.startswith("sequence ")]
        if len(places) != 1 or any(part.bound for part in self.parts):
            return None
        at = places[0]
        unit, clause = self.units[at], self.words[self.units[at].at].clause
        target = matters(item for item in self.units[at + 1 : at + 3] if self.words[item.at].clause == clause)
        others = matters(item for item in self.units if item.at < unit.at or self.words[item.at].clause > clause)
        denied = any(
            item.turned == "verb" and item.at < unit.at and self.words[item.at].clause == clause for item in self.units
        )
        # "Don't send it before you cancel" has the cancelling first.
        return (others, target) if unit.sign is not denied else (target, others)


@lru_cache(maxsize=4_096)  # an edited reply is checked again after each change
def read(text: str) -> Reading:
    """Read folded text."""
    words = tuple(split(text))
    texts = tuple(word.text for word in words)
    known = tuple(map(form, texts))
    marks = tuple(find_marks(texts, known))
    return Reading(words, tuple(turn(words, known, tuple(find_units(words, texts, known)), marks)), marks)


def _case(units: Sequence[Unit]) -> Case:
    values = {unit.matter for unit in units if unit.matter[0] == "#"}
    values |= {"free" for unit in units if unit.matter == "cost" and not unit.sign}
    values |= {"at once" for unit in units if unit.matter == "speed" and unit.sign}
    counted = any(one.matter[0] == "#" and other.matter == "riyal" for one, other in pairwise(units))
    keys = matters(units) - values - _UNTELLING
    return frozenset(values), keys - {"riyal"} if counted else keys


@cache
def rivals() -> Mapping[str, frozenset[str]]:
    """Return, for what names a case, all that names it or its rivals."""
    lines = load_lexicon("fidelity")["rivals"]
    groups = [frozenset[str]().union(*(read(fold(str(phrase)).text).matters for phrase in line)) for line in lines]
    return {matter: group for group in groups for matter in group}
