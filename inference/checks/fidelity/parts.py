"""A clause of a sentence, and what its units speak of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from inference.checks.fidelity.units import Unit

MODAL = frozenset({"permission", "duty"})
"""Matters that say nothing of what a sentence is about."""

Signs = Mapping[str, frozenset[bool]]


@dataclass(frozen=True)
class Part:
    """A clause.

    Attributes:
        conditional: whether it states nothing by itself ("if", "so that").
        bound: whether it makes a condition.
        anew: whether "and if" opens it: what it conditions follows.
    """

    units: tuple[Unit, ...]
    conditional: bool
    bound: bool
    anew: bool = False

    @cached_property
    def matters(self) -> frozenset[str]:
        """What it speaks of."""
        return matters(self.units)

    @cached_property
    def action(self) -> frozenset[str]:
        """What it speaks of, apart from whether it may be and when."""
        return frozenset(matter for matter in self.matters - MODAL if not matter.startswith("sequence "))

    @cached_property
    def signs(self) -> Signs:
        """With which signs each matter stands in it."""
        return signs_of(self.units)


def matters(units: Iterable[Unit]) -> frozenset[str]:
    """Return what units speak of."""
    return frozenset([unit.matter for unit in units])


def signs_of(units: Iterable[Unit]) -> Signs:
    """Return with which signs each matter stands."""
    found: dict[str, set[bool]] = {}
    for unit in units:
        found.setdefault(unit.matter, set()).add(unit.sign)
    return {matter: frozenset(values) for matter, values in found.items()}
