"""Reading and locking rows, and the generation: what the stores' writes have in common."""

import secrets
from collections.abc import Callable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from inference.types import Resolution
from models.errors import NotFoundError
from retrieval.store.mapping import to_resolution
from retrieval.store.tables import GenerationLogRow, GenerationRow, RemovalRow, ResolutionRow

CHUNK = 500
Expecting = Callable[[Resolution], None]
"""Asked about the present state before a write, in the same transaction; raises if it is not what the caller thinks."""
REMEMBERED = 100_000
"""Generations of a tenant after which its removals are forgotten: who comes from further back reads everything."""


async def one_row(
    session: AsyncSession,
    tenant: str,
    id: str,  # noqa: A002 - the contract's name
    expecting: Expecting | None = None,
) -> ResolutionRow:
    """Return one resolution's row, as ``expecting`` wants it.

    Raises:
        NotFoundError: the id does not exist for this tenant.
    """
    row = await session.get(ResolutionRow, (tenant, id))
    if row is None:
        msg = f"There is no resolution with the id '{id}'."
        raise NotFoundError(msg, field="id")
    if expecting is not None:
        expecting(to_resolution(row))
    return row


async def rows_of(session: AsyncSession, tenant: str, ids: Sequence[str]) -> dict[str, ResolutionRow]:
    """Return the rows of those ids that exist."""
    found: dict[str, ResolutionRow] = {}
    for start in range(0, len(ids), CHUNK):
        wanted = ResolutionRow.id.in_(ids[start : start + CHUNK])
        rows = await session.scalars(select(ResolutionRow).where(ResolutionRow.tenant == tenant, wanted))
        found.update((row.id, row) for row in rows)
    return found


async def advance(session: AsyncSession, tenant: str) -> int:
    """Move a tenant's knowledge to its next generation, at most once a transaction; return the generation's number.

    Each row that the transaction writes takes the number as its ``version``. Other writers wait for the commit, so
    that a number is never seen before a lower one.
    """
    lineage = secrets.token_hex(16)
    row = await session.get(GenerationRow, tenant, with_for_update=True)
    if row is None:
        row = GenerationRow(tenant=tenant, value=1, lineage=lineage)
        session.add(row)
    else:
        row.value += 1
        row.lineage = lineage
    session.add(GenerationLogRow(tenant=tenant, value=row.value, lineage=lineage))
    if row.value > REMEMBERED:
        await forget(session, tenant, row.value - REMEMBERED)
    return row.value


async def forget(session: AsyncSession, tenant: str, value: int) -> None:
    """Forget removals up to a generation, and the generations before it: their readers must read everything."""
    log, removal = GenerationLogRow, RemovalRow
    await session.execute(delete(removal).where(removal.tenant == tenant, removal.version <= value))
    await session.execute(delete(log).where(log.tenant == tenant, log.value < value))
