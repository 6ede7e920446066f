"""The audit log: who did what to which object, and when. Entries are added; the database refuses to change one.

An entry holds no customer text. Personal data stands in it as keyed hashes only (``api.access.keyring.KeyedHash``).
"""

import itertools
import secrets
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access.principal import Principal
from api.access.tables import AuditRow
from api.clock import Now, utc_now
from inference.types import Record
from retrieval.store import Database

MAX_PAGE = 200
Detail = str | int | bool
"""Codes, counts and keyed hashes: nothing that a customer or an agent wrote."""


class Action(StrEnum):
    """What is written down."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in.failed"
    SIGN_OUT = "sign_out"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - an event's name
    KEY_MADE = "key.made"
    KEY_ROTATED = "key.rotated"
    KEY_REVOKED = "key.revoked"
    PERSON_MADE = "person.made"
    PERSON_ROLE = "person.role"
    PERSON_LOCKED = "person.locked"
    PERSON_UNLOCKED = "person.unlocked"
    PERSON_RESET = "person.reset"
    TENANT_MADE = "tenant.made"
    TENANT_DISABLED = "tenant.disabled"
    TENANT_ENABLED = "tenant.enabled"
    KNOWLEDGE_IMPORTED = "knowledge.imported"
    KNOWLEDGE_VERIFIED = "knowledge.verified"
    KNOWLEDGE_REPLACED = "knowledge.replaced"
    KNOWLEDGE_RETIRED = "knowledge.retired"
    KNOWLEDGE_RESTORED = "knowledge.restored"
    KNOWLEDGE_DELETED = "knowledge.deleted"
    CONTRADICTION_DISMISSED = "contradiction.dismissed"
    FEEDBACK = "draft.feedback"
    COMMITMENT_TOLD = "commitment.told"
    COMPLAINT_RAISED = "complaint.raised"
    COMPLAINT_TOLD = "complaint.told"
    OUTCOMES_TOLD = "outcomes.told"
    POLICY_SEEN = "policy.seen"
    ERASURE = "erasure"
    EXPORT = "export"


_written = itertools.count()


class AuditEntry(Record):
    """One entry.

    ``actor`` is ``key:ID``, ``user:ID``, ``cli:USER`` or ``local``, ``object`` the id of what was acted upon.
    """

    id: str
    at: datetime
    actor: str
    action: str
    object: str | None
    request_id: str | None
    details: Mapping[str, Detail] = Field(default_factory=dict)


class AuditPage(Record):
    """One page of the log, the newest first; pass ``next`` as ``cursor`` for the following one, null at the end."""

    items: tuple[AuditEntry, ...]
    next: str | None


async def record(
    store: AsyncSession | Database,
    principal: Principal,
    action: Action | str,
    object: str | None = None,  # noqa: A002 - the log's own name for it
    *,
    request_id: str | None = None,
    details: Mapping[str, Detail] | None = None,
    now: Now = utc_now,
) -> None:
    """Add an entry.

    Args:
        store: a writing session, so that the entry is there if and only if what it tells of is; or the database.
        principal: who did it; the entry belongs to their tenant.
        action: what was done.
        object: the id of what it was done to.
        request_id: of the request that asked for it.
        details: codes, counts and keyed hashes; never customer text.
        now: the clock.

    Raises:
        StorageError: the entry could not be written, so what it tells of must not be acknowledged.
    """
    moment = now()
    row = AuditRow(
        tenant=principal.tenant,
        id=_new_id(moment),
        at=moment,
        actor=principal.actor,
        action=action,
        object=object and object[:200],
        request_id=request_id,
        details=dict(details or {}),
    )
    if isinstance(store, AsyncSession):
        store.add(row)
    else:
        async with store.writing(principal.tenant) as session:
            session.add(row)


async def read_audit(
    database: Database, *, tenant: str, before: str | None = None, limit: int = 50, action: str | None = None
) -> AuditPage:
    """Return a page of a tenant's log, the newest first, behind the id ``before``; ``limit`` up to ``MAX_PAGE``."""
    row, limit = AuditRow, min(limit, MAX_PAGE)
    query = select(row).where(row.tenant == tenant).order_by(row.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(row.id < before)
    if action is not None:
        query = query.where(row.action == action)
    async with database.reading() as session:
        rows = (await session.scalars(query)).all()
    items = tuple(
        AuditEntry.model_validate({name: getattr(item, name) for name in AuditEntry.model_fields})
        for item in rows[:limit]
    )
    return AuditPage(items=items, next=items[-1].id if len(rows) > limit else None)


def _new_id(moment: datetime) -> str:
    """Return a unique id that sorts by time, in microseconds, then by the order in which this process wrote."""
    return f"{int(moment.timestamp() * 1_000_000):016x}{next(_written) & 0xFFFFFF:06x}{secrets.token_hex(5)}"
