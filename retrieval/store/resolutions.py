"""The resolutions in the database. Every method names its tenant; a write is durable when it returns."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from inference.types import Freshness, Resolution
from models.errors import ConflictError, InputError, NotFoundError
from retrieval.clean import clean
from retrieval.store.engine import Database
from retrieval.store.mapping import freshness_is, new_row, to_resolution, update_row
from retrieval.store.tables import GenerationRow, ResolutionRow

MAX_PAGE = 200
"""Most resolutions that one page of a listing holds."""
_VERIFICATION = ("verified_by", "verified_at", "review_by")
_CHUNK = 500


@dataclass(frozen=True)
class Page:
    """A stretch of a listing, ordered by id; ``next`` is the cursor of the following page, None at the end."""

    items: tuple[Resolution, ...]
    next: str | None


@dataclass(frozen=True)
class Kept:
    """What became of the resolutions of one batch: counts of new, changed, and already-so ones."""

    added: int
    replaced: int
    unchanged: int


@dataclass(frozen=True)
class Snapshot:
    """All resolutions of all tenants at one generation, ordered by tenant and id."""

    generation: str
    resolutions: tuple[Resolution, ...]


class ResolutionStore:
    """Reads and writes resolutions; what it stores has passed ``retrieval.clean``."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def add(self, resolution: Resolution) -> Resolution:
        """Store a new resolution and return it as stored.

        Raises:
            InputError: a field cannot be stored.
            ConflictError: the id exists already.
        """
        fresh = clean(resolution)
        async with self.database.writing() as session:
            if await session.get(ResolutionRow, (fresh.tenant, fresh.id)) is not None:
                msg = f"A resolution with the id '{fresh.id}' exists already: replace it, or choose another id."
                raise ConflictError(msg, field="id")
            session.add(new_row(fresh))
            await _advance(session, fresh.tenant)
        return fresh

    async def replace(self, resolution: Resolution) -> Resolution:
        """Overwrite an existing resolution with all its fields, verification included.

        Raises:
            InputError: a field cannot be stored.
            NotFoundError: the id does not exist.
        """
        fresh = clean(resolution)
        async with self.database.writing() as session:
            row = await _row(session, fresh.tenant, fresh.id)
            if update_row(row, fresh):
                await _advance(session, fresh.tenant)
        return fresh

    async def put_many(self, resolutions: Sequence[Resolution], *, tenant: str = "default") -> Kept:
        """Add or replace resolutions in one transaction: all of them, or none.

        One that comes without verification, or without outcome, keeps what is stored when nothing else changed:
        importing a file again never undoes a verification of the same text. Changed text must be verified anew.

        Raises:
            InputError: a field cannot be stored, or a resolution belongs to another tenant.
        """
        batch = {item.id: item for item in map(clean, resolutions)}
        if any(item.tenant != tenant for item in batch.values()):
            msg = f"The batch holds a resolution that is not of the tenant '{tenant}'."
            raise InputError(msg, field="tenant")
        added = replaced = 0
        async with self.database.writing() as session:
            rows = await _rows(session, tenant, list(batch))
            for key, item in batch.items():
                row = rows.get(key)
                if row is None:
                    session.add(new_row(item))
                    added += 1
                else:
                    replaced += update_row(row, _keeping(item, to_resolution(row)))
            if added or replaced:
                await _advance(session, tenant)
        return Kept(added, replaced, len(batch) - added - replaced)

    async def get(self, id: str, *, tenant: str = "default") -> Resolution:  # noqa: A002 - the contract's name
        """Return one resolution.

        Raises:
            NotFoundError: the id does not exist for this tenant.
        """
        async with self.database.reading() as session:
            return to_resolution(await _row(session, tenant, id))

    async def list(
        self,
        *,
        tenant: str = "default",
        after: str | None = None,
        limit: int = 50,
        language: str | None = None,
        product: str | None = None,
        tag: str | None = None,
        freshness: Freshness | None = None,
        today: date | None = None,
    ) -> Page:
        """Return resolutions ordered by id, from behind the id ``after``; filters are all met at once.

        ``freshness`` is judged at ``today`` and needs it. ``limit`` is cut to ``MAX_PAGE``.

        Raises:
            InputError: ``freshness`` without ``today``.
        """
        query = select(ResolutionRow).where(ResolutionRow.tenant == tenant).order_by(ResolutionRow.id)
        if after is not None:
            query = query.where(ResolutionRow.id > after)
        if language is not None:
            query = query.where(ResolutionRow.language == language)
        if product is not None:
            query = query.where(ResolutionRow.product == product)
        if tag is not None:
            item = func.json_each(ResolutionRow.tags).table_valued("value")
            query = query.where(exists(select(1).select_from(item).where(item.c.value == tag)))
        if freshness is not None:
            query = query.where(freshness_is(freshness, today))
        size = max(1, min(limit, MAX_PAGE))
        async with self.database.reading() as session:
            rows = (await session.scalars(query.limit(size + 1))).all()
        items = tuple(to_resolution(row) for row in rows[:size])
        return Page(items, items[-1].id if len(rows) > size else None)

    async def delete(self, id: str, *, tenant: str = "default") -> None:  # noqa: A002 - the contract's name
        """Delete one resolution for good.

        Raises:
            NotFoundError: the id does not exist for this tenant.
        """
        async with self.database.writing() as session:
            await session.delete(await _row(session, tenant, id))
            await _advance(session, tenant)

    async def verify(
        self,
        id: str,  # noqa: A002 - the contract's name
        *,
        by: str,
        on: date,
        review_by: date,
        tenant: str = "default",
    ) -> Resolution:
        """Record that ``by`` checked the resolution on the day ``on`` and that it is due again at ``review_by``.

        Raises:
            InputError: ``review_by`` lies before ``on``, or ``by`` is empty or too long.
            NotFoundError: the id does not exist for this tenant.
        """
        _check_verification(by, on, review_by)
        async with self.database.writing() as session:
            row = await _row(session, tenant, id)
            verified = clean(to_resolution(row).model_copy(update=_verified(by, on, review_by)))
            if update_row(row, verified):
                await _advance(session, tenant)
        return verified

    async def verify_all(self, *, by: str, on: date, review_by: date, tenant: str = "default") -> int:
        """Verify every resolution that cannot be relied on at ``on`` (unverified or expired); return how many.

        Raises:
            InputError: as for ``verify``.
        """
        _check_verification(by, on, review_by)
        doubtful = or_(freshness_is(Freshness.UNVERIFIED, on), freshness_is(Freshness.EXPIRED, on))
        async with self.database.writing() as session:
            rows = await session.scalars(select(ResolutionRow).where(ResolutionRow.tenant == tenant, doubtful))
            count = sum(
                update_row(row, to_resolution(row).model_copy(update=_verified(by, on, review_by))) for row in rows
            )
            if count:
                await _advance(session, tenant)
        return count

    async def clear(self, *, tenant: str = "default") -> int:
        """Delete all resolutions of a tenant; return how many there were."""
        async with self.database.writing() as session:
            gone = list(
                await session.scalars(
                    delete(ResolutionRow).where(ResolutionRow.tenant == tenant).returning(ResolutionRow.id)
                )
            )
            if gone:
                await _advance(session, tenant)
        return len(gone)

    async def count(self, *, tenant: str = "default") -> int:
        """Return how many resolutions a tenant has."""
        async with self.database.reading() as session:
            query = select(func.count()).select_from(ResolutionRow).where(ResolutionRow.tenant == tenant)
            return int(await session.scalar(query) or 0)

    async def count_unverified(self, ids: Sequence[str], *, on: date, tenant: str = "default") -> int:
        """Return how many of these resolutions nobody has verified at the day ``on``."""
        async with self.database.reading() as session:
            rows = await _rows(session, tenant, ids)
        return sum(to_resolution(row).freshness(on) is Freshness.UNVERIFIED for row in rows.values())

    async def generation(self) -> str:
        """Return the store's generation: changes with every write of any tenant, and differs between databases."""
        async with self.database.reading() as session:
            return await _generation(session)

    async def snapshot(self) -> Snapshot:
        """Read everything at one generation, for the index."""
        async with self.database.reading() as session:
            generation = await _generation(session)
            query = select(ResolutionRow).order_by(ResolutionRow.tenant, ResolutionRow.id)
            stream = await session.stream_scalars(query.execution_options(yield_per=_CHUNK))
            return Snapshot(generation, tuple([to_resolution(row) async for row in stream]))


async def _row(session: AsyncSession, tenant: str, id: str) -> ResolutionRow:  # noqa: A002 - the contract's name
    row = await session.get(ResolutionRow, (tenant, id))
    if row is None:
        msg = f"There is no resolution with the id '{id}'."
        raise NotFoundError(msg, field="id")
    return row


async def _rows(session: AsyncSession, tenant: str, ids: Sequence[str]) -> dict[str, ResolutionRow]:
    found: dict[str, ResolutionRow] = {}
    for start in range(0, len(ids), _CHUNK):
        wanted = ResolutionRow.id.in_(ids[start : start + _CHUNK])
        rows = await session.scalars(select(ResolutionRow).where(ResolutionRow.tenant == tenant, wanted))
        found.update((row.id, row) for row in rows)
    return found


def _keeping(new: Resolution, old: Resolution) -> Resolution:
    outcome = new.outcome if new.outcome is not None else old.outcome
    merged = new.model_copy(update={"outcome": outcome})
    if new.verified_by is not None:
        return merged
    verification = {name: getattr(old, name) for name in _VERIFICATION}
    verified = merged.model_copy(update=verification)
    return verified if verified == old else merged


def _verified(by: str, on: date, review_by: date) -> dict[str, Any]:
    return {"verified_by": by.strip(), "verified_at": on, "review_by": review_by}


def _check_verification(by: str, on: date, review_by: date) -> None:
    if not by.strip() or len(by) > 200:
        msg = "Say in 1 to 200 characters who verified it."
        raise InputError(msg, field="by")
    if review_by < on:
        msg = f"The review date {review_by} lies before the verification on {on}: choose a later one."
        raise InputError(msg, field="review_by")


async def _advance(session: AsyncSession, tenant: str) -> None:
    row = await session.get(GenerationRow, tenant)
    if row is None:
        session.add(GenerationRow(tenant=tenant, value=1, lineage=secrets.token_hex(16)))
    else:
        row.value += 1


async def _generation(session: AsyncSession) -> str:
    rows = (await session.scalars(select(GenerationRow).order_by(GenerationRow.tenant))).all()
    digest = hashlib.sha256(repr([(row.tenant, row.lineage, row.value) for row in rows]).encode())
    return f"{sum(row.value for row in rows)}-{digest.hexdigest()[:12]}"
