"""What is next for a conversation: a pure function of its messages, its notes and the time.

The unit of work is the state of a conversation, not a job in a queue: whoever looks at the same rows reaches the same
next step, however often the process was killed in between, and a step that turns out to be taken already changes
nothing. That is why no job library is used.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from api.helpdesks.connections import Connection
from api.helpdesks.tables import ConversationRow, DeskMessageRow, DeskNoteRow, NoteState
from inference.types import Author

COURTESY = "courtesy"
"""Why a note was dropped that nobody wants, even if the conversation is opened again."""
UNDRAFTED = "undrafted"
"""Why a note is dead that has no draft."""
EDITED = "edited"
"""Why a note was superseded that still lies there: an agent has edited it."""
STAYS = "stays"
"""Why a note was superseded that still lies there: the helpdesk does not take it back."""
OPEN = (NoteState.DRAFTING, NoteState.WAITING, NoteState.SENDING)


class Do(StrEnum):
    """What a step does. The first four only change rows; the others call somebody."""

    ANSWERED = "answered"  # an agent has replied to what a note answers
    DROP = "drop"  # nobody needs the note any more
    SUPERSEDE = "supersede"  # the customer wrote more before the note was left
    RESERVE = "reserve"  # a new note for the burst
    DRAFT = "draft"
    LEAVE = "leave"
    FIND = "find"  # it may lie in the helpdesk already
    WITHDRAW = "withdraw"
    MATCH = "match"  # what agents sent, with what was drafted


@dataclass(frozen=True)
class Step:
    """One step, with the note that it is about."""

    do: Do
    note: DeskNoteRow | None = None


@dataclass(frozen=True)
class Wait:
    """Nothing to do before a moment; None: until something is delivered."""

    until: datetime | None


@dataclass(frozen=True)
class Situation:
    """A conversation with everything that its next step depends on.

    Attributes:
        row: the conversation.
        messages: by their own times, the earliest first.
        notes: in the order in which they were reserved.
        connection: its settings.
        paused_until: until when its helpdesk is to be left alone.
        now: the present moment.
    """

    row: ConversationRow
    messages: Sequence[DeskMessageRow]
    notes: Sequence[DeskNoteRow]
    connection: Connection
    paused_until: datetime | None
    now: datetime

    @property
    def burst(self) -> list[DeskMessageRow]:
        """What the customer wrote since an agent last answered, or closed the conversation."""
        replies = [item.at for item in self.messages if item.author == Author.AGENT]
        answered, closed = max(replies, default=None), self.row.closed_at
        # A reply of the very same second can hardly answer what was written in it; nothing is lost, that is the point.
        return [
            item
            for item in self.messages
            if item.author == Author.CUSTOMER
            and (answered is None or item.at >= answered)
            and (closed is None or item.at > closed)
        ]

    @property
    def due(self) -> datetime | None:
        """When the burst has ended: after a while of silence, or because the customer has waited long enough."""
        arrived = [item.received_at for item in self.burst]
        if not arrived:
            return None
        quiet = timedelta(seconds=self.connection.quiet_seconds)
        longest = timedelta(seconds=self.connection.longest_wait_seconds)
        return min(min(arrived) + longest, max(arrived) + quiet)


def digest_of(burst: Sequence[DeskMessageRow]) -> str:
    """Return what stands for the messages of a burst and their texts."""
    digest = hashlib.sha256()
    for item in burst:
        for part in (item.id, item.text):
            digest.update(len(part.encode("utf-8")).to_bytes(8, "big") + part.encode("utf-8"))
    return digest.hexdigest()


def next_step(given: Situation) -> Step | Wait:
    """Return what is to be done next, or until when nothing is."""
    step = _next(given)
    if isinstance(step, Step):
        return step
    # A reply is matched last: what agents see comes first, and neither waits for the other.
    return Step(Do.MATCH) if given.row.unmatched else step


def due_besides(given: Situation) -> datetime | None:
    """Return when something other than matching is to be done; None where nothing is."""
    step = _next(given)
    return step.until if isinstance(step, Wait) else given.now


def _next(given: Situation) -> Step | Wait:
    burst = given.burst
    awaited = {item.id for item in burst}
    pending = next((note for note in given.notes if note.state in OPEN), None)
    if pending is not None and pending.state == NoteState.SENDING:
        # It may lie there already, so nothing else happens before that is known.
        return _later(given, pending) or Step(Do.FIND, pending)
    left = [note for note in given.notes if note.state == NoteState.LEFT]
    for note in left:
        if not awaited.intersection(note.answers):
            return Step(Do.ANSWERED, note)
    if pending is not None:
        if not awaited.intersection(pending.answers):
            return Step(Do.DROP, pending)
        if pending.digest != digest_of(burst):
            return Step(Do.SUPERSEDE, pending)
        return _go_on(given, pending, left)
    return _begin(given, burst, left) or _tidy(given, left) or Wait(None)


def _begin(given: Situation, burst: Sequence[DeskMessageRow], left: Sequence[DeskNoteRow]) -> Step | Wait | None:
    """Begin a note for a burst that has none; None where it has."""
    if not burst:
        return None
    digest = digest_of(burst)
    if any(note.digest == digest and _settles(note) for note in given.notes):
        return None
    due = given.due
    if due is not None and due > given.now:
        return Wait(due)
    return (_editing(given) if left else None) or Step(Do.RESERVE)


def _go_on(given: Situation, note: DeskNoteRow, left: Sequence[DeskNoteRow]) -> Step | Wait:
    """Bring a note on its way one step further."""
    if note.next_at > given.now:
        return Wait(note.next_at)
    if note.state == NoteState.DRAFTING:
        return Step(Do.DRAFT, note)
    if (wait := _later(given, note) or (_editing(given) if left else None)) is not None:
        return wait
    # Two true drafts side by side would be a choice that nobody asked for: the older goes first.
    older = next((item for item in left if item.version is not None), None)
    return Step(Do.LEAVE, note) if older is None else _later(given, older) or Step(Do.WITHDRAW, older)


def _settles(note: DeskNoteRow) -> bool:
    """Tell whether a note is the answer to its messages, for good: left, or not wanted, or given up."""
    if note.state == NoteState.DROPPED:
        return note.reason == COURTESY
    return note.state != NoteState.SUPERSEDED


def _tidy(given: Situation, left: Sequence[DeskNoteRow]) -> Step | Wait | None:
    """Withdraw what a newer note has replaced."""
    if len(left) < 2:
        return None
    older = min(left, key=lambda note: note.sequence or 0)
    return _later(given, older) or _editing(given) or Step(Do.WITHDRAW, older)


def _later(given: Situation, note: DeskNoteRow) -> Wait | None:
    """Wait where the helpdesk is to be left alone, or the note is to be tried again later."""
    moments = [moment for moment in (given.paused_until, note.next_at) if moment is not None and moment > given.now]
    return Wait(max(moments)) if moments else None


def _editing(given: Situation) -> Wait | None:
    """Wait while an agent is editing what would be replaced."""
    until = given.row.editing_until
    return Wait(until) if until is not None and until > given.now else None
