"""Tables of the api layer, on the one declarative base: drafts as they were acknowledged, and agents' verdicts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from retrieval.store import Base, TenantKey, UTCDateTime


class DraftRow(TenantKey, Base):
    """One draft with all that explains it later: message, analysis, what was found, texts used, revisions."""

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[str] = mapped_column(String(32))
    message: Mapped[dict[str, Any]] = mapped_column(JSON)
    analysis: Mapped[dict[str, Any]] = mapped_column(JSON)
    found: Mapped[dict[str, Any]] = mapped_column(JSON)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
    model_revision: Mapped[str] = mapped_column(String(64))
    index_generation: Mapped[str] = mapped_column(String(64))
    policy_revision: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index(None, "tenant", "created_at"),)


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

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "draft_id"], ["drafts.tenant", "drafts.id"], ondelete="CASCADE"),
        Index(None, "tenant", "draft_id"),
    )
