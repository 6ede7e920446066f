"""Tables of privacy: holds, what was erased (as keyed hashes), and the receipts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from retrieval.store import Base, TenantKey, UTCDateTime


class HoldRow(TenantKey, Base):
    """Data that must be kept although somebody may ask for its erasure; ``kind`` says what ``value`` identifies."""

    __tablename__ = "holds"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index(None, "tenant", "kind", "value"),)


class ErasureRow(TenantKey, Base):
    """The receipt of one erasure: what was removed where, when and by whom; nothing of what it was."""

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON)


class ErasedMarkRow(TenantKey, Base):
    """An id or value that was erased, as a keyed hash: by it a restored backup is cleaned again."""

    __tablename__ = "erased_marks"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True, sort_order=-1)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True, sort_order=-1)
    erasure_id: Mapped[str] = mapped_column(String(32))
    size: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "erasure_id"], ["erasures.tenant", "erasures.id"], ondelete="CASCADE"),
        Index(None, "tenant", "erasure_id"),
    )
