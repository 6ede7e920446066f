"""Where a page of a listing begins."""

from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import InputError
from retrieval.store import Base

Row = TypeVar("Row", bound=Base)


async def last_row(session: AsyncSession, table: type[Row], id_: str, *, tenant: str) -> Row:
    """Return the row behind which a page begins.

    Raises:
        InputError: the tenant has no such row.
    """
    row = await session.get(table, (tenant, id_))
    if row is None:
        raise foreign_place()
    return row


def foreign_place() -> InputError:
    """Return the error of a place that no listing gave."""
    return InputError("The cursor is not one that a listing gave: start again without it.", field="cursor")
