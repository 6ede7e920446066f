"""Rows as lines of JSON that are the same whichever database they come from, and back."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    LargeBinary,
    MetaData,
    Table,
    Text,
    cast,
    insert,
    select,
    types,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import BindParameter, ColumnElement

from models.errors import StorageError
from retrieval.store import UTCDateTime

CHUNK = 500


class Kind(StrEnum):
    """What a column holds, on any database."""

    TEXT = "text"
    JSON = "json"
    """Carried as the text that was written, so that it comes back byte for byte."""
    MOMENT = "moment"
    DATE = "date"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    BYTES = "bytes"


_KINDS: tuple[tuple[type[types.TypeEngine[Any]], Kind], ...] = (
    (types.JSON, Kind.JSON),
    (types.DateTime, Kind.MOMENT),
    (types.Date, Kind.DATE),
    (types.Boolean, Kind.BOOLEAN),
    (types.Integer, Kind.INTEGER),
    (types.Float, Kind.NUMBER),
    (types.LargeBinary, Kind.BYTES),
    (types.String, Kind.TEXT),
)


class _WrittenJSON(types.UserDefinedType[str]):
    """PostgreSQL's JSON as text both ways."""

    cache_ok = True

    def get_col_spec(self, **_named: object) -> str:
        return "JSON"

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(column, Text)

    def bind_expression(self, bindvalue: BindParameter[Any]) -> ColumnElement[Any]:
        return cast(cast(bindvalue, Text), postgresql.JSON)


_TYPES: dict[Kind, types.TypeEngine[Any]] = {
    Kind.TEXT: Text(),
    Kind.MOMENT: UTCDateTime(),
    Kind.DATE: Date(),
    Kind.BOOLEAN: Boolean(),
    Kind.INTEGER: BigInteger(),
    Kind.NUMBER: Double(),
    Kind.BYTES: LargeBinary(),
}


def kinds_of(table: Table) -> dict[str, Kind]:
    """Return the kind of each column of a table, in the table's order.

    Raises:
        StorageError: a column is of a type that backups do not know yet.
    """
    found = {}
    for column in table.columns:
        kind = next((kind for base, kind in _KINDS if isinstance(column.type, base)), None)
        if kind is None:
            msg = f"The column {table.name}.{column.name} is of a type that backups do not know: add it to them."
            raise StorageError(msg)
        found[column.name] = kind
    return found


def plain_table(table: Table, dialect: str) -> Table:
    """Return a table with the same names, of types that carry every kind faithfully on a dialect."""
    written = _WrittenJSON() if dialect == "postgresql" else Text()
    columns = [
        Column(name, written if kind is Kind.JSON else _TYPES[kind], primary_key=name in table.primary_key)
        for name, kind in kinds_of(table).items()
    ]
    return Table(table.name, MetaData(), *columns)


def read_lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield the rows of a plain table as lines, ordered by key: by bytes, whatever the database's own order is."""
    key = [
        column.collate("C") if connection.dialect.name == "postgresql" and isinstance(column.type, Text) else column
        for column in table.primary_key
    ]
    found = connection.execute(select(table).order_by(*key), execution_options={"yield_per": CHUNK})
    for rows in found.partitions():
        for row in rows:
            line = json.dumps([_encoded(value) for value in row], ensure_ascii=False, separators=(",", ":"))
            yield line.encode() + b"\n"


def write_lines(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Insert lines into a plain table; return how many."""
    names = [column.name for column in table.columns]
    decoders = [_DECODERS.get(type(column.type)) for column in table.columns]
    batch: list[dict[str, Any]] = []
    count = 0
    for line in lines:
        values = json.loads(line)
        decoded = (
            value if value is None or decode is None else decode(value)
            for value, decode in zip(values, decoders, strict=True)
        )
        batch.append(dict(zip(names, decoded, strict=True)))
        count += 1
        if len(batch) == CHUNK:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    return count


_DECODERS: dict[type[types.TypeEngine[Any]], Callable[[str], Any]] = {
    UTCDateTime: datetime.fromisoformat,
    Date: date.fromisoformat,
    LargeBinary: base64.b64decode,
}


def _encoded(value: Any) -> Any:  # noqa: ANN401 - any column's value
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value
