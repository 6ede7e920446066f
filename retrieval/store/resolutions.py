"""The resolutions in the database. Every method names its tenant; a write is durable when it returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, exists, func, select

from inference.types import Freshness, Resolution
from models.errors import ConflictError, InputError
from retrieval.clean import clean
from retrieval.store.access import CHUNK, Expecting, advance, forget, one_row, rows_of
from retrieval.store.feed import ChangeFeed, generation_of, read_positions
from retrieval.store.life import VERIFICATION, ResolutionLife, carry_life
from retrieval.store.mapping import freshness_is, new_row, to_resolution, update_row
from retrieval.store.tables import DismissalRow, RemovalRow, ResolutionRow

MAX_PAGE = 200
"""Most resolutions that one page of a listing holds."""


@dataclass(frozen=True)
class Page:
    """A stretch of a listing, ordered by id; ``next`` is the cursor of the following page, None at the end."""

    items: tuple[Resolution, ...]
    next: str | None


@dataclass(frozen=True)
class Kept:
    """What became of the resolutions of one batch: counts of new, changed, and already-so ones.

    ``retired`` are the ids of those among the unchanged that were left alone because they are retired.
    """

    added: int
    replaced: int
    unchanged: int
    retired: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """All resolutions of all tenants at one generation, ordered by tenant and id."""

    generation: str
    resolutions: tuple[Resolution, ...]
    dismissed: frozenset[tuple[str, str]] = frozenset()
    """(tenant, mark) of the pairs that a person found not to contradict each other; see ``life.pair_mark``."""


class ResolutionStore(ResolutionLife, ChangeFeed):
    """Reads and writes resolutions; what it stores has passed ``retrieval.clean``."""

    async def add(self, resolution: Resolution) -> Resolution:
        """Store a new resolution and return it as stored.

        Raises:
            InputError: a field cannot be stored.
            ConflictError: the id exists already.
        """
        fresh = clean(resolution)
        async with self.database.writing(fresh.tenant) as session:
            if await session.get(ResolutionRow, (fresh.tenant, fresh.id)) is not None:
                msg = f"A resolution with the id '{fresh.id}' exists already: replace it, or choose another id."
                raise ConflictError(msg, field="id")
            session.add(new_row(fresh, await advance(session, fresh.tenant)))
        return fresh

    async def replace(self, resolution: Resolution, *, expecting: Expecting | None = None) -> Resolution:
        """Overwrite an existing resolution with all its fields, verification included; what is retired stays so.

        One that was sent back to review stays so too, unless the new fields say that it was verified since.

        Args:
            resolution: the new fields.
            expecting: asked about the present state before it is changed, in the same transaction; raises if it is
                not what the caller thinks.

        Raises:
            InputError: a field cannot be stored.
            NotFoundError: the id does not exist.
        """
        fresh = clean(resolution)
        async with self.database.writing(fresh.tenant) as session:
            row = await one_row(session, fresh.tenant, fresh.id, expecting)
            kept = carry_life(fresh, to_resolution(row))
            if kept != to_resolution(row):
                update_row(row, kept, await advance(session, kept.tenant))
        return kept

    async def put_many(self, resolutions: Sequence[Resolution], *, tenant: str = "default") -> Kept:
        """Add or replace resolutions in one transaction: all of them, or none.

        One that comes without verification, or without outcome, keeps what is stored when nothing else changed:
        importing a file again never undoes a verification of the same text. Changed text must be verified anew. A
        retired resolution is left as it is: only ``restore`` brings it back.

        Raises:
            InputError: a field cannot be stored, or a resolution belongs to another tenant.
        """
        batch = {item.id: item for item in map(clean, resolutions)}
        if any(item.tenant != tenant for item in batch.values()):
            msg = f"The batch holds a resolution that is not of the tenant '{tenant}'."
            raise InputError(msg, field="tenant")
        added: list[Resolution] = []
        replaced: list[tuple[ResolutionRow, Resolution]] = []
        retired: list[str] = []
        async with self.database.writing(tenant) as session:
            rows = await rows_of(session, tenant, list(batch))
            for key, item in batch.items():
                row = rows.get(key)
                if row is None:
                    added.append(item)
                elif row.retired is not None:
                    retired.append(key)
                else:
                    old = to_resolution(row)
                    if (kept := _keeping(item, old)) != old:
                        replaced.append((row, kept))
            version = await advance(session, tenant) if added or replaced else 0
            session.add_all(new_row(item, version) for item in added)
            for row, kept in replaced:
                update_row(row, kept, version)
        return Kept(len(added), len(replaced), len(batch) - len(added) - len(replaced), tuple(retired))

    async def get(self, id: str, *, tenant: str = "default") -> Resolution:  # noqa: A002 - the contract's name
        """Return one resolution.

        Raises:
            NotFoundError: the id does not exist for this tenant.
        """
        async with self.database.reading() as session:
            return to_resolution(await one_row(session, tenant, id))

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
            each = func.json_each if self.database.dialect == "sqlite" else func.json_array_elements_text
            item = each(ResolutionRow.tags).table_valued("value")
            query = query.where(exists(select(1).select_from(item).where(item.c.value == tag)))
        if freshness is not None:
            query = query.where(freshness_is(freshness, today))
        size = max(1, min(limit, MAX_PAGE))
        async with self.database.reading() as session:
            rows = (await session.scalars(query.limit(size + 1))).all()
        items = tuple(to_resolution(row) for row in rows[:size])
        return Page(items, items[-1].id if len(rows) > size else None)

    async def delete(
        self,
        id: str,  # noqa: A002 - the contract's name
        *,
        tenant: str = "default",
        expecting: Expecting | None = None,
    ) -> None:
        """Delete one resolution for good; ``expecting`` as for ``replace``.

        Raises:
            NotFoundError: the id does not exist for this tenant.
        """
        async with self.database.writing(tenant) as session:
            await session.delete(await one_row(session, tenant, id, expecting))
            version = await advance(session, tenant)
            await session.merge(RemovalRow(tenant=tenant, id=id, version=version))
        await self.database.empty_log()

    async def clear(self, *, tenant: str = "default") -> int:
        """Delete all resolutions of a tenant; return how many there were."""
        async with self.database.writing(tenant) as session:
            gone = list(
                await session.scalars(
                    delete(ResolutionRow).where(ResolutionRow.tenant == tenant).returning(ResolutionRow.id)
                )
            )
            if gone:
                # No list of what is gone: readers find their generation forgotten and read everything, which is little.
                await forget(session, tenant, await advance(session, tenant))
        await self.database.empty_log()
        return len(gone)

    async def count(self, *, tenant: str = "default") -> int:
        """Return how many resolutions a tenant has."""
        async with self.database.reading() as session:
            query = select(func.count()).select_from(ResolutionRow).where(ResolutionRow.tenant == tenant)
            return int(await session.scalar(query) or 0)

    async def snapshot(self) -> Snapshot:
        """Read everything at one generation."""
        async with self.database.reading() as session:
            generation = generation_of(await read_positions(session))
            query = select(ResolutionRow).order_by(ResolutionRow.tenant, ResolutionRow.id)
            stream = await session.stream_scalars(query.execution_options(yield_per=CHUNK))
            resolutions = tuple([to_resolution(row) async for row in stream])
            marks = await session.execute(select(DismissalRow.tenant, DismissalRow.mark))
            return Snapshot(generation, resolutions, frozenset((tenant, mark) for tenant, mark in marks))


def _keeping(new: Resolution, old: Resolution) -> Resolution:
    outcome = new.outcome if new.outcome is not None else old.outcome
    merged = carry_life(new.model_copy(update={"outcome": outcome}), old)
    if new.verified_by is not None:
        return merged
    verification = {name: getattr(old, name) for name in VERIFICATION}
    verified = merged.model_copy(update=verification)
    return verified if verified == old else merged
