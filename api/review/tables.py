"""Tables of review: rounds, what is read in them, how it was judged, appeals, and scores from elsewhere."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from retrieval.store import Base, TenantKey, UTCDateTime


class ReviewRoundRow(TenantKey, Base):
    """A round of review; ``rubric`` is the whole rubric as it was, so that an old round is read with its own."""

    __tablename__ = "review_rounds"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    target: Mapped[str] = mapped_column(String(16))
    rubric_id: Mapped[str] = mapped_column(String(80))
    rubric_revision: Mapped[str] = mapped_column(String(16))
    rubric: Mapped[dict[str, Any]] = mapped_column(JSON)
    seed: Mapped[int]
    readers: Mapped[int]
    second_share: Mapped[float]
    reviewers: Mapped[list[str]] = mapped_column(JSON)
    differs_by: Mapped[int]
    sample: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_by: Mapped[str | None] = mapped_column(String(200))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index(None, "tenant", "made_at", "id"),)


class ReviewItemRow(TenantKey, Base):
    """What is read: a copy of the message, the sources and the replies, as they were when the round was made.

    An erasure empties the copies and keeps the figures; ``erased`` is then what the row says of itself.
    """

    __tablename__ = "review_items"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    round_id: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    wanted: Mapped[int]
    draft_id: Mapped[str | None] = mapped_column(String(32))
    sent_id: Mapped[str | None] = mapped_column(String(32))
    conversation: Mapped[str | None] = mapped_column(String(200))
    customer_id: Mapped[str | None] = mapped_column(String(200))
    connection: Mapped[str | None] = mapped_column(String(64))
    agent: Mapped[str | None] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    message: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    sources: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    replies: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    stratum: Mapped[str] = mapped_column(String(200))
    probability: Mapped[float]
    policy_revision: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "round_id"], ["review_rounds.tenant", "review_rounds.id"], ondelete="CASCADE"),
        Index(None, "tenant", "round_id", "number", unique=True),
        Index(None, "tenant", "draft_id"),
        Index(None, "tenant", "sent_id"),
        Index(None, "tenant", "agent"),
        Index(None, "tenant", "made_at"),
    )


class ReviewCardRow(TenantKey, Base):
    """One judgement of one item: a reader's (begun or submitted), the checks', an adjudicator's, or an appeal's.

    ``flipped``: this reader sees the second reply first. ``choice`` counts the replies as the item has them.
    """

    __tablename__ = "review_cards"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    item_id: Mapped[str] = mapped_column(String(32))
    part: Mapped[str] = mapped_column(String(16))
    scorer: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    reply: Mapped[int]
    flipped: Mapped[bool]
    choice: Mapped[str | None] = mapped_column(String(8))
    notes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    saved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "item_id"], ["review_items.tenant", "review_items.id"], ondelete="CASCADE"),
        Index(None, "tenant", "item_id", "part", "name", "reply", unique=True),
        Index(None, "tenant", "name", "part"),
    )


class ReviewMarkRow(TenantKey, Base):
    """One mark on a card: the level of a criterion, an auto-fail that the reply has, or a reason of a choice."""

    __tablename__ = "review_marks"

    card_id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True, sort_order=-1)
    name: Mapped[str] = mapped_column(String(40), primary_key=True, sort_order=-1)
    level: Mapped[int | None]

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "card_id"], ["review_cards.tenant", "review_cards.id"], ondelete="CASCADE"),
    )


class ReviewAppealRow(TenantKey, Base):
    """An agent's appeal against the scores of a reply of theirs, one an item, and what was decided."""

    __tablename__ = "review_appeals"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    item_id: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "item_id"], ["review_items.tenant", "review_items.id"], ondelete="CASCADE"),
        Index(None, "tenant", "item_id", unique=True),
        Index(None, "tenant", "state", "at", "id"),
    )


class ReviewAgentRow(TenantKey, Base):
    """Who of the team an agent of a helpdesk is: nobody reviews their own reply, and they may appeal its scores."""

    __tablename__ = "review_agents"

    connection: Mapped[str] = mapped_column(String(64), primary_key=True, sort_order=-1)
    agent: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    actor: Mapped[str] = mapped_column(String(200))
    names: Mapped[list[str]] = mapped_column(JSON)

    __table_args__ = (Index(None, "tenant", "actor"),)


class ReviewImportRow(TenantKey, Base):
    """A quality score that was given elsewhere, by a rubric that need not be ours; nothing in it is converted."""

    __tablename__ = "review_imports"

    rubric: Mapped[str] = mapped_column(String(80), primary_key=True, sort_order=-1)
    external_id: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    conversation: Mapped[str | None] = mapped_column(String(200))
    customer_id: Mapped[str | None] = mapped_column(String(200))
    agent: Mapped[str | None] = mapped_column(String(200))
    reviewer: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    scores: Mapped[dict[str, Any]] = mapped_column(JSON)
    comment: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    imported_by: Mapped[str] = mapped_column(String(200))
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (Index(None, "tenant", "imported_at"), Index(None, "tenant", "conversation"))
