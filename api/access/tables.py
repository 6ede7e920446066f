"""Tables of access: tenants, their keys, people and sessions, and the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from retrieval.store import Base, TenantKey, UTCDateTime


class TenantRow(TenantKey, Base):
    """A tenant; a disabled one keeps its data and admits nobody."""

    __tablename__ = "tenants"

    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class KeyRow(TenantKey, Base):
    """An API key: digests of its secret, never the secret; ``previous_hash`` holds until ``previous_until``.

    The id is unique over all tenants, because the tenant follows from it.
    """

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    name: Mapped[str] = mapped_column(String(200))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    secret_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    previous_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    rotated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (ForeignKeyConstraint(["tenant"], ["tenants.tenant"]), UniqueConstraint("id"))


class PersonRow(TenantKey, Base):
    """A person who signs in by e-mail address; ``password_hash`` is null where only OpenID Connect signs them in.

    ``temporary``: somebody else knows the password, so it serves for choosing one's own and nothing more.
    """

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(32))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    temporary: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (ForeignKeyConstraint(["tenant"], ["tenants.tenant"]), UniqueConstraint("tenant", "email"))


class SessionRow(TenantKey, Base):
    """A signed-in browser; the token's digest is unique over all tenants, because the tenant follows from it."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    person_id: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["tenant", "person_id"], ["people.tenant", "people.id"], ondelete="CASCADE"),
        UniqueConstraint("token_hash"),
        Index(None, "tenant", "person_id"),
    )


class AuditRow(TenantKey, Base):
    """One entry of the audit log, never changed; ids grow with time."""

    __tablename__ = "audit"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    object: Mapped[str | None] = mapped_column(String(200))
    request_id: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (Index(None, "tenant", "action", "id"),)
