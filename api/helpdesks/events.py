"""What a delivery tells, taken into a conversation's rows; told twice or out of order, it ends the same."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.helpdesks.adapter import AgentReply, ConversationState, CustomerMessage, Event, Ignored
from api.helpdesks.connections import Connection
from api.helpdesks.rows import Place, conversation_of
from api.helpdesks.tables import ConversationRow, DeskMessageRow
from api.quality.outcomes import take_state
from inference.types import MAX_TEXT, Author, Channel
from retrieval.tickets.fields import tidy

_MOST_SUBJECT = 500
_MOST_NAME = 200
_MOST_ATTACHMENTS = 50
_MOST_HISTORY = 200


async def take_in(session: AsyncSession, event: Event, *, place: Place, connection: Connection, now: datetime) -> None:
    """Take an event into the rows, in a writing session.

    Args:
        session: of the transaction that marks the delivery as read.
        event: what was told.
        place: tenant and connection; the conversation is the event's.
        connection: its settings.
        now: the present moment.
    """
    if isinstance(event, Ignored):
        return
    place = place._replace(conversation=event.conversation)
    row = await conversation_of(session, place)
    if row is None:
        row = ConversationRow(
            tenant=place.tenant,
            connection=place.connection,
            conversation=place.conversation,
            channel=Channel.CHAT,
            updated_at=now,
            unmatched=0,
        )
        session.add(row)
        await session.flush()
    row.updated_at = now
    if isinstance(event, CustomerMessage):
        await _customer(session, row, event, place=place, connection=connection, now=now)
    elif isinstance(event, AgentReply):
        await _agent(session, row, event, place=place, now=now)
    else:
        was_closed = row.closed_at is not None
        _state(row, event, now)
        await take_state(
            session,
            place.stable_id,
            tenant=place.tenant,
            closed_at=row.closed_at if event.closed else None,
            reopened=event.closed is False and was_closed and row.closed_at is None,
            satisfaction=row.satisfaction if event.satisfaction is not None else None,
            now=now,
        )


async def _customer(
    session: AsyncSession,
    row: ConversationRow,
    event: CustomerMessage,
    *,
    place: Place,
    connection: Connection,
    now: datetime,
) -> None:
    stored = await _message(session, place, event.id)
    text, context = tidy(event.text)[:MAX_TEXT], _context(event)
    if stored is not None and (stored.text, stored.context) == (text, context):
        return
    row.channel = event.channel
    row.subject = _short(event.subject, _MOST_SUBJECT) or row.subject
    row.customer = _short(event.customer, _MOST_NAME) or row.customer
    row.customer_id = _short(event.customer_id, _MOST_NAME) or row.customer_id
    if stored is None:
        stored = _new(place, event.id, Author.CUSTOMER, event.at, now)
        session.add(stored)
    stored.text, stored.context = text, context
    if await _answered_before(session, place, event.at):
        row.unmatched += 1  # it came late: what was sent may have answered this too
    # When it is due exactly follows from all messages; a look at them costs little, and none may come too late.
    due = now + timedelta(seconds=min(connection.quiet_seconds, connection.longest_wait_seconds))
    row.due_at = due if row.due_at is None else min(row.due_at, due)


async def _agent(
    session: AsyncSession, row: ConversationRow, event: AgentReply, *, place: Place, now: datetime
) -> None:
    if await _message(session, place, event.id) is not None:
        return
    stored = _new(place, event.id, Author.AGENT, event.at, now)
    stored.text, stored.agent = tidy(event.text)[:MAX_TEXT], _short(event.agent, _MOST_NAME)
    session.add(stored)
    row.unmatched += 1
    row.due_at = now


def _state(row: ConversationRow, event: ConversationState, now: datetime) -> None:
    if event.satisfaction is not None:
        row.satisfaction = min(1.0, max(0.0, event.satisfaction))
    if event.closed and (row.closed_at is None or event.at > row.closed_at):
        row.closed_at, row.due_at = event.at, now
    elif event.closed is False and row.closed_at is not None and event.at >= row.closed_at:
        row.closed_at, row.due_at = None, now


async def _message(session: AsyncSession, place: Place, id_: str) -> DeskMessageRow | None:
    return await session.get(DeskMessageRow, (*place, id_))


async def _answered_before(session: AsyncSession, place: Place, at: datetime) -> bool:
    message = DeskMessageRow
    query = select(func.count()).where(
        message.tenant == place.tenant,
        message.connection == place.connection,
        message.conversation == place.conversation,
        message.author == Author.AGENT.value,
        message.at > at,
    )
    return bool(await session.scalar(query))


def _new(place: Place, id_: str, author: Author, at: datetime, now: datetime) -> DeskMessageRow:
    return DeskMessageRow(
        tenant=place.tenant,
        connection=place.connection,
        conversation=place.conversation,
        id=id_,
        author=author,
        text="",
        at=at,
        received_at=now,
        context={},
    )


def _context(event: CustomerMessage) -> dict[str, Any]:
    """Return what a delivery said besides the text, without what it did not say."""
    names = [_short(name, _MOST_NAME) for name in event.attachments[:_MOST_ATTACHMENTS]]
    told: dict[str, Any] = {
        "attachments": [name for name in names if name],
        "verified": event.verified,
        "facts": [fact.model_dump(mode="json") for fact in event.facts],
        "history": [turn.model_dump(mode="json") for turn in event.history[-_MOST_HISTORY:]],
        "product": _short(event.product, 100),
        "language": event.language,
    }
    return {name: value for name, value in told.items() if value}


def _short(text: str | None, most: int) -> str | None:
    """Return a text as it may be stored, cut; None where nothing is left."""
    return tidy(text[: most * 2])[:most].strip() or None if text else None
