"""Hands a conversation to what closes the loop: its messages, and the drafts that were made for them."""

from collections.abc import Sequence
from datetime import datetime

from api.copilot import Copilot
from api.helpdesks.adapter import AgentReply, CustomerMessage
from api.helpdesks.loop import DraftLeft, Talk, close_loop
from api.helpdesks.loop.talk import MOST_EARLIER
from api.helpdesks.planning import Situation
from api.helpdesks.rows import MOST_MESSAGES, MOST_NOTES, Place
from api.helpdesks.tables import DeskMessageRow, DeskNoteRow, NoteState
from inference.types import Author, Channel

_UNMADE = {NoteState.DRAFTING}


async def match_replies(copilot: Copilot, situation: Situation, place: Place) -> None:
    """Match what agents sent in a conversation with what was drafted there; told again, it changes nothing.

    Raises:
        OverloadedError, StorageError: as for ``close_loop``.
    """
    row = situation.row
    messages = tuple(_message(item, place, Channel(row.channel), row.customer) for item in situation.messages)
    drafts = tuple(_draft(note) for note in situation.notes if note.state not in _UNMADE)
    cut = len(situation.messages) >= MOST_MESSAGES
    arrived = {item.id: item.received_at for item in situation.messages}
    since = _since(situation.notes)
    talk = Talk(place.connection, place.stable_id, messages, drafts, cut=cut, since=since, arrived=arrived)
    await close_loop(copilot, talk)


def _since(notes: Sequence[DeskNoteRow]) -> datetime | None:
    """Return from when on all notes are at hand that a reply may be compared with; None where that is always so."""
    if len(notes) < MOST_NOTES:
        return None
    lasting = [note.left_at for note in notes if note.left_at is not None and note.state != NoteState.SUPERSEDED]
    return lasting[MOST_EARLIER] if len(lasting) > MOST_EARLIER else notes[0].created_at


def _message(
    item: DeskMessageRow, place: Place, channel: Channel, customer: str | None
) -> CustomerMessage | AgentReply:
    if item.author == Author.AGENT:
        return AgentReply(place.conversation, item.id, item.text, item.at, agent=item.agent)
    return CustomerMessage(place.conversation, item.id, item.text, item.at, channel=channel, customer=customer)


def _draft(note: DeskNoteRow) -> DraftLeft:
    superseded = note.state == NoteState.SUPERSEDED
    return DraftLeft(note.id, tuple(note.answers), note.left_at, superseded=superseded, begun_at=note.created_at)
