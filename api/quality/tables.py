"""The table of outcomes: what helpdesks report of conversations, beyond what Rifq sees itself."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from retrieval.store import Base, TenantKey, UTCDateTime


class OutcomeRow(TenantKey, Base):
    """What is known of one conversation's course; null is what nobody told."""

    __tablename__ = "outcomes"

    conversation: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    agent: Mapped[str | None] = mapped_column(String(200))
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    first_response_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reopened: Mapped[int | None]
    satisfaction: Mapped[float | None]
    handling_seconds: Mapped[float | None]
    told_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (Index(None, "tenant", "told_at", "conversation"), Index(None, "tenant", "opened_at"))
