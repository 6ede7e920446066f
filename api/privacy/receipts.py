"""Receipts: what an erasure removed where, when and by whom, what stays and why; signed, and without what it was."""

import hmac
import json
from datetime import datetime
from pathlib import Path

from pydantic import Field, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access.keyring import KeyedHash
from api.privacy.matching import Mark
from api.privacy.tables import ErasureRow
from inference.types import Record
from models.errors import InputError, NotFoundError
from retrieval.store import Database


class TableReceipt(Record):
    """What happened to the rows of one table."""

    table: str
    removed: int = Field(default=0, description="Rows deleted.")
    cleared: int = Field(default=0, description="Rows whose personal columns were emptied.")
    masked: int = Field(default=0, description="Rows of others in which values were masked.")
    held: int = Field(default=0, description="Rows of others that a hold keeps as they are.")


class Verification(Record):
    """The search after the erasure."""

    rows: int = Field(description="Rows read again, in all tables.")
    files: int = Field(description="Files of the data directory searched byte by byte, indexes and logs of writes too.")
    found: int = Field(description="Places in which something was still found; 0 where all is gone.")
    places: tuple[str, ...] = Field(default=(), description="Where: tables and files.")


class Receipt(Record):
    """The proof of an erasure; holds no personal data but keyed hashes."""

    id: str
    tenant: str
    at: datetime
    by: str
    marks: tuple[Mark, ...] = Field(description="What was asked for, as keyed hashes.")
    tables: tuple[TableReceipt, ...]
    verified: Verification
    kept: tuple[str, ...] = Field(description="What stays, and why.")
    backups_until: datetime | None = Field(
        description="When the last backup that may hold it ends; null: there is none."
    )
    signature: str = ""

    def signed(self, keyed: KeyedHash) -> "Receipt":
        """Return the receipt with its signature (HMAC-SHA256 over its JSON)."""
        return self.model_copy(update={"signature": self._signature(keyed)})

    def holds(self, keyed: KeyedHash) -> bool:
        """Tell whether the receipt is as it was signed."""
        return hmac.compare_digest(self.signature, self._signature(keyed))

    def _signature(self, keyed: KeyedHash) -> str:
        content = self.model_dump(mode="json", exclude={"signature"})
        return keyed.of("receipt", json.dumps(content, ensure_ascii=False, sort_keys=True))


async def store_receipt(session: AsyncSession, receipt: Receipt) -> None:
    """Store a receipt in the caller's transaction, over an earlier state of it."""
    values = {"at": receipt.at, "receipt": receipt.model_dump(mode="json")}
    await session.merge(ErasureRow(tenant=receipt.tenant, id=receipt.id, **values))
    await session.flush()  # marks refer to it


async def stored_receipt(database: Database, id: str, *, tenant: str) -> Receipt:  # noqa: A002 - the contract's name
    """Return one receipt.

    Raises:
        NotFoundError: the id does not exist for this tenant.
    """
    async with database.reading() as session:
        row = await session.get(ErasureRow, (tenant, id))
    if row is None:
        msg = f"There is no erasure with the id '{id}'."
        raise NotFoundError(msg, field="id")
    return Receipt.model_validate(row.receipt)


async def stored_receipts(database: Database, *, tenant: str, limit: int = 200) -> tuple[Receipt, ...]:
    """Return a tenant's receipts, the newest first."""
    query = select(ErasureRow).where(ErasureRow.tenant == tenant).order_by(ErasureRow.at.desc(), ErasureRow.id)
    async with database.reading() as session:
        rows = (await session.scalars(query.limit(limit))).all()
    return tuple(Receipt.model_validate(row.receipt) for row in rows)


def read_receipt(path: Path) -> Receipt:
    """Read a receipt from a file.

    Raises:
        InputError: it is none.
    """
    try:
        return Receipt.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        msg = f"{path} is no receipt that can be read ({type(error).__name__})."
        raise InputError(msg, field="file") from error
