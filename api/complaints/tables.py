"""Tables of complaints: each with its duties, its events, and word of what was found overdue."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from retrieval.store import Base, TenantKey, UTCDateTime


class ComplaintRow(TenantKey, Base):
    """One complaint; ``state``, ``due`` and ``due_duty`` (what is due next) follow from its events and duties."""

    __tablename__ = "complaints"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    year: Mapped[int]
    number: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str] = mapped_column(String(100))
    conversation: Mapped[str | None] = mapped_column(String(200))
    customer_id: Mapped[str | None] = mapped_column(String(200))
    draft_id: Mapped[str | None] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(16))
    ground: Mapped[str] = mapped_column(String(32))
    raised_by: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    sector: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(3))
    summary: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kept_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    held: Mapped[bool]
    due: Mapped[datetime | None] = mapped_column(UTCDateTime)
    due_duty: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        UniqueConstraint("tenant", "reference"),
        Index(None, "tenant", "state", "due", "id"),
        Index(None, "tenant", "due", "id"),
        Index(None, "tenant", "conversation"),
        Index(None, "tenant", "customer_id"),
    )


def _of_complaint() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant", "complaint_id"], ["complaints.tenant", "complaints.id"], ondelete="CASCADE")


class ComplaintDutyRow(TenantKey, Base):
    """Something due for a complaint, as the rule stood when it was raised."""

    __tablename__ = "complaint_duties"

    complaint_id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    name: Mapped[str] = mapped_column(String(40), primary_key=True, sort_order=-1)
    kind: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str] = mapped_column(String(16))
    extended: Mapped[int | None]
    stops: Mapped[bool]
    due: Mapped[datetime] = mapped_column(UTCDateTime)
    met_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (_of_complaint(),)


class ComplaintEventRow(TenantKey, Base):
    """One event of a complaint, never changed; numbered from 1."""

    __tablename__ = "complaint_events"

    complaint_id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, sort_order=-1)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    event: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    delivery: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (_of_complaint(),)


class ComplaintNoticeRow(TenantKey, Base):
    """A duty was found overdue: written once, in the transaction that found it."""

    __tablename__ = "complaint_notices"

    complaint_id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    duty: Mapped[str] = mapped_column(String(40), primary_key=True, sort_order=-1)
    sequence: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (_of_complaint(), UniqueConstraint("tenant", "sequence"))


class ComplaintCounterRow(TenantKey, Base):
    """The last number given: of complaints, by year, and of notices."""

    __tablename__ = "complaint_counters"

    name: Mapped[str] = mapped_column(String(16), primary_key=True, sort_order=-1)
    value: Mapped[int] = mapped_column(BigInteger)
