"""All checks in one call, in a fixed order."""

from inference.checks.base import Check, CheckInput
from inference.checks.figures import check_numbers
from inference.checks.promises import check_promises
from inference.checks.safety import check_controls, check_language, check_secrets, check_unfilled
from inference.checks.tone import check_apologies, check_forbidden, check_length, check_steps
from inference.types import Finding

CHECKS: tuple[Check, ...] = (
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
    """Run every check on a reply and return its findings, without those that the policy turns off."""
    found = (finding for check in CHECKS for finding in check(given))
    return tuple(finding for finding in found if given.policy.severity(finding.code) is not None)
