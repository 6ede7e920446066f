"""Keeps data no longer than its class of retention says, in small batches, and never what a hold keeps.

Rows go in transactions of their own with a rest between them, so that writers wait for one batch at most.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from pydantic import Field
from sqlalchemy import ColumnElement, Table, delete, func, select, tuple_

from api.access.tables import TenantRow
from api.clock import Now, utc_now
from api.privacy.finding import Held, Row, linked
from api.privacy.holds import all_held
from api.privacy.removing import among
from api.privacy.treatments import Keep, Treatment, treated
from inference.types import Record
from models.errors import ConfigurationError
from retrieval.store import Database

DEFAULT_DAYS: Final[Mapping[str, int]] = {
    "drafts": 365,
    "sent": 365,
    "reviews": 730,
    "conversations": 365,
    "deliveries": 30,
    "idempotency": 0,
    "sessions": 30,
    "audit": 730,
    "receipts": 1_095,
}
"""Classes, and for how many days their rows are kept from the moment that treatments.yaml names."""
LONGEST = 36_500
BATCH = 200
REST = 0.05
"""Seconds between two batches."""
INTERVAL = 86_400.0
"""Seconds between two sweeps while the service runs."""
_logger = structlog.stdlib.get_logger(__name__)


class Term(Record):
    """One class in one tenant: how long, and how many rows are older."""

    term: str
    days: int
    tables: tuple[str, ...]
    due: int = Field(description="Rows that are older and go at the next sweep, those under a hold among them.")


class Terms:
    """How long each class is kept, by tenant.

    Args:
        given: days by class, or by ``TENANT/CLASS`` for one tenant, over the defaults.

    Raises:
        ConfigurationError: a class is unknown, or a number of days is out of range.
    """

    def __init__(self, given: Mapping[str, int]) -> None:
        for key, days in given.items():
            term = key.rpartition("/")[2]
            if term not in DEFAULT_DAYS or not 0 <= days <= LONGEST:
                msg = (
                    f"RIFQ_KEEP: '{key}' must be one of {', '.join(DEFAULT_DAYS)}, or TENANT/ and one of them, "
                    f"with 0 to {LONGEST} days."
                )
                raise ConfigurationError(msg, field="keep")
        self._given = dict(given)

    def days(self, term: str, tenant: str) -> int:
        """Return for how many days a class is kept in a tenant."""
        return self._given.get(f"{tenant}/{term}", self._given.get(term, DEFAULT_DAYS[term]))


class Retention:
    """Removes what is past its time.

    Args:
        database: of all tenants.
        terms: how long each class is kept.
        now: the clock.
    """

    def __init__(self, database: Database, terms: Terms, now: Now = utc_now) -> None:
        self._database = database
        self._terms = terms
        self._now = now

    async def tenants(self) -> list[str]:
        """Return all tenants that have anything to keep."""
        found = set[str]()
        async with self._database.reading() as session:
            for table in (TenantRow.__table__, *(table for table, _, _ in _kept())):
                found |= set(await session.scalars(select(table.c.tenant).distinct()))
        return sorted(found)

    async def show(self, *, tenant: str) -> tuple[Term, ...]:
        """Return a tenant's classes with what is past its time."""
        terms = []
        async with self._database.reading() as session:
            for term in DEFAULT_DAYS:
                tables = [(table, keep) for table, _, keep in _kept() if keep.term == term]
                due = 0
                for table, keep in tables:
                    old = self._old(table, keep, tenant)
                    due += int(await session.scalar(select(func.count()).select_from(table).where(old)) or 0)
                names = tuple(table.name for table, _ in tables)
                terms.append(Term(term=term, days=self._terms.days(term, tenant), tables=names, due=due))
        return tuple(terms)

    async def sweep(self, *, tenant: str) -> dict[str, int]:
        """Remove a tenant's rows that are past their time, holds excepted; return how many, by table.

        Raises:
            StorageError: the database could not be written.
        """
        gone = dict[str, int]()
        for table, treatment, keep in _kept():
            count = await self._sweep(table, treatment, keep, tenant)
            if count:
                gone[table.name] = count
        if gone:
            await self._database.empty_log()
        return gone

    async def _sweep(self, table: Table, treatment: Treatment, keep: Keep, tenant: str) -> int:
        names = [column.name for column in table.primary_key.columns]
        order = [table.c[keep.moment], *(table.c[name] for name in names)]
        columns = [table.c[name] for name in dict.fromkeys([keep.moment, *names, *treatment.linking])]
        after, count = None, 0
        while True:
            async with self._database.writing(tenant) as session:
                held = await all_held(session, tenant=tenant, now=self._now())
                query = select(*columns).where(self._old(table, keep, tenant)).order_by(*order).limit(BATCH)
                if after is not None:
                    query = query.where(tuple_(*order) > after)
                rows = [dict(row) for row in (await session.execute(query)).mappings()]
                keys = [tuple(row[name] for name in names) for row in rows if not _is_held(treatment, row, held)]
                if keys:
                    await session.execute(delete(table).where(among(table, keys, tenant)))
            count += len(keys)
            if len(rows) < BATCH:
                return count
            after = tuple(rows[-1][column.name] for column in order)
            await asyncio.sleep(REST)

    def _old(self, table: Table, keep: Keep, tenant: str) -> ColumnElement[bool]:
        before: datetime = self._now() - timedelta(days=self._terms.days(keep.term, tenant))
        moment: ColumnElement[Any] = table.c[keep.moment]
        return (table.c.tenant == tenant) & (moment < before)


@asynccontextmanager
async def retaining(retention: Retention) -> AsyncIterator[None]:
    """Sweep all tenants in the background while the block lasts: at its start, then each day."""
    task = asyncio.create_task(_sweep_daily(retention))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _sweep_daily(retention: Retention) -> None:
    while True:
        try:
            for tenant in await retention.tenants():
                for count in (await retention.sweep(tenant=tenant)).values():
                    _logger.info("retention_swept", tenant=tenant, rows=count)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep may succeed, and loses nothing
            _logger.warning("retention_failed", code=getattr(error, "code", type(error).__name__))
        await asyncio.sleep(INTERVAL)


def _kept() -> list[tuple[Table, Treatment, Keep]]:
    return [(table, treatment, treatment.keep) for table, treatment in treated() if treatment.keep is not None]


def _is_held(treatment: Treatment, row: Row, held: Held) -> bool:
    return any(held.has(kind, value) for kind, value in linked(treatment, row))
