"""Which event may follow in which state, where it leads, and which duties it meets."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.complaints.country import DutyKind
from api.complaints.records import ComplaintEventName as Event
from api.complaints.records import ComplaintState as State

_BEFORE_RESPONSE = frozenset({State.OPEN, State.ACKNOWLEDGED, State.INVESTIGATING})
_RUNNING = frozenset(State) - {State.WITHDRAWN, State.CLOSED}
_ALL_DUTIES = (DutyKind.ACKNOWLEDGEMENT, DutyKind.PROGRESS, DutyKind.FINAL_RESPONSE, DutyKind.WINDOW)


@dataclass(frozen=True)
class Step:
    """One event's place: the states that allow it, the state after it (None: the same), what it meets."""

    allowed: frozenset[State]
    state: State | None = None
    meets: tuple[DutyKind, ...] = ()


STEPS: Mapping[Event, Step] = {
    Event.ACKNOWLEDGED: Step(frozenset({State.OPEN}), State.ACKNOWLEDGED, (DutyKind.ACKNOWLEDGEMENT,)),
    Event.INVESTIGATING: Step(frozenset({State.ACKNOWLEDGED}), State.INVESTIGATING),
    Event.PROGRESS: Step(_RUNNING - {State.OPEN, State.RESPONDED}, None, (DutyKind.PROGRESS,)),
    Event.PAUSED: Step(_BEFORE_RESPONSE),
    Event.RESUMED: Step(_BEFORE_RESPONSE),
    Event.EXTENDED: Step(_BEFORE_RESPONSE, None, (DutyKind.PROGRESS,)),
    Event.RESPONDED: Step(_BEFORE_RESPONSE | {State.REFERRED}, State.RESPONDED, _ALL_DUTIES),
    Event.REFERRED: Step(_BEFORE_RESPONSE | {State.RESPONDED}, State.REFERRED),
    Event.WITHDRAWN: Step(_RUNNING, State.WITHDRAWN),
    Event.CLOSED: Step(frozenset({State.RESPONDED, State.REFERRED}), State.CLOSED),
    Event.HELD: Step(frozenset(State)),
    Event.RELEASED: Step(frozenset(State)),
    Event.NOTED: Step(frozenset(State)),
}
"""A final response that is sent at once acknowledges too; a referral leaves the clocks running."""
