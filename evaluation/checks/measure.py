"""What the checks find in planted faults, and in the clean replies beside them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evaluation.checks.pairs import Pair, helpdesk_policy
from evaluation.drafting.shares import Figure, shares
from inference.checks import CheckInput, run_checks
from inference.types import Finding

CHECKS = ("promises", "facts", "fidelity", "authority", "tone", "language", "safety", "injection")
FEWEST = 30
"""Replies under which a cell says "too few"."""


@dataclass(frozen=True)
class Judged:
    """A pair with what was found in its clean and in its faulty reply."""

    pair: Pair
    clean: tuple[Finding, ...]
    faulty: tuple[Finding, ...]

    @property
    def caught(self) -> bool:
        """Whether the right check finds in the faulty reply what it does not find in the clean one."""
        return self.new(self.pair.check)

    def new(self, *checks: str) -> bool:
        """Whether one of these checks finds more in the faulty reply than in the clean one."""

        def count(found: Iterable[Finding]) -> int:
            return sum(finding.check in checks for finding in found)

        return count(self.faulty) > count(self.clean)

    def alarms(self, check: str) -> bool:
        """Whether a check finds a fault in the clean reply."""
        return any(finding.check == check for finding in self.clean)


def judge(pairs: Iterable[Pair]) -> Iterator[Judged]:
    """Run the checks on both replies of each pair, as on an agent's own text."""
    for pair in pairs:
        yield Judged(pair, run_checks(given(pair, pair.text)), run_checks(given(pair, pair.faulty)))


def given(pair: Pair, text: str) -> CheckInput:
    """Return what the checks are given of a reply."""
    policy = helpdesk_policy()
    return CheckInput(text, pair.language, pair.sources, policy, pair.asked, pair.plan(policy))


def recall(judged: Sequence[Judged], *, seed: int) -> list[Figure]:
    """Return, for each check and in all, the share of its planted faults that it finds."""
    rows = {check: [item.caught for item in judged if item.pair.check == check] for check in CHECKS}
    return shares(rows | {"all": [item.caught for item in judged]}, seed=seed)


def false_alarms(judged: Sequence[Judged], *, seed: int) -> list[Figure]:
    """Return, for each check and for any, the share of clean replies in which it finds a fault."""
    rows = {check: [item.alarms(check) for item in judged] for check in CHECKS}
    return shares(rows | {"any": [bool(item.clean) for item in judged]}, seed=seed)
