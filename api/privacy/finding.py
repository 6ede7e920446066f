"""Finds a subject in every table: rows that are theirs, and rows of others in which a value of theirs stands."""

import json
import re
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.privacy.matching import Kind, Matcher
from api.privacy.texts import strings
from api.privacy.treatments import Content, Mention, Own, Treatment, treated, treatments
from inference.types import Record
from models.errors import InputError

CHUNK = 500
MOST_SPELLINGS = 1_000
SHORTEST_ID = 4
"""Characters of a helpdesk's id that is looked for in the body of an unread delivery."""
_ID = re.compile(r"[0-9a-f]{32}")
_CONVERSATION = re.compile(r'"conversation": ?("(?:[^"\\]|\\.)*")')
Key = tuple[Any, ...]
Row = Mapping[str, Any]
_LEADS = {Kind.CUSTOMER: (Kind.CONVERSATION, Kind.DRAFT), Kind.CONVERSATION: (Kind.DRAFT,), Kind.DRAFT: ()}


class Held(Record):
    """Ids whose data stays, whoever asks."""

    customers: frozenset[str] = frozenset()
    conversations: frozenset[str] = frozenset()
    drafts: frozenset[str] = frozenset()

    def has(self, kind: Kind, value: str) -> bool:
        """Tell whether an id is held."""
        ids = {Kind.CUSTOMER: self.customers, Kind.CONVERSATION: self.conversations, Kind.DRAFT: self.drafts}
        return value in ids[kind]


NOTHING_HELD = Held()


@dataclass
class Found:
    """What one table holds of the subject.

    Attributes:
        own: primary keys of the subject's rows.
        mentions: primary keys of other rows in which a value stands.
        held: other rows in which a value stands and which a hold keeps as they are.
        read: rows read.
    """

    table: Table
    treatment: Treatment
    own: list[Key] = field(default_factory=list)
    mentions: list[Key] = field(default_factory=list)
    held: int = 0
    read: int = 0

    @property
    def to_do(self) -> int:
        """Rows that an erasure changes or removes."""
        return len(self.mentions) + (0 if self.treatment.own is Own.KEPT else len(self.own))


@dataclass
class Findings:
    """What a tenant's tables hold of the subject.

    Attributes:
        tables: each table's findings, parents before children.
        matcher: recognises the subject by the ids too that were found on the way.
        ids: the subject's ids, by kind.
        near: conversations and drafts in which a value stands, and of which no id says that they are the subject's.
        spelt: the values as they are spelt in what was found; at most ``MOST_SPELLINGS``.
    """

    tables: list[Found]
    matcher: Matcher
    ids: dict[Kind, set[str]]
    near: dict[Kind, set[str]]
    spelt: set[str]

    @property
    def to_do(self) -> int:
        """Rows that an erasure changes or removes."""
        return sum(item.to_do for item in self.tables)


async def find(session: AsyncSession, matcher: Matcher, *, tenant: str, held: Held = NOTHING_HELD) -> Findings:
    """Read all of a tenant's tables for a subject.

    A customer's id leads to their conversations, and those to the drafts. Never the other way: a conversation's id
    alone does not lead to the customer's other ones.

    Args:
        session: a reading session, so that all tables are seen at one moment; or a writing one.
        matcher: recognises the subject.
        tenant: whose tables.
        held: what stays as it is where it is not the subject's own.

    Raises:
        InputError: a customer's id is one of several helpdesks' customers.
    """
    search = _Search(session, matcher, tenant, held)
    await search.follow()
    # Kept answers last: they are found by the ids of what was found.
    order = sorted(treated(), key=lambda item: bool(item[1].named(Content.ANSWER)))
    tables = [await search.read(table, treatment) for table, treatment in order]
    return Findings(tables, search.matcher, search.ids, search.near, search.spelt)


class _Search:
    """One reading of all tables."""

    def __init__(self, session: AsyncSession, matcher: Matcher, tenant: str, held: Held) -> None:
        self.matcher = matcher
        self.ids: dict[Kind, set[str]] = {kind: set() for kind in _LEADS}
        self.near: dict[Kind, set[str]] = {Kind.CONVERSATION: set(), Kind.DRAFT: set()}
        self.spelt = set[str]()
        self._session = session
        self._tenant = tenant
        self._held = held
        self._own: dict[str, set[Key]] = {}

    async def follow(self) -> None:
        """Learn the ids to which the given ones lead."""
        for kind, further in _LEADS.items():
            sources = dict[str, set[str]]()
            for table, treatment in treated():
                if kind not in treatment.links.values():
                    continue
                async for row in rows_of(self._session, table, treatment.linking, self._tenant):
                    self._learn(row, treatment, kind, further, sources)
            if unsure := [value for value, connections in sources.items() if len(connections) > 1]:
                msg = f"{len(unsure)} of the ids belong to customers of several helpdesks: write CONNECTION:ID."
                raise InputError(msg, field="customers")
            for one in (kind, *further):
                self.matcher = self.matcher.with_ids(one, self.ids[one])

    def _learn(
        self, row: Row, treatment: Treatment, kind: Kind, further: Collection[Kind], sources: dict[str, set[str]]
    ) -> None:
        links = list(linked(treatment, row))
        mine = [(one, value) for one, value in links if one is kind and self.matcher.has(kind, value)]
        for one, value in (*mine, *(link for link in links if mine and link[0] in further)):
            self.ids[one].add(value)
        for _, value in mine:
            if kind is Kind.CUSTOMER and "connection" in row:
                sources.setdefault(value, set()).add(row["connection"])

    async def read(self, table: Table, treatment: Treatment) -> Found:
        """Read one table; its parents have been read."""
        found = Found(table, treatment)
        async for row in rows_of(self._session, table, _needed(table, treatment), self._tenant):
            self._judge(found, row)
        self._own[table.name] = set(found.own)
        return found

    def _judge(self, found: Found, row: Row) -> None:
        found.read += 1
        treatment = found.treatment
        key = tuple(row[column.name] for column in found.table.primary_key.columns)
        links = list(linked(treatment, row))
        if any(self.matcher.has(kind, value) for kind, value in links) or self._hangs(found.table, row):
            if treatment.own is not Own.CLEARED or not is_cleared(treatment, row):
                found.own.append(key)
                self._spell(treatment, row)
            return
        if treatment.mention is Mention.NONE or not (self._spell(treatment, row) or self._named(treatment, row)):
            return
        if any(self._held.has(kind, value) for kind, value in links):
            found.held += 1
            return
        found.mentions.append(key)
        for kind, value in links:
            if kind in self.near:
                self.near[kind].add(value)

    def _spell(self, treatment: Treatment, row: Row) -> bool:
        """Tell whether values stand in a row's words, and remember how they are spelt there."""
        words = [text for name in treatment.words for text in strings(row[name])]
        if not self.matcher.may_hold(" ".join(words)):
            return False
        spelt = {text[start:end] for text in words for start, end in self.matcher.spans(text)}
        if len(self.spelt) < MOST_SPELLINGS:
            self.spelt |= spelt
        return bool(spelt)

    def _named(self, treatment: Treatment, row: Row) -> bool:
        if any(self._names(row[name], row["connection"]) for name in treatment.named(Content.DELIVERY)):
            return True
        return any(self._shows(row[name] or "") for name in treatment.named(Content.ANSWER))

    def _shows(self, answer: str) -> bool:
        """Tell whether a kept answer names a conversation, a draft, or another row of the subject's."""
        ids = set(_ID.findall(answer))
        if not ids.isdisjoint(self._ids_of_own) or any(self.matcher.has(Kind.DRAFT, id_) for id_ in ids):
            return True
        named = (json.loads(found, strict=False) for found in _CONVERSATION.findall(answer))
        return any(self.matcher.has(Kind.CONVERSATION, id_) for id_ in named)

    @cached_property
    def _ids_of_own(self) -> set[object]:
        """What rows of the subject's are called; asked for when they are all known."""
        declared = treatments()
        gone = (keys for name, keys in self._own.items() if declared[name].own is not Own.KEPT)
        return {part for keys in gone for key in keys for part in key}

    def _names(self, body: bytes, connection: str) -> bool:
        """Tell whether an unread delivery names one of the subject's conversations or the customer."""
        if not body:
            return False
        known = self.ids[Kind.CONVERSATION] | self.ids[Kind.CUSTOMER]
        ids = {bare for bare in (value.removeprefix(f"{connection}:") for value in known) if len(bare) >= SHORTEST_ID}
        try:
            return bool(ids) and any(str(item) in ids for item in _scalars(json.loads(body)))
        except (ValueError, RecursionError):
            return False

    def _hangs(self, table: Table, row: Row) -> bool:
        """Tell whether a row hangs on one of the subject's."""
        for constraint in table.foreign_key_constraints:
            parent = constraint.referred_table
            targets = {element.column.name: row[element.parent.name] for element in constraint.elements}
            key = tuple(targets.get(column.name) for column in parent.primary_key.columns)
            if key in self._own.get(parent.name, ()):
                return True
        return False


def linked(treatment: Treatment, row: Row) -> Iterator[tuple[Kind, str]]:
    """Yield the ids that say whose a row is; of a helpdesk's customer the plain id and the one with its connection."""
    for name, kind in treatment.links.items():
        value = row[name]
        if not value:
            continue
        if treatment.columns[name] is Content.THREAD:
            yield kind, f"{row['connection']}:{value}"
            continue
        yield kind, value
        if kind is Kind.CUSTOMER and "connection" in row:
            yield kind, f"{row['connection']}:{value}"


def is_cleared(treatment: Treatment, row: Row) -> bool:
    """Tell whether a row holds nothing personal any more."""
    return not any(row[name] for name in cleared(treatment))


def cleared(treatment: Treatment) -> list[str]:
    """Return the columns that are emptied where a row is cleared."""
    return treatment.named(Content.WORDS, Content.CUSTOMER, Content.CONVERSATION, Content.DRAFT)


async def held_by_others(session: AsyncSession, values: Collection[str], *, tenant: str) -> set[str]:
    """Return which of these spellings stand, as they are, in rows of other tenants."""
    found, missing = set[str](), set(values)
    for table, _ in treated():
        query = select(*table.columns).where(table.c.tenant != tenant).execution_options(yield_per=CHUNK)
        async for row in await session.stream(query):
            for text in strings(tuple(row)):
                found |= {value for value in missing if value in text}
            missing -= found
    return found


async def rows_of(session: AsyncSession, table: Table, names: Collection[str], tenant: str) -> AsyncIterator[Row]:
    """Yield some columns of a tenant's rows, streamed."""
    columns = [table.c[name] for name in names]
    query = select(*columns).where(table.c.tenant == tenant).execution_options(yield_per=CHUNK)
    async for row in await session.stream(query):
        yield dict(zip(names, row, strict=True))


def _scalars(value: object) -> Iterator[object]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _scalars(item)
    elif isinstance(value, str | int):
        yield value


def _needed(table: Table, treatment: Treatment) -> list[str]:
    keys = [column.name for column in table.primary_key.columns]
    foreign = [column.name for constraint in table.foreign_key_constraints for column in constraint.columns]
    return list(dict.fromkeys([*keys, *foreign, *treatment.linking, *treatment.words]))
