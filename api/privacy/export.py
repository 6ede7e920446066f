"""Everything held of a customer, as JSON: the answer to a subject access request."""

import base64
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import Field
from sqlalchemy import select

from api.clock import Now, utc_now
from api.privacy.finding import Found, find
from api.privacy.matching import Kind, plain_matcher
from api.privacy.removing import CHUNK, among
from api.privacy.subject import Subject
from api.privacy.treatments import Content
from inference.types import Record
from retrieval.store import Database


class ExportedTable(Record):
    """The customer's rows of one table."""

    table: str
    holds: str = Field(description="What the table is for.")
    why: str
    rows: tuple[dict[str, Any], ...]
    mentions: int = Field(description="Rows of others in which a value of the customer stands; not shown.")


class Export(Record):
    """All that is held of a customer."""

    at: datetime
    tenant: str
    tables: tuple[ExportedTable, ...]


async def export(
    database: Database, subject: Subject, *, tenant: str, whole: bool = False, now: Now = utc_now
) -> Export:
    """Return everything held of a customer, seen at one moment.

    Args:
        database: of all tenants.
        subject: who.
        tenant: whose tables.
        whole: take conversations and drafts in which a value stands for the customer's.
        now: the clock.

    Raises:
        InputError: a customer's id is one of several helpdesks' customers.
    """
    async with database.reading() as session:
        matcher = plain_matcher(subject)
        found = await find(session, matcher, tenant=tenant)
        if whole:
            for kind in (Kind.CONVERSATION, Kind.DRAFT):
                matcher = matcher.with_ids(kind, found.near[kind])
            found = await find(session, matcher, tenant=tenant)
        tables = []
        for item in found.tables:
            rows = list[dict[str, Any]]()
            for start in range(0, len(item.own), CHUNK):
                query = select(item.table).where(among(item.table, item.own[start : start + CHUNK], tenant))
                rows += [_shown(item, row) for row in (await session.execute(query)).mappings()]
            if rows or item.mentions:
                about = item.treatment
                tables.append(
                    ExportedTable(
                        table=item.table.name,
                        holds=about.holds,
                        why=about.why,
                        rows=tuple(rows),
                        mentions=len(item.mentions) + item.held,
                    )
                )
    return Export(at=now(), tenant=tenant, tables=tuple(tables))


def _shown(found: Found, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row as JSON has it, without who of the team did what: that is theirs."""
    hidden = {*found.treatment.named(Content.STAFF, Content.SECRET), "tenant"}
    return {name: _plain(value) for name, value in row.items() if name not in hidden}


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    return value
