"""Reading and locking rows, and the generation: what the stores' writes have in common."""

import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import NotFoundError
from retrieval.store.tables import GenerationRow, ResolutionRow

CHUNK = 500


async def one_row(session: AsyncSession, tenant: str, id: str) -> ResolutionRow:  # noqa: A002 - the contract's name
    """Return one resolution's row.

    Raises:
        NotFoundError: the id does not exist for this tenant.
    """
    row = await session.get(ResolutionRow, (tenant, id))
    if row is None:
        msg = f"There is no resolution with the id '{id}'."
        raise NotFoundError(msg, field="id")
    return row


async def rows_of(session: AsyncSession, tenant: str, ids: Sequence[str]) -> dict[str, ResolutionRow]:
    """Return the rows of those ids that exist."""
    found: dict[str, ResolutionRow] = {}
    for start in range(0, len(ids), CHUNK):
        wanted = ResolutionRow.id.in_(ids[start : start + CHUNK])
        rows = await session.scalars(select(ResolutionRow).where(ResolutionRow.tenant == tenant, wanted))
        found.update((row.id, row) for row in rows)
    return found


async def advance(session: AsyncSession, tenant: str) -> None:
    """Move a tenant's knowledge to its next generation."""
    row = await session.get(GenerationRow, tenant)
    if row is None:
        session.add(GenerationRow(tenant=tenant, value=1, lineage=secrets.token_hex(16)))
    else:
        row.value += 1


async def read_generation(session: AsyncSession) -> str:
    """Return the generation of the whole store."""
    rows = (await session.scalars(select(GenerationRow).order_by(GenerationRow.tenant))).all()
    digest = hashlib.sha256(repr([(row.tenant, row.lineage, row.value) for row in rows]).encode())
    return f"{sum(row.value for row in rows)}-{digest.hexdigest()[:12]}"
