"""Erases a customer's data from wherever it may be, looks for it afterwards, and gives a receipt.

Two steps: ``preview`` shows what would go, in counts and places; ``erase`` does it, in one transaction of the database.
Then the indexes follow, SQLite's log is emptied (deleted text is overwritten in the file itself), and every table and
file is searched again.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from api.access.audit import Action, record
from api.access.keyring import KeyedHash
from api.access.principal import Principal
from api.clock import Now, utc_now
from api.privacy.erased import ErasedList, store_marks
from api.privacy.files import search_files
from api.privacy.finding import Findings, Held, find, held_by_others
from api.privacy.holds import Ids, Kept, all_held, kept_back, refuse
from api.privacy.matching import Kind, Matcher, marks_of, plain_matcher
from api.privacy.receipts import Receipt, Verification, store_receipt
from api.privacy.removing import remove, vacuum
from api.privacy.subject import Subject
from api.privacy.work import Work, kept_of
from inference.types import Record
from models.errors import NotFoundError
from retrieval.backup import latest_expiry
from retrieval.store import Database

ROUNDS = 3
"""Times that an erasure is repeated for what was written while it ran."""
_PATIENCE = 10
"""Tries, half a second apart, to empty SQLite's log while others read."""


class TablePreview(Record):
    """What one table holds of the customer."""

    table: str
    own: int = Field(description="Rows that are the customer's: they go, or are emptied.")
    mentions: int = Field(description="Rows of others in which a value of the customer stands: it is masked there.")
    held: int = Field(default=0, description="Rows of others that a hold keeps as they are.")


class Preview(Record):
    """What an erasure would do; counts and ids, no text."""

    tables: tuple[TablePreview, ...]
    conversations: int = Field(description="Conversations that are the customer's.")
    drafts: int = Field(description="Drafts that are the customer's.")
    near_conversations: tuple[str, ...] = Field(
        description="Conversations in which a value stands and of which no id says whose they are. Name them, or ask "
        "for 'whole', to erase them whole; else the value is masked in them."
    )
    near_drafts: tuple[str, ...] = Field(description="The same of drafts.")
    holds: tuple[Kept, ...] = Field(description="What forbids the erasure now.")


class Eraser:
    """Finds and erases customers' data in one installation.

    Args:
        database: of all tenants.
        keyed: the installation's keyed hash: signs receipts, and stands for what was erased.
        directory: the data directory, whose files are searched afterwards.
        backups: the folder of backups.
        backup_life: how long a backup is kept.
        follow: brings the indexes up to the database and writes them to their files.
        now: the clock.
    """

    def __init__(
        self,
        database: Database,
        *,
        keyed: KeyedHash,
        directory: Path,
        backups: Path,
        backup_life: timedelta,
        follow: Callable[[], Awaitable[None]],
        now: Now = utc_now,
    ) -> None:
        self._database = database
        self._keyed = keyed
        self._directory = directory
        self._backups = backups
        self._backup_life = backup_life
        self._follow = follow
        self._now = now
        self._erased = ErasedList(directory)
        self._one = asyncio.Lock()

    async def preview(self, subject: Subject, *, tenant: str, whole: bool = False) -> Preview:
        """Return what an erasure would do.

        Args:
            subject: whose data.
            tenant: whose tables.
            whole: take conversations and drafts in which a value stands for the customer's.

        Raises:
            InputError: a customer's id is one of several helpdesks' customers.
        """
        async with self._database.reading() as session:
            held = await all_held(session, tenant=tenant, now=self._now())
            found = await self._find(session, plain_matcher(subject), tenant=tenant, held=held, whole=whole)
            kept = await kept_back(session, _ids(subject, found), tenant=tenant, now=self._now())
        tables = (
            TablePreview(
                table=item.table.name,
                own=item.to_do - len(item.mentions),
                mentions=len(item.mentions),
                held=item.held,
            )
            for item in found.tables
            if item.to_do or item.held
        )
        return Preview(
            tables=tuple(tables),
            conversations=len(found.ids[Kind.CONVERSATION]),
            drafts=len(found.ids[Kind.DRAFT]),
            near_conversations=tuple(sorted(found.near[Kind.CONVERSATION])),
            near_drafts=tuple(sorted(found.near[Kind.DRAFT])),
            holds=kept,
        )

    async def erase(
        self, subject: Subject, *, by: Principal, whole: bool = False, request_id: str | None = None
    ) -> Receipt:
        """Erase, search again, and return the stored receipt; one erasure runs at a time.

        Args:
            subject: whose data.
            by: who asks; their tenant's tables are searched.
            whole: as for ``preview``.
            request_id: of the request, for the audit log.

        Raises:
            ConflictError: a hold forbids it; nothing was erased.
            NotFoundError: nothing was found; nothing is stored.
            InputError: a customer's id is one of several helpdesks' customers.
            StorageError: the database could not be written.
        """
        async with self._one:
            work = Work(id=uuid.uuid4().hex, subject=subject, by=by, matcher=plain_matcher(subject))
            for _ in range(ROUNDS):
                await self._round(work, whole=whole, request_id=request_id)
                async with self._database.reading() as session:
                    held = await all_held(session, tenant=by.tenant, now=self._now())
                    work.left = await find(session, work.matcher, tenant=by.tenant, held=held)
                if not work.left.to_do:
                    break
            await self._follow()
            await self._clean_space(work)
            receipt = await self._receipt(work)
            async with self._database.writing(by.tenant) as session:
                await store_receipt(session, receipt)
            await self._erased.add(receipt, work.marks(self._keyed))
        return receipt

    async def _round(self, work: Work, *, whole: bool, request_id: str | None) -> None:
        """Remove what is there now, in one transaction with the receipt, the marks and the audit entry."""
        tenant, now = work.by.tenant, self._now()
        async with self._database.writing(tenant) as session:
            held = await all_held(session, tenant=tenant, now=now)
            found = await self._find(session, work.matcher, tenant=tenant, held=held, whole=whole)
            refuse(await kept_back(session, _ids(work.subject, found), tenant=tenant, now=now))
            if not work.done and not found.to_do:
                msg = "Nothing of this customer was found: there is nothing to erase."
                raise NotFoundError(msg, field="subject")
            removed = await remove(session, found, tenant=tenant, today=now.date())
            first = not work.done
            work.take(found, removed)
            await store_receipt(session, self._unverified(work))
            await store_marks(session, work.id, tenant, work.marks(self._keyed))
            if first:
                details = {"marks": len(marks_of(work.subject, self._keyed)), "rows": found.to_do}
                await record(
                    session, work.by, Action.ERASURE, work.id, request_id=request_id, details=details, now=self._now
                )

    async def _find(self, session: AsyncSession, matcher: Matcher, *, tenant: str, held: Held, whole: bool) -> Findings:
        found = await find(session, matcher, tenant=tenant, held=held)
        if whole and any(found.near.values()):
            matcher = found.matcher
            for kind, ids in found.near.items():
                matcher = matcher.with_ids(kind, ids)
            near, found = found.near, await find(session, matcher, tenant=tenant, held=held)
            for kind, ids in near.items():
                found.ids[kind] |= ids
        return found

    async def _clean_space(self, work: Work) -> None:
        """Overwrite what deleted rows leave behind, as far as the database lets us."""
        if self._database.dialect == "postgresql":
            await vacuum(self._database, list(work.done))
            return
        log = Path(f"{self._database.engine.url.database}-wal")
        for _ in range(_PATIENCE):
            await self._database.empty_log()
            if not await asyncio.to_thread(_size, log):
                return
            await asyncio.sleep(0.5)
        work.waiting = True

    async def _receipt(self, work: Work) -> Receipt:
        assert work.left is not None, "a round has passed"  # noqa: S101 - for the type checker
        tenant = work.by.tenant
        search = partial(search_files, self._directory, work.matcher, tenant=tenant, leave=[self._backups])
        count, files = await asyncio.to_thread(search, work.spelt)
        if files:
            # Tenants share files: what another one's rows hold is no trace of this subject, and not theirs to learn.
            async with self._database.reading() as session:
                others = await held_by_others(session, work.spelt, tenant=tenant)
            count, files = await asyncio.to_thread(search, work.spelt - others)
        tables = [item.table.name for item in work.left.tables if item.to_do]
        verified = Verification(
            rows=sum(item.read for item in work.left.tables),
            files=count,
            found=len(tables) + len(files),
            places=(*tables, *files),
        )
        return self._unverified(work).model_copy(update={"verified": verified}).signed(self._keyed)

    def _unverified(self, work: Work) -> Receipt:
        """Return the receipt as it stands before the search afterwards: its findings are unknown, so not zero."""
        return Receipt(
            id=work.id,
            tenant=work.by.tenant,
            at=self._now(),
            by=work.by.actor,
            marks=marks_of(work.subject, self._keyed),
            tables=tuple(work.done.values()),
            verified=Verification(rows=0, files=0, found=-1),
            kept=kept_of(work, self._database.dialect),
            backups_until=latest_expiry(self._backups, keep=self._backup_life),
        ).signed(self._keyed)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _ids(subject: Subject, found: Findings) -> Ids:
    return Ids(
        customer_ids=frozenset({*subject.customers, *found.ids[Kind.CUSTOMER]}),
        conversations=frozenset({*subject.conversations, *found.ids[Kind.CONVERSATION]}),
        draft_ids=frozenset({*subject.drafts, *found.ids[Kind.DRAFT]}),
    )
