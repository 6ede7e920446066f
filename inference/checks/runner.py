"""All checks in one call, in a fixed order."""

from dataclasses import replace

from inference.checks.authority import check_authority
from inference.checks.base import Check, CheckInput
from inference.checks.disclosure import (
    check_identity,
    check_internal,
    check_others,
    check_secrets,
    check_tipping,
    check_unfilled,
)
from inference.checks.facts import check_addresses, check_figures, check_names
from inference.checks.fidelity import check_fidelity
from inference.checks.injection import check_injection
from inference.checks.language import (
    check_altered_names,
    check_controls,
    check_homoglyphs,
    check_jargon,
    check_language,
    check_mojibake,
    check_register,
)
from inference.checks.planned import check_steps
from inference.checks.promises import check_promises
from inference.checks.tone import (
    check_apologies,
    check_blame,
    check_forbidden,
    check_length,
    check_ownership,
    check_warmth,
)
from inference.policy import Policy
from inference.types import Finding, Message, Severity, Source, SourceKind

CHECKS: tuple[Check, ...] = (
    check_language,
    check_controls,
    check_homoglyphs,
    check_mojibake,
    check_altered_names,
    check_register,
    check_jargon,
    check_unfilled,
    check_secrets,
    check_identity,
    check_tipping,
    check_others,
    check_internal,
    check_injection,
    check_figures,
    check_addresses,
    check_names,
    check_promises,
    check_authority,
    check_fidelity,
    check_apologies,
    check_ownership,
    check_blame,
    check_warmth,
    check_forbidden,
    check_steps,
    check_length,
)

OF_A_WHOLE: frozenset[Check] = frozenset(
    {
        check_language,
        check_jargon,
        check_fidelity,
        check_apologies,
        check_ownership,
        check_warmth,
        check_steps,
        check_length,
    }
)
"""Checks that judge a reply as a whole; the others judge each sentence for itself."""

_SAID = {
    "ar": "نأسف لذلك. سنتصل بكم قبل الأحد، ويصل المبلغ خلال 5 أيام عمل. افتحوا «البطاقات» ثم أرسلوا لنا رقم الطلب.",
    "en": "I'm sorry. We'll call you by Sunday, and 500 riyals arrive within 5 days. Tap Cards, then send us a code.",
}


def run_checks(given: CheckInput) -> tuple[Finding, ...]:
    """Run every check on a reply and return its findings, without those that the policy turns off."""
    found = (finding for check in CHECKS for finding in check(given))
    return tuple(finding for finding in found if given.policy.severity(finding.code) is not None)


def passes_beside(given: CheckInput, checked: CheckInput) -> bool:
    """Tell whether no finding blocks a reply that shares steps with one that none blocks.

    What both say alike is read once: each sentence of the new steps, and the new reply as a whole.
    """
    known = {step.text for step in checked.steps}
    new = tuple(step for step in given.steps if step.text not in known)
    part = replace(given, text="\n\n".join(step.text for step in new), steps=new)
    found = (finding for check in CHECKS for finding in check(given if check in OF_A_WHOLE else part))
    return not any(given.policy.severity(finding.code) is Severity.BLOCK for finding in found)


def warm(policy: Policy) -> None:
    """Check one reply in each language, so that the first customer does not wait while hundreds of patterns compile."""
    for language, said in _SAID.items():
        source = Source(id="warm", kind=SourceKind.RESOLUTION, quote=said)
        run_checks(CheckInput(said, language, (source,), policy, Message(text=said)))
