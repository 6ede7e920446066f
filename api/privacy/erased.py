"""The list of what was erased, as keyed hashes: in the database, and in a file that no restored backup replaces."""

import asyncio
import json
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access.keyring import KeyedHash
from api.privacy.finding import find
from api.privacy.matching import Mark, hashed_matcher
from api.privacy.receipts import Receipt, store_receipt
from api.privacy.removing import remove
from api.privacy.tables import ErasedMarkRow
from inference.types import Record
from models.errors import StorageError
from retrieval.store import Database

FILE = "erased.jsonl"


class ErasedLine(Record):
    """One erasure in the file: its receipt, and the keyed hashes of all ids and values that it removed."""

    receipt: Receipt
    marks: tuple[Mark, ...]


class ErasedList:
    """The file in a data directory: one line for each erasure, readable by its owner only.

    Args:
        directory: the data directory.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE

    async def add(self, receipt: Receipt, marks: Sequence[Mark]) -> None:
        """Add an erasure, durably.

        Raises:
            StorageError: the file cannot be written.
        """
        line = ErasedLine(receipt=receipt, marks=tuple(marks)).model_dump_json() + "\n"
        await asyncio.to_thread(self._append, line)

    def read(self) -> list[ErasedLine]:
        """Return all erasures; none where there is no file. A last line that was cut off is left out.

        Raises:
            StorageError: the file cannot be read.
        """
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines(keepends=True) if self._path.exists() else []
        except OSError as error:
            raise self._unusable(error) from error
        return [ErasedLine.model_validate(json.loads(line)) for line in lines if line.endswith("\n") and line.strip()]

    def _append(self, line: str) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> StorageError:
        return StorageError(f"The list of erasures {self._path} cannot be used ({error.strerror}): mend its rights.")


async def store_marks(session: AsyncSession, erasure: str, tenant: str, marks: Iterable[Mark]) -> None:
    """Store what was erased, in the transaction that erases it; what is known already stays as it is."""
    row = ErasedMarkRow
    rows = await session.execute(select(row.kind, row.digest).where(row.tenant == tenant))
    known = {(kind, digest) for kind, digest in rows}
    for mark in marks:
        if (mark.kind.value, mark.digest) not in known:
            values = {"kind": mark.kind.value, "digest": mark.digest, "size": mark.size}
            session.add(row(tenant=tenant, erasure_id=erasure, **values))


async def reapply(database: Database, *, keyed: KeyedHash, directory: Path, today: date | None = None) -> int:
    """Erase again, after a backup was restored, what was erased before; return how many rows changed.

    What was erased is taken from the database and from the data directory's file, which outlives the restored tables.
    Holds are not asked: the erasure was allowed when it took place, and the backup may bring ended holds back.

    Args:
        database: the restored one, migrated.
        keyed: the installation's keyed hash; another key recognises nothing.
        directory: the data directory.
        today: since when masked knowledge waits for a new verification; the present day if None.

    Raises:
        StorageError: the database or the file cannot be used.
    """
    lines = await asyncio.to_thread(ErasedList(directory).read)
    tenants = {line.receipt.tenant for line in lines}
    async with database.reading() as session:
        tenants |= set(await session.scalars(select(ErasedMarkRow.tenant).distinct()))
    changed = 0
    for tenant in sorted(tenants):
        async with database.writing(tenant) as session:
            for line in lines:
                if line.receipt.tenant == tenant:
                    await store_receipt(session, line.receipt)
                    await store_marks(session, line.receipt.id, tenant, line.marks)
                    await session.flush()
            matcher = hashed_matcher(await _marks(session, tenant), keyed)
            found = await find(session, matcher, tenant=tenant)
            await remove(session, found, tenant=tenant, today=today or datetime.now(UTC).date())
            changed += found.to_do
    await database.empty_log()
    return changed


async def _marks(session: AsyncSession, tenant: str) -> list[Mark]:
    row = ErasedMarkRow
    rows = await session.execute(select(row.kind, row.digest, row.size).where(row.tenant == tenant))
    return [Mark.model_validate({"kind": kind, "digest": digest, "size": size}) for kind, digest, size in rows]
