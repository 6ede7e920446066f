"""What the checks find in planted faults, and in the clean replies beside them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evaluation.checks.pairs import Pair, helpdesk_policy
from inference.checks import CheckInput, run_checks
from inference.types import Finding

CHECKS = ("promises", "facts", "fidelity", "authority", "tone", "language", "safety", "injection")


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
        """Whether these checks find more in the faulty reply than in the clean one."""

        def count(found: Iterable[Finding]) -> int:
            return sum(finding.check in checks for finding in found)

        return count(self.faulty) > count(self.clean)


def judge(pairs: Iterable[Pair]) -> Iterator[Judged]:
    """Run the checks on both replies of each pair, as on an agent's own text."""
    for pair in pairs:
        yield Judged(pair, run_checks(given(pair, pair.text)), run_checks(given(pair, pair.faulty)))


def given(pair: Pair, text: str) -> CheckInput:
    """Return what the checks are given of a reply."""
    policy = helpdesk_policy()
    return CheckInput(text, pair.language, pair.sources, policy, pair.asked, pair.plan(policy))
