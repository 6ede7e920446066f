"""Whether a person must answer a message, whatever was found: an escalation of the policy's, or a formal complaint."""

from collections.abc import Set
from dataclasses import dataclass

from inference.complaint import complaint_ground
from inference.compose.brief import Brief
from inference.lexicons import load_lexicon
from inference.types import Reason, SignalName

_GROUNDS = {
    SignalName.REGULATOR_THREAT.value: Reason.REGULATOR,
    SignalName.LEGAL_THREAT.value: Reason.LEGAL,
    SignalName.PUBLIC_THREAT.value: Reason.PUBLIC_THREAT,
}


@dataclass(frozen=True)
class HandOver:
    """Why there is no draft, what the agent is told, and who takes over, by the policy."""

    reason: Reason
    notes: tuple[str, ...]
    route: str | None = None


def hand_over(brief: Brief, judged: Set[SignalName]) -> HandOver | None:
    """Say why a person must answer; None where none must.

    Args:
        brief: What the draft is made for.
        judged: Signals that the agent has read and found to be none.
    """
    found = brief.policy.escalating(brief.analysis, answered=brief.answered)
    if escalations := [item for name, item in found.items() if name not in judged]:
        notes = [item.note[brief.notes_language] for item in escalations]
        routes = list(dict.fromkeys(item.route for item in escalations if item.route))
        notes += [brief.note("route", route=route) for route in routes]
        return HandOver(escalations[0].reason, tuple(notes), next(iter(routes), None))
    if (rules := brief.policy.complaints) is not None:
        ground = complaint_ground(brief.words, brief.analysis, rules)
        if ground is not None:
            return HandOver(_GROUNDS.get(ground, Reason.COMPLAINT), (_complaint_note(brief),))
    return None


def _complaint_note(brief: Brief) -> str:
    texts = load_lexicon("complaints")["notes"]
    return str(texts.get(brief.notes_language, texts["en"])["raised"])
