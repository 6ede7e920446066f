"""Drafts that were made again from others: sending one is using the first."""

from sqlalchemy.ext.asyncio import AsyncSession

from api.sent.tables import DraftVariantRow


async def note_variant(session: AsyncSession, draft_id: str, of_id: str, tenant: str) -> None:
    """Remember, within a transaction, that a draft was made again from another one, or from one that was."""
    first = await session.get(DraftVariantRow, (tenant, of_id))
    root = of_id if first is None else first.of_id
    if await session.get(DraftVariantRow, (tenant, draft_id)) is None:
        session.add(DraftVariantRow(tenant=tenant, draft_id=draft_id, of_id=root))
