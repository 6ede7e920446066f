"""What changed in the store since a reader last looked: the feed by which indexes follow the database."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from sqlalchemy import exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from inference.types import Resolution
from retrieval.store.access import CHUNK
from retrieval.store.engine import Database
from retrieval.store.mapping import to_resolution
from retrieval.store.tables import DismissalRow, GenerationLogRow, GenerationRow, RemovalRow, ResolutionRow

_Mark = tuple[int, str]
"""How far one list has been read: the version and the id of its last entry."""


@dataclass(frozen=True)
class Position:
    """A generation of one tenant's knowledge; equal positions mean equal knowledge, on whatever copy of the database.

    A tenant that was never written to stands at ``NOWHERE``.
    """

    lineage: str
    value: int


NOWHERE = Position("", 0)


@dataclass(frozen=True)
class Changes:
    """One batch of the feed.

    Attributes:
        resolutions: new and changed ones as they are now, retired ones among them; each replaces what the reader has
            under its id. Ordered by (generation of the last write, id).
        removed: ids of those that are gone; not necessarily known to the reader.
        afresh: the reader's position is of another database, or too old to be gone on from: it drops all that it has
            of the tenant, and this batch is the first of everything.
        position: where the reader stands after the last batch; None while more follow, for half a feed is no state.
    """

    resolutions: tuple[Resolution, ...]
    removed: tuple[str, ...]
    afresh: bool
    position: Position | None


class ChangeFeed:
    """Positions, and what lies between them."""

    database: Database

    async def positions(self) -> dict[str, Position]:
        """Return where each tenant's knowledge stands, by tenant."""
        async with self.database.reading() as session:
            return await read_positions(session)

    async def generation(self) -> str:
        """Return the store's generation: changes with every write of any tenant, and differs between databases."""
        return generation_of(await self.positions())

    async def changes(self, *, since: Position | None, tenant: str = "default") -> AsyncIterator[Changes]:
        """Yield what was written since a position, in batches; at least one, the last with the new position.

        Each batch is a transaction of its own, so that a slow reader holds up no checkpoint. What is written between
        two of them is seen by a later one: after the last, the reader has exactly what its position stands for.

        Args:
            since: the position that an earlier feed ended with; None reads everything.
            tenant: whose knowledge.

        Raises:
            StorageError: the database could not be read.
        """
        base, rows, gone = since, _behind(since), _behind(since)
        while True:
            async with self.database.reading() as session:
                now = (await read_positions(session, tenant)).get(tenant, NOWHERE)
                afresh = base is None or not await _is_remembered(session, tenant, base, now)
                if afresh:
                    # What was removed before now is not among what is read from now on.
                    base, rows, gone = now, _behind(None), _behind(now)
                changed, rows = await _changed(session, tenant, rows)
                removed, gone = await _removed(session, tenant, gone)
            last = len(changed) < CHUNK and len(removed) < CHUNK
            yield Changes(changed, removed, afresh, now if last else None)
            if last:
                return

    async def dismissed(self, *, tenant: str = "default") -> frozenset[str]:
        """Return the marks of the pairs that a person found not to contradict each other; see ``life.pair_mark``."""
        async with self.database.reading() as session:
            return frozenset(await session.scalars(select(DismissalRow.mark).where(DismissalRow.tenant == tenant)))


async def read_positions(session: AsyncSession, tenant: str | None = None) -> dict[str, Position]:
    """Return where each tenant's knowledge stands, or one's."""
    query = select(GenerationRow)
    if tenant is not None:
        query = query.where(GenerationRow.tenant == tenant)
    return {row.tenant: Position(row.lineage, row.value) for row in await session.scalars(query)}


def generation_of(positions: Mapping[str, Position]) -> str:
    """Return the name of the generation in which the tenants stand at these positions."""
    values = [(tenant, position.lineage, position.value) for tenant, position in sorted(positions.items())]
    digest = hashlib.sha256(repr(values).encode())
    return f"{sum(value for _, _, value in values)}-{digest.hexdigest()[:12]}"


def _behind(position: Position | None) -> _Mark:
    return (0 if position is None else position.value + 1, "")


async def _is_remembered(session: AsyncSession, tenant: str, base: Position, now: Position) -> bool:
    if base == now:
        return True
    row = await session.get(GenerationLogRow, (tenant, base.value))
    return row is not None and row.lineage == base.lineage


async def _changed(session: AsyncSession, tenant: str, mark: _Mark) -> tuple[tuple[Resolution, ...], _Mark]:
    row = ResolutionRow
    query = select(row).where(row.tenant == tenant, tuple_(row.version, row.id) > mark)
    rows = (await session.scalars(query.order_by(row.version, row.id).limit(CHUNK))).all()
    return tuple(map(to_resolution, rows)), (rows[-1].version, rows[-1].id) if rows else mark


async def _removed(session: AsyncSession, tenant: str, mark: _Mark) -> tuple[tuple[str, ...], _Mark]:
    row = RemovalRow
    there_again = exists().where(ResolutionRow.tenant == tenant, ResolutionRow.id == row.id)
    query = select(row).where(row.tenant == tenant, tuple_(row.version, row.id) > mark, ~there_again)
    rows = (await session.scalars(query.order_by(row.version, row.id).limit(CHUNK))).all()
    return tuple(row.id for row in rows), (rows[-1].version, rows[-1].id) if rows else mark
