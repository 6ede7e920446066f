"""API keys: made, found by what a request carries, rotated, revoked."""

import re
import secrets
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import Field
from sqlalchemy import or_, select, update

from api.access import audit
from api.access.audit import Action
from api.access.keyring import digest, new_secret, same
from api.access.principal import Principal, Scope
from api.access.tables import KeyRow, TenantRow
from api.clock import Now
from inference.types import Record
from models.errors import ConflictError, InputError, NotFoundError, UnauthenticatedError
from retrieval.clean import clean_text
from retrieval.store import Database

PREFIX = "rifq_"
MAX_PAGE = 200
MAX_OVERLAP = timedelta(days=30)
USED = timedelta(minutes=1)
"""How often, at most, it is written down that a key was used."""
_SHAPE = re.compile(r"rifq_([0-9a-f]{16})_([0-9a-f]{64})([0-9a-f]{8})")
_WRONG = "The key is not valid: check it, or ask an administrator for a new one."


class PublishedKey(Record):
    """A key without its secret. ``previous_until``: how long the secret before the last rotation holds."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    rotated_at: datetime | None
    previous_until: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


class NewKey(PublishedKey):
    """A key as it was made or rotated: the one time that ``key``, the whole of it, is shown."""

    key: str = Field(description="Send as 'Authorization: Bearer KEY'. It is not shown again.")


class KeyPage(Record):
    """One page of a listing; pass ``next`` as ``cursor`` for the following one, null at the end."""

    items: tuple[PublishedKey, ...]
    next: str | None


class KeyStore:
    """Reads and writes API keys; every method but ``find`` names its tenant.

    Args:
        database: where they are.
        now: the clock.
    """

    def __init__(self, database: Database, now: Now) -> None:
        self.database = database
        self.now = now

    async def add(
        self,
        name: str,
        scopes: Iterable[Scope],
        *,
        by: Principal,
        expires_in: timedelta | None = None,
        request_id: str | None = None,
    ) -> NewKey:
        """Make a key for the tenant of ``by``.

        Raises:
            InputError: the name is empty or too long, or no scope is given.
        """
        now = self.now()
        kept = clean_text(name).strip()
        if not 1 <= len(kept) <= 200:
            msg = "A key's name has 1 to 200 characters: say what will use it."
            raise InputError(msg, field="name")
        if not (given := frozenset(scopes)):
            msg = f"A key needs at least one scope of {', '.join(Scope)}."
            raise InputError(msg, field="scopes")
        secret = new_secret()
        row = KeyRow(
            tenant=by.tenant,
            id=secrets.token_hex(8),
            name=kept,
            scopes=[scope.value for scope in Scope if scope in given],
            secret_hash=digest(secret),
            created_at=now,
            expires_at=None if expires_in is None else now + expires_in,
        )
        async with self.database.writing(by.tenant) as session:
            session.add(row)
            told = {"scopes": " ".join(row.scopes)}
            await audit.record(session, by, Action.KEY_MADE, row.id, request_id=request_id, details=told, now=self.now)
        return NewKey(key=_whole(row.id, secret), **_values(row))

    async def list(self, *, tenant: str, after: str | None = None, limit: int = 50) -> KeyPage:
        """Return a tenant's keys in the order of their ids, revoked ones too."""
        limit = min(limit, MAX_PAGE)
        query = select(KeyRow).where(KeyRow.tenant == tenant).order_by(KeyRow.id).limit(limit + 1)
        if after is not None:
            query = query.where(KeyRow.id > after)
        async with self.database.reading() as session:
            rows = (await session.scalars(query)).all()
        items = tuple(PublishedKey(**_values(row)) for row in rows[:limit])
        return KeyPage(items=items, next=items[-1].id if len(rows) > limit else None)

    async def rotate(
        self,
        id: str,  # noqa: A002 - the contract's name
        *,
        by: Principal,
        overlap: timedelta,
        request_id: str | None = None,
    ) -> NewKey:
        """Give a key a new secret; the old one holds for ``overlap`` more, so that nobody need hurry.

        Raises:
            NotFoundError: the tenant has no such key.
            ConflictError: it is revoked or expired, or a rotation's overlap still runs, which a second one would cut
                short. An overlap of zero ends all older secrets at once, and is always taken.
            InputError: the overlap is negative or too long.
        """
        if not timedelta(0) <= overlap <= MAX_OVERLAP:
            msg = f"The overlap is 0 to {MAX_OVERLAP.days} days."
            raise InputError(msg, field="overlap_hours")
        now, secret = self.now(), new_secret()
        async with self.database.writing(by.tenant) as session:
            row = await session.get(KeyRow, (by.tenant, id))
            if row is None:
                raise _unknown(id)
            if row.revoked_at or (row.expires_at is not None and row.expires_at <= now):
                msg = "The key is revoked or expired: make a new one."
                raise ConflictError(msg)
            if overlap and row.previous_until is not None and row.previous_until > now:
                msg = (
                    f"The key was rotated before, and its older secret holds until {row.previous_until.isoformat()}: "
                    "wait, or rotate with an overlap of 0, which ends it now."
                )
                raise ConflictError(msg, field="overlap_hours")
            row.previous_hash, row.previous_until = (row.secret_hash, now + overlap) if overlap else (None, None)
            row.secret_hash, row.rotated_at = digest(secret), now
            told = {"overlap_seconds": int(overlap.total_seconds())}
            await audit.record(session, by, Action.KEY_ROTATED, id, request_id=request_id, details=told, now=self.now)
        return NewKey(key=_whole(id, secret), **_values(row))

    async def revoke(self, id: str, *, by: Principal, request_id: str | None = None) -> PublishedKey:  # noqa: A002
        """End a key, at once and for good; one that has ended stays as it was.

        Raises:
            NotFoundError: the tenant has no such key.
        """
        async with self.database.writing(by.tenant) as session:
            row = await session.get(KeyRow, (by.tenant, id))
            if row is None:
                raise _unknown(id)
            if row.revoked_at is None:
                row.revoked_at = self.now()
                row.previous_hash = row.previous_until = None
                await audit.record(session, by, Action.KEY_REVOKED, id, request_id=request_id, now=self.now)
        return PublishedKey(**_values(row))

    async def find(self, presented: str) -> Principal:
        """Return who a presented key stands for, and write down, at most once a minute, that it was used.

        Raises:
            UnauthenticatedError: it is mistyped (told from its check digits, without asking whether it exists), wrong,
                expired or revoked, or its tenant is disabled.
        """
        id_, secret = _parts(presented)
        query = select(KeyRow, TenantRow.disabled_at).join(TenantRow, TenantRow.tenant == KeyRow.tenant)
        async with self.database.reading() as session:
            found = (await session.execute(query.where(KeyRow.id == id_))).one_or_none()
        now, given = self.now(), digest(secret)
        row: KeyRow | None = None if found is None else found[0]
        # The same comparisons whether or not there is such a key.
        current = same(given, row.secret_hash if row else digest(""))
        previous = same(given, (row.previous_hash if row else None) or digest(""))
        overlapping = row is not None and row.previous_until is not None and now < row.previous_until
        if found is None or row is None or not (current or (previous and overlapping)):
            raise UnauthenticatedError(_WRONG)
        _check_life(row, found[1], now)
        await self._used(row, now)
        return Principal(row.tenant, f"key:{row.id}", frozenset(Scope(scope) for scope in row.scopes))

    async def _used(self, row: KeyRow, now: datetime) -> None:
        # A clock that was set back must not keep the moment in the future.
        if row.used_at is not None and row.used_at <= now < row.used_at + USED:
            return
        fresh = or_(KeyRow.used_at.is_(None), KeyRow.used_at > now, KeyRow.used_at <= now - USED)
        async with self.database.writing(row.tenant) as session:
            where = (KeyRow.tenant == row.tenant, KeyRow.id == row.id, fresh)
            await session.execute(update(KeyRow).where(*where).values(used_at=now))


def _check_life(row: KeyRow, disabled_at: datetime | None, now: datetime) -> None:
    """Refuse a key whose secret is right and that has ended: only its owner learns why."""
    if row.revoked_at is not None:
        msg = "The key was revoked: ask an administrator for a new one."
    elif row.expires_at is not None and row.expires_at <= now:
        msg = "The key has expired: ask an administrator for a new one."
    elif disabled_at is not None:
        msg = "The key's tenant is disabled: ask whoever runs this service."
    else:
        return
    raise UnauthenticatedError(msg)


def _parts(presented: str) -> tuple[str, str]:
    match = _SHAPE.fullmatch(presented)
    if match is None or _check(match[1], match[2]) != match[3]:
        msg = "This is no key of Rifq, or it was cut off or mistyped: copy the whole of it, from 'rifq_' on."
        raise UnauthenticatedError(msg)
    return match[1], match[2]


def _whole(id_: str, secret: str) -> str:
    return f"{PREFIX}{id_}_{secret}{_check(id_, secret)}"


def _check(id_: str, secret: str) -> str:
    return f"{zlib.crc32(f'{id_}_{secret}'.encode()):08x}"


def _values(row: KeyRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in PublishedKey.model_fields}


def _unknown(id_: str) -> NotFoundError:
    return NotFoundError(f"There is no key with the id '{id_}'.", field="id")
