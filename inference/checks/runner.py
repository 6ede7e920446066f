"""All checks in one call, in a fixed order."""

from collections.abc import Callable, Iterator

from inference.checks.base import CheckInput
from inference.checks.facts import check_numbers, check_promises
from inference.checks.safety import check_controls, check_language, check_secrets, check_unfilled
from inference.checks.tone import check_apologies, check_forbidden, check_length, check_steps
from inference.types import Finding

CHECKS: tuple[Callable[[CheckInput], Iterator[Finding]], ...] = (
    check_language,
    check_controls,
    check_unfilled,
    check_secrets,
    check_numbers,
    check_promises,
    check_apologies,
    check_forbidden,
    check_steps,
    check_length,
)


def run_checks(given: CheckInput) -> tuple[Finding, ...]:
    """Run every check on a reply and return its findings."""
    return tuple(finding for check in CHECKS for finding in check(given))
