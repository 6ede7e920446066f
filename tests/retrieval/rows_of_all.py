"""Rows for every table of any revision: two tenants, two rows each, made from the tables' own columns."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table

from retrieval.backup.rows import Kind, kinds_of, plain_table, read_lines
from retrieval.store.migrating import revision_of, schema_at

TENANTS = ("one", "مستأجر")
_START = datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)
_MESSAGE = '{"text": "وين طلبي؟ 😡", "channel": "email", "conversation": "c-1", "commitments": [{"owed": true}]}'
_SPECIAL: dict[tuple[str, str], Any] = {
    ("commitment_events", "number"): 1,  # a check allows two
    ("commitments", "sent_id"): None,  # a check allows a draft or a sent reply
    ("drafts", "message"): _MESSAGE,  # later revisions read them
    ("drafts", "analysis"): '{"signals": [{"name": "urgency"}]}',
    ("resolutions", "retired"): None,  # what an older revision cannot say is not kept as it was: see test_life
    ("resolutions", "sent_back"): None,
}
"""Values that a column's type alone does not give; a revision whose table needs others adds a line."""


def fill_table(connection: Connection, table: Table) -> None:
    """Write rows into one table, whose parents hold theirs."""
    plain = plain_table(table, connection.dialect.name)
    connection.execute(plain.insert(), list(_rows(table)))


def contents(connection: Connection) -> dict[str, list[bytes]]:
    """Return the lines of all tables at the database's own revision."""
    tables = schema_at(revision_of(connection) or "").sorted_tables
    return {table.name: list(read_lines(connection, plain_table(table, connection.dialect.name))) for table in tables}


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    kinds = kinds_of(table)
    for place, tenant in enumerate(TENANTS):
        for number in range(1 if table.primary_key.columns.keys() == ["tenant"] else 2):
            yield {
                column.name: tenant
                if column.name == "tenant"
                else _value(table, column, kinds[column.name], 2 * place + number)
                for column in table.columns
            }


def _value(table: Table, column: Column[Any], kind: Kind, number: int) -> Any:
    if (table.name, column.name) in _SPECIAL:
        return _SPECIAL[table.name, column.name]
    parents = [key.column for key in column.foreign_keys if key.column.name != "tenant"]
    if parents:
        return _value(parents[0].table, parents[0], kind, number)
    if column.nullable and number % 2:
        return None
    length = getattr(column.type, "length", None) or 60
    values: dict[Kind, Any] = {
        Kind.TEXT: f"{number}-{column.name[:20]} «نصّ» \u2028'\"\\ 🙂"[:length],
        Kind.JSON: f'{{"b": [{number}, 1.50, null], "a":  "مرحبا \\\\ 🙂"}}',  # not as a writer would put it
        Kind.MOMENT: _START + timedelta(days=number, microseconds=number),
        Kind.DATE: date(2026, 2, 28) + timedelta(days=number),
        Kind.BOOLEAN: bool(number % 2),
        Kind.INTEGER: 2**31 - 1 - number,
        Kind.NUMBER: 0.1 + number,
        Kind.BYTES: bytes([0, 255, number]),
    }
    return values[kind]
