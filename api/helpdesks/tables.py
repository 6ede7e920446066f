"""Tables of the helpdesks: what was delivered, the conversations that it tells of, and what was left for agents.

A delivery's body is emptied once it is read: its messages are kept in its stead. Each conversation carries its own next
step (``due_at``) and the lease of the worker that takes it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from retrieval.store import Base, TenantKey, UTCDateTime

CONNECTION_LENGTH = 63
CONVERSATION_LENGTH = 136
"""A connection's id, a colon and this make an ``Identifier`` of at most 200 characters."""


class DeliveryState(StrEnum):
    """What became of a delivery."""

    PENDING = "pending"
    READ = "read"
    DEAD = "dead"


class NoteState(StrEnum):
    """Where a note is on its way.

    ``drafting`` and ``waiting`` are still with us; ``sending`` may lie in the helpdesk already; ``left`` is the current
    one of its conversation, or an older one that is still to be withdrawn; ``answered`` was left before an agent
    replied; ``superseded`` was replaced by a newer one, wherever it was; ``dropped`` was not needed any more, since an
    agent was faster or nothing called for one; ``dead`` could not be left.
    """

    DRAFTING = "drafting"
    WAITING = "waiting"
    SENDING = "sending"
    LEFT = "left"
    ANSWERED = "answered"
    SUPERSEDED = "superseded"
    DROPPED = "dropped"
    DEAD = "dead"


class DeliveryRow(TenantKey, Base):
    """One delivery, stored before it is acknowledged; ``key`` is the same for each time that it is delivered."""

    __tablename__ = "deliveries"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    connection: Mapped[str] = mapped_column(String(CONNECTION_LENGTH))
    key: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(16))
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int]
    error: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        UniqueConstraint("tenant", "connection", "key"),
        Index(None, "state", "next_at"),
        Index(None, "tenant", "received_at"),
    )


class DeskConnectionRow(TenantKey, Base):
    """What is remembered of a connection: where polling stands, how many notes were left, and until when it rests."""

    __tablename__ = "desk_connections"

    connection: Mapped[str] = mapped_column(String(CONNECTION_LENGTH), primary_key=True, sort_order=-1)
    cursor: Mapped[str | None] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(BigInteger)
    strikes: Mapped[int]
    paused_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str | None] = mapped_column(String(200))


class ConversationRow(TenantKey, Base):
    """A conversation of a helpdesk; ``due_at`` is when its next step is to be taken, null where there is none.

    ``holder`` is the worker that takes it, until ``held_until``; ``unmatched`` counts what was sent and not yet matched
    to a draft.
    """

    __tablename__ = "desk_conversations"

    connection: Mapped[str] = mapped_column(String(CONNECTION_LENGTH), primary_key=True, sort_order=-1)
    conversation: Mapped[str] = mapped_column(String(CONVERSATION_LENGTH), primary_key=True, sort_order=-1)
    channel: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str | None] = mapped_column(Text)
    customer: Mapped[str | None] = mapped_column(Text)
    customer_id: Mapped[str | None] = mapped_column(String(200))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    satisfaction: Mapped[float | None]
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    editing_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    holder: Mapped[str | None] = mapped_column(String(32))
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    unmatched: Mapped[int]

    __table_args__ = (Index(None, "due_at"), Index(None, "tenant", "customer_id"))


class DeskMessageRow(TenantKey, Base):
    """One message of a conversation, by the customer or an agent; ``context`` is what a delivery said besides."""

    __tablename__ = "desk_messages"

    connection: Mapped[str] = mapped_column(String(CONNECTION_LENGTH), primary_key=True, sort_order=-1)
    conversation: Mapped[str] = mapped_column(String(CONVERSATION_LENGTH), primary_key=True, sort_order=-1)
    id: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    author: Mapped[str] = mapped_column(String(16))
    agent: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    context: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (Index(None, "tenant", "received_at"),)


class DeskNoteRow(TenantKey, Base):
    """One note; its id is its draft's. ``answers`` are the messages that it answers, ``digest`` stands for their texts.

    ``sequence`` counts the notes that a connection left, without a gap, in the order in which they became visible.
    """

    __tablename__ = "desk_notes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    connection: Mapped[str] = mapped_column(String(CONNECTION_LENGTH))
    conversation: Mapped[str] = mapped_column(String(CONVERSATION_LENGTH))
    answers: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int]
    beside: Mapped[bool]
    ref: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[str | None] = mapped_column(String(200))
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index(None, "tenant", "connection", "conversation"),
        Index(None, "tenant", "connection", "sequence"),
        Index(None, "tenant", "state"),
    )
