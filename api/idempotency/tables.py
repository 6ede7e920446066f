"""The table of kept answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from retrieval.store import Base, TenantKey, UTCDateTime


class IdempotencyRow(TenantKey, Base):
    """One key of one caller for one operation; ``status`` is null while nobody has answered.

    ``id`` is a digest of caller, operation and key; ``digest`` one of the request, by which another one is told.
    """

    __tablename__ = "idempotency"

    id: Mapped[str] = mapped_column(String(64), primary_key=True, sort_order=-1)
    digest: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index(None, "tenant", "expires_at"),)
