"""What the circumstances of a message say besides its analysis: a running conversation, a wait, our own fault."""

from dataclasses import dataclass

from inference.bereavement import deaths
from inference.policy import Policy
from inference.text import fold
from inference.thread import own_words
from inference.types import Analysis, Fact, Grievance, Message, Resolution, SignalName

_NO = frozenset({"", "0", "no", "false", "none", "لا", "كلا"})


@dataclass(frozen=True)
class Situation:
    """Circumstances that shape a reply.

    Attributes:
        bereaved: The customer tells of a death.
        erred: A supplied fact or the resolution says that the fault is the company's.
        grievances: What weighs on the customer besides the problem, surely enough to be spoken of.
    """

    bereaved: bool = False
    erred: bool = False
    grievances: tuple[Grievance, ...] = ()


def read_situation(message: Message, analysis: Analysis, policy: Policy, resolution: Resolution) -> Situation:
    """Read a message's circumstances, as far as they bear on an answer from ``resolution``."""
    return Situation(
        bereaved=bool(deaths(own_words(message))),
        erred=any(_says_so(fact, policy) for fact in message.facts)
        or bool(set(resolution.tags) & set(policy.ownership.tags)),
        grievances=_grievances(analysis, policy),
    )


def _says_so(fact: Fact, policy: Policy) -> bool:
    return fact.name in policy.ownership.facts and fold(fact.value).text.strip(" .") not in _NO


def _grievances(analysis: Analysis, policy: Policy) -> tuple[Grievance, ...]:
    named = {Grievance.PROMISE: SignalName.BROKEN_PROMISE, Grievance.REPEAT: SignalName.REPEAT_CONTACT}
    least = policy.signals.speak_of_from
    return tuple(grievance for grievance, signal in named.items() if analysis.has(signal, least=least))
