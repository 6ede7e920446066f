"""What the circumstances of a message say besides its analysis: a running conversation, a wait, our own fault."""

import re
from dataclasses import dataclass

from inference.bereavement import deaths
from inference.contradiction.figures import figures
from inference.dialogue import ConversationTurn, tried
from inference.policy import Policy
from inference.sides import ruled_out
from inference.signs import is_weary
from inference.slots import Slot, SlotName
from inference.text import fold
from inference.thread import own_words
from inference.types import Analysis, DifferenceKind, Fact, Grievance, Message, Resolution, SignalName

_YES = frozenset({"1", "yes", "y", "true", "confirmed", "نعم", "اجل", "موكد", "صحيح"})
_DAYS = {"D": 1.0, "W": 7.0, "M": 30.0, "Y": 365.0}
_PERIOD = re.compile(r"P(\d+)([DWMY])")


@dataclass(frozen=True)
class Situation:
    """Circumstances that shape a reply.

    Attributes:
        turn: Where in the conversation the message stands.
        bereaved: The customer tells of a death.
        weary: They say outright that they are tired of it, blaming nobody.
        erred: A supplied fact or the resolution says that the fault is the company's.
        grievances: What weighs on the customer besides the problem, surely enough to be spoken of.
        wait: How long they have waited, an ISO 8601 duration; None where it is not long, or not said.
        overran: Whether they have waited longer than any period that the resolution's answer names.
        owed: Something that was promised in the conversation is overdue, or not kept and the customer not told so.
        slots: What the message names, in its order.
        tried: Which steps of the resolution the customer says they have done.
        ruled_out: Which hold for a side on which the customer plainly is not; they are left out without a word.
    """

    turn: ConversationTurn
    bereaved: bool = False
    weary: bool = False
    erred: bool = False
    grievances: tuple[Grievance, ...] = ()
    wait: str | None = None
    overran: bool = False
    owed: bool = False
    slots: tuple[Slot, ...] = ()
    tried: frozenset[int] = frozenset()
    ruled_out: frozenset[int] = frozenset()


def read_situation(
    message: Message,
    analysis: Analysis,
    policy: Policy,
    resolution: Resolution,
    *,
    slots: tuple[Slot, ...],
    turn: ConversationTurn,
) -> Situation:
    """Read a message's circumstances, as far as they bear on an answer from ``resolution``."""
    wait = next((slot.value for slot in slots if _is_long(slot, policy)), None)
    return Situation(
        turn=turn,
        bereaved=bool(deaths(own_words(message))),
        weary=is_weary(own_words(message)),
        erred=any(_says_so(fact, policy) for fact in message.facts)
        or bool(set(resolution.tags) & set(policy.ownership.tags)),
        grievances=_grievances(
            analysis, policy, slots, waited=wait is not None, broken=_speaks_of_promise(message, policy)
        ),
        wait=wait,
        overran=wait is not None and _overran(wait, resolution),
        owed=any(item.owed for item in message.commitments),
        slots=slots,
        tried=tried(message, resolution.steps, resolution.language),
        ruled_out=ruled_out(own_words(message), resolution.steps),
    )


def _says_so(fact: Fact, policy: Policy) -> bool:
    return fact.name in policy.ownership.facts and fold(fact.value).text.strip(" .") in _YES


def _is_long(slot: Slot, policy: Policy) -> bool:
    match = _PERIOD.fullmatch(slot.value) if slot.name is SlotName.PERIOD else None
    return match is not None and int(match[1]) * _DAYS[match[2]] >= policy.signals.wait_from_days


def _overran(wait: str, resolution: Resolution) -> bool:
    """Tell whether a wait is longer than every period of an answer; a working day is taken for a day and a half."""
    text = fold(f"{resolution.short or ''}\n{resolution.answer}").text
    hours = [
        float(item.value) * {"working day": 36.0, "month": 720.0}.get(item.unit, 1.0)
        for item in figures(text)
        if item.kind is DifferenceKind.PERIOD
    ]
    match = _PERIOD.fullmatch(wait)
    return match is not None and bool(hours) and int(match[1]) * _DAYS[match[2]] * 24 > max(hours)


def _speaks_of_promise(message: Message, policy: Policy) -> bool:
    """Tell whether the ledger holds a promise to be named, where others do not read what this customer was told."""
    return any(item.speak for item in message.commitments) and not policy.channels[message.channel].private


def _grievances(
    analysis: Analysis, policy: Policy, slots: tuple[Slot, ...], *, waited: bool, broken: bool
) -> tuple[Grievance, ...]:
    """What we said weighs most, then that it had to be said again, then the wait."""
    least = policy.signals.speak_of_from
    again = any(slot.name is SlotName.CONTACTS and slot.value.isdigit() and int(slot.value) > 1 for slot in slots)
    present = {
        Grievance.PROMISE: broken or analysis.has(SignalName.BROKEN_PROMISE, least=least),
        Grievance.REPEAT: again or analysis.has(SignalName.REPEAT_CONTACT, least=least),
        Grievance.WAIT: waited,
    }
    return tuple(grievance for grievance in Grievance if present[grievance])
