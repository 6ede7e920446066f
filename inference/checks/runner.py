"""All checks in one call, in a fixed order."""

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
from inference.types import Finding, Message, Source, SourceKind

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

_SAID = {
    "ar": "نأسف لذلك. سنتصل بكم قبل الأحد، ويصل المبلغ خلال 5 أيام عمل. افتحوا «البطاقات» ثم أرسلوا لنا رقم الطلب.",
    "en": "I'm sorry. We'll call you by Sunday, and 500 riyals arrive within 5 days. Tap Cards, then send us a code.",
}


def run_checks(given: CheckInput) -> tuple[Finding, ...]:
    """Run every check on a reply and return its findings, without those that the policy turns off."""
    found = (finding for check in CHECKS for finding in check(given))
    return tuple(finding for finding in found if given.policy.severity(finding.code) is not None)


def warm(policy: Policy) -> None:
    """Check one reply in each language, so that the first customer does not wait while hundreds of patterns compile."""
    for language, said in _SAID.items():
        source = Source(id="warm", kind=SourceKind.RESOLUTION, quote=said)
        run_checks(CheckInput(said, language, (source,), policy, Message(text=said)))
