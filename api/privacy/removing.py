"""Takes what was found out of the tables, within one writing transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Table, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.privacy.finding import Findings, Found, Key, cleared
from api.privacy.masking import blotted, mask_row, placeheld
from api.privacy.matching import Matcher
from api.privacy.texts import strings
from api.privacy.treatments import Content, Mention, Own, emptied
from inference.types import Resolution, SentBack
from retrieval.store import Base, Database
from retrieval.store.access import advance, rows_of
from retrieval.store.faults import storage_errors
from retrieval.store.mapping import to_resolution, update_row

CHUNK = 200
REASON = "Personal data was erased from it: read it, and verify it anew."
# Nothing that a customer is told stands in these: to mask them needs no new verification.
_UNSAID = frozenset({"cases", "provenance", "tags", "retired", "sent_back"})


@dataclass(frozen=True)
class Removed:
    """What happened to the rows of one table."""

    table: str
    removed: int = 0
    cleared: int = 0
    masked: int = 0


async def remove(session: AsyncSession, findings: Findings, *, tenant: str, today: date) -> list[Removed]:
    """Delete, clear and mask what was found; children before their parents, so that each is counted where it stood.

    Args:
        session: a writing session of the tenant.
        findings: what ``find`` returned in this session.
        tenant: whose tables.
        today: since when knowledge that was masked waits for a new verification.
    """
    done = [await _remove(session, found, findings.matcher, tenant, today) for found in reversed(findings.tables)]
    return [item for item in reversed(done) if item.removed or item.cleared or item.masked]


async def _remove(session: AsyncSession, found: Found, matcher: Matcher, tenant: str, today: date) -> Removed:
    table, treatment = found.table, found.treatment
    own = found.own if treatment.own is not Own.KEPT else []
    if treatment.own is Own.CLEARED:
        empty = {name: emptied(table.c[name]) for name in cleared(treatment)}
        for keys in _chunks(own):
            await session.execute(update(table).where(among(table, keys, tenant)).values(**empty))
        removed = 0
    else:
        removed = len(own)
        await _delete(session, table, own, tenant)
    masked = 0
    if treatment.mention is Mention.DELETED:
        await _delete(session, table, found.mentions, tenant)
        removed += len(found.mentions)
    elif treatment.mention is Mention.KNOWLEDGE:
        masked = await _mask_knowledge(session, found.mentions, matcher, tenant, today)
    elif treatment.mention is Mention.MASKED:
        masked = await _mask(session, found, matcher, tenant)
    return Removed(table.name, removed, len(own) if treatment.own is Own.CLEARED else 0, masked)


async def _delete(session: AsyncSession, table: Table, keys: Sequence[Key], tenant: str) -> None:
    for some in _chunks(keys):
        await session.execute(delete(table).where(among(table, some, tenant)))


async def _mask(session: AsyncSession, found: Found, matcher: Matcher, tenant: str) -> int:
    table, count = found.table, 0
    names = found.treatment.named(Content.WORDS)
    own = [column.name for column in table.primary_key.columns]
    for keys in _chunks(found.mentions):
        columns = [table.c[name] for name in dict.fromkeys([*own, *names])]
        rows = (await session.execute(select(*columns).where(among(table, keys, tenant)))).mappings().all()
        for row in rows:
            values = mask_row({name: row[name] for name in names}, matcher)
            if values:
                key = tuple(row[name] for name in own)
                await session.execute(update(table).where(among(table, [key], tenant)).values(**values))
                count += 1
    return count


async def _mask_knowledge(
    session: AsyncSession, keys: Sequence[Key], matcher: Matcher, tenant: str, today: date
) -> int:
    """Mask resolutions through the feed, so that every index follows; what customers are told is verified anew."""
    if not keys:
        return 0
    rows = await rows_of_keys(session, keys, tenant)
    version = await advance(session, tenant)
    for row in rows:
        old = to_resolution(row)
        new = _masked(old, matcher)
        said = any(getattr(old, name) != getattr(new, name) for name in Resolution.model_fields if name not in _UNSAID)
        if said and new.sent_back is None:
            new = new.model_copy(update={"sent_back": SentBack(since=today, reason=REASON)})
        update_row(row, new, version)
    return len(rows)


async def rows_of_keys(session: AsyncSession, keys: Sequence[Key], tenant: str) -> list[Any]:
    """Return the rows of resolutions by their primary keys."""
    return list((await rows_of(session, tenant, [str(key[-1]) for key in keys])).values())


def _masked(resolution: Resolution, matcher: Matcher) -> Resolution:
    values = resolution.model_dump()
    for stand_in in (placeheld, blotted):  # a blot is as long as what it covers, where a placeholder does not fit
        changed = {text: stand_in(text, matcher) for text in strings(values)}
        try:
            return Resolution.model_validate(_with(values, changed))
        except ValidationError:
            continue
    msg = "A blot is as long as what it covers."
    raise AssertionError(msg)


def _with(value: Any, changed: dict[str, str]) -> Any:  # noqa: ANN401 - a dump of mixed values
    if type(value) is str:
        return changed.get(value, value)
    if isinstance(value, dict):
        return {key: _with(item, changed) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_with(item, changed) for item in value)
    return value


def among(table: Table, keys: Sequence[Key], tenant: str) -> ColumnElement[bool]:
    """Return the condition that a row of the tenant has one of these primary keys."""
    columns = [column for column in table.primary_key.columns if column.name != "tenant"]
    place = [index for index, column in enumerate(table.primary_key.columns) if column.name != "tenant"]
    wanted = [tuple(key[index] for index in place) for key in keys]
    mine: ColumnElement[bool] = table.c.tenant == tenant
    if not columns:
        return mine
    if len(columns) == 1:
        return mine & columns[0].in_([key[0] for key in wanted])
    return mine & tuple_(*columns).in_(wanted)


async def vacuum(database: Database, names: Sequence[str]) -> None:
    """Let PostgreSQL give back the space of deleted rows, so that it is overwritten.

    Raises:
        StorageError: the database could not be written.
    """
    with storage_errors(database.dialect, database.place):
        async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            for name in names:
                await connection.exec_driver_sql(f'VACUUM "{Base.metadata.tables[name].name}"')


def _chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
