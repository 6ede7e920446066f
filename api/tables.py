"""Tables of the api layer, on the one declarative base: drafts as acknowledged, agents' verdicts, and commitments."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from retrieval.store import Base, TenantKey, UTCDateTime


class DraftRow(TenantKey, Base):
    """One draft with all that explains it later: message, analysis, what was found, texts used, revisions."""

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(32))
    conversation: Mapped[str | None] = mapped_column(String(200))
    urgent: Mapped[bool]
    message: Mapped[dict[str, Any]] = mapped_column(JSON)
    analysis: Mapped[dict[str, Any]] = mapped_column(JSON)
    found: Mapped[dict[str, Any]] = mapped_column(JSON)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
    model_revision: Mapped[str] = mapped_column(String(64))
    index_generation: Mapped[str] = mapped_column(String(64))
    policy_revision: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index(None, "tenant", "created_at"), Index(None, "tenant", "conversation", "created_at"))


class FeedbackRow(TenantKey, Base):
    """One verdict on a draft; a draft may have several, the last one counts."""

    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    draft_id: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    verdict: Mapped[str] = mapped_column(String(16))
    final_text: Mapped[str | None] = mapped_column(Text)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    comment: Mapped[str | None] = mapped_column(Text)
    inferred: Mapped[bool] = mapped_column(default=False)
    agent: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "draft_id"], ["drafts.tenant", "drafts.id"], ondelete="CASCADE"),
        Index(None, "tenant", "draft_id"),
    )


class CommitmentRow(TenantKey, Base):
    """Something that a sent reply committed us to; ``state`` follows from its events and changes once.

    It belongs to the draft that the reply was compared with, or to the reply itself where there was none.
    """

    __tablename__ = "commitments"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    draft_id: Mapped[str | None] = mapped_column(String(32))
    sent_id: Mapped[str | None] = mapped_column(String(32))
    conversation: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due: Mapped[datetime] = mapped_column(UTCDateTime)
    assumed: Mapped[bool]
    lapses_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(16))
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "draft_id"], ["drafts.tenant", "drafts.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant", "sent_id"], ["sent_replies.tenant", "sent_replies.id"], ondelete="CASCADE"),
        CheckConstraint("(draft_id IS NULL) <> (sent_id IS NULL)", name="one_anchor"),
        Index(None, "tenant", "state", "due", "id"),
        Index(None, "tenant", "due", "id"),
        Index(None, "tenant", "conversation"),
        Index(None, "tenant", "draft_id"),
        Index(None, "tenant", "sent_id"),
    )


class CommitmentEventRow(TenantKey, Base):
    """One event of a commitment, never changed: number 1 makes it, number 2 is final, and there is no third."""

    __tablename__ = "commitment_events"

    commitment_id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, sort_order=-1)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    event: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Text)
    kept_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    delivery: Mapped[str | None] = mapped_column(String(200))
    replaced_by: Mapped[str | None] = mapped_column(String(32))

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "commitment_id"], ["commitments.tenant", "commitments.id"], ondelete="CASCADE"),
        CheckConstraint("number IN (1, 2)", name="two_events"),
    )


class CommitmentNoticeRow(TenantKey, Base):
    """A commitment was found overdue: written once, in the transaction that found it."""

    __tablename__ = "commitment_notices"

    commitment_id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    sequence: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "commitment_id"], ["commitments.tenant", "commitments.id"], ondelete="CASCADE"),
        UniqueConstraint("tenant", "sequence"),
    )
