"""Tables of the knowledge store."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from retrieval.store.base import Base, TenantKey, UTCDateTime


class ResolutionRow(TenantKey, Base):
    """One resolution; lists are JSON, because they are only ever read and written whole."""

    __tablename__ = "resolutions"

    id: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    problem: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    cases: Mapped[list[str]] = mapped_column(JSON)
    steps: Mapped[list[str]] = mapped_column(JSON)
    restatement: Mapped[str | None] = mapped_column(Text)
    empathy: Mapped[str | None] = mapped_column(Text)
    short: Mapped[str | None] = mapped_column(Text)
    if_unsolved: Mapped[str | None] = mapped_column(Text)
    follow_ups: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(3))
    tags: Mapped[list[str]] = mapped_column(JSON)
    product: Mapped[str | None] = mapped_column(String(100))
    owner: Mapped[str | None] = mapped_column(String(200))
    verified_by: Mapped[str | None] = mapped_column(String(200))
    verified_at: Mapped[date | None] = mapped_column(Date)
    review_by: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    provenance: Mapped[str | None] = mapped_column(Text)
    sent_back: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    retired: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(BigInteger, server_default="0")

    __table_args__ = (
        Index(None, "tenant", "product"),
        Index(None, "tenant", "language"),
        Index(None, "tenant", "review_by"),
        Index(None, "tenant", "version", "id"),
    )


class DoubtRow(TenantKey, Base):
    """A draft that rests on a resolution was rejected as wrong or outdated; a verification deletes it."""

    __tablename__ = "doubts"

    resolution_id: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    draft_id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "resolution_id"], ["resolutions.tenant", "resolutions.id"], ondelete="CASCADE"),
        Index(None, "tenant", "draft_id"),
    )


class DismissalRow(TenantKey, Base):
    """A person found that two resolutions do not contradict each other; holds while ``mark`` fits their texts."""

    __tablename__ = "dismissals"

    first_id: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    second_id: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    mark: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(200))
    on: Mapped[date] = mapped_column(Date)

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "first_id"], ["resolutions.tenant", "resolutions.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant", "second_id"], ["resolutions.tenant", "resolutions.id"], ondelete="CASCADE"),
    )


class RemovalRow(TenantKey, Base):
    """A resolution was deleted in the generation ``version``; a new one of the same id overrules it.

    The id stays, the words go: stored drafts name their sources by id too.
    """

    __tablename__ = "removals"

    id: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    version: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index(None, "tenant", "version", "id"),)


class GenerationRow(TenantKey, Base):
    """How often a tenant's knowledge has changed; grows with every write, never falls.

    ``lineage`` is random and drawn with every write: neither a new database in an old place nor one that was taken
    back from a copy and written to since passes for the one that a reader knew.
    """

    __tablename__ = "generations"

    value: Mapped[int] = mapped_column(BigInteger)
    lineage: Mapped[str] = mapped_column(String(32))


class GenerationLogRow(TenantKey, Base):
    """A generation from which a reader can go on: all removals since are remembered."""

    __tablename__ = "generation_log"

    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, sort_order=-1)
    lineage: Mapped[str] = mapped_column(String(32))
