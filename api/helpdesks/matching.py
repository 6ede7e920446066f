"""Hands a conversation to what closes the loop: its messages, and the drafts that were made for them."""

from api.copilot import Copilot
from api.helpdesks.adapter import AgentReply, CustomerMessage
from api.helpdesks.loop import DraftLeft, Talk, close_loop
from api.helpdesks.planning import Situation
from api.helpdesks.rows import Place
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
    await close_loop(copilot, Talk(place.connection, place.stable_id, messages, drafts))


def _message(
    item: DeskMessageRow, place: Place, channel: Channel, customer: str | None
) -> CustomerMessage | AgentReply:
    if item.author == Author.AGENT:
        return AgentReply(place.conversation, item.id, item.text, item.at, agent=item.agent)
    return CustomerMessage(place.conversation, item.id, item.text, item.at, channel=channel, customer=customer)


def _draft(note: DeskNoteRow) -> DraftLeft:
    superseded = note.state == NoteState.SUPERSEDED
    return DraftLeft(note.id, tuple(note.answers), left_at=note.left_at, superseded=superseded)
