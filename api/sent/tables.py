"""The table of sent replies, and which messages of the helpdesk each is made of."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from retrieval.store import Base, TenantKey, UTCDateTime


class SentReplyRow(TenantKey, Base):
    """A reply that an agent sent from the helpdesk, beside the draft that was there, with what the checks found.

    ``draft_id`` is kept for replies before which no draft was left, too: with the draft they are erased.
    """

    __tablename__ = "sent_replies"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    connection: Mapped[str] = mapped_column(String(64))
    conversation: Mapped[str] = mapped_column(String(200))
    draft_id: Mapped[str | None] = mapped_column(String(32))
    agent: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stored_at: Mapped[datetime] = mapped_column(UTCDateTime)
    text: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str | None] = mapped_column(String(16))
    kept: Mapped[float | None]
    own: Mapped[float | None]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    blocked: Mapped[bool]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    commitments: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(8))
    policy_revision: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "draft_id"], ["drafts.tenant", "drafts.id"], ondelete="CASCADE"),
        Index(None, "tenant", "sent_at", "id"),
        Index(None, "tenant", "connection", "conversation"),
        Index(None, "tenant", "draft_id"),
    )


class SentPartRow(TenantKey, Base):
    """One message of the helpdesk that belongs to a sent reply: a reply in two parts has two.

    Some systems number the messages of each conversation from one: an id says nothing without its conversation.
    """

    __tablename__ = "sent_parts"

    connection: Mapped[str] = mapped_column(String(64), primary_key=True, sort_order=-1)
    conversation: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    message_id: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    sent_id: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "sent_id"], ["sent_replies.tenant", "sent_replies.id"], ondelete="CASCADE"),
        Index(None, "tenant", "sent_id"),
    )


class DraftVariantRow(TenantKey, Base):
    """A draft that an agent had made again from another one: sending it is using that one."""

    __tablename__ = "draft_variants"

    draft_id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    of_id: Mapped[str] = mapped_column(String(32))

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "draft_id"], ["drafts.tenant", "drafts.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant", "of_id"], ["drafts.tenant", "drafts.id"], ondelete="CASCADE"),
        Index(None, "tenant", "of_id"),
    )
