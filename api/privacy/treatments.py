"""What every table holds and what an erasure does to it, as ``treatments.yaml`` declares it, column by column."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, RootModel
from sqlalchemy import Column, Table

import api.access.tables
import api.complaints.tables
import api.helpdesks.tables
import api.idempotency.tables
import api.privacy.tables
import api.quality.tables
import api.review.tables
import api.sent.tables
import api.tables  # noqa: F401 - these register their tables on the metadata
from api.privacy.matching import Kind
from inference.documents import read_document
from inference.types import Record
from retrieval.store import Base

_FILE = Path(__file__).with_name("treatments.yaml")


class Content(StrEnum):
    """What a column holds."""

    PLAIN = "plain"
    CUSTOMER = "customer"
    CONVERSATION = "conversation"
    THREAD = "thread"
    DRAFT = "draft"
    DELIVERY = "delivery"
    ANSWER = "answer"
    WORDS = "words"
    STAFF = "staff"
    SECRET = "secret"  # noqa: S105 - a treatment's name


_LINKS = {
    Content.CUSTOMER: Kind.CUSTOMER,
    Content.CONVERSATION: Kind.CONVERSATION,
    Content.THREAD: Kind.CONVERSATION,
    Content.DRAFT: Kind.DRAFT,
}


class Own(StrEnum):
    """What becomes of the erased customer's own rows."""

    DELETED = "deleted"
    CLEARED = "cleared"
    KEPT = "kept"


class Mention(StrEnum):
    """What becomes of other rows in which a value of the customer stands."""

    MASKED = "masked"
    DELETED = "deleted"
    KNOWLEDGE = "knowledge"
    NONE = "none"


class Keep(Record):
    """Which class of retention a table's rows belong to, and the column that its time is counted from."""

    term: str = Field(alias="class")
    moment: str


class Treatment(Record):
    """One table's declaration."""

    holds: str
    why: str
    own: Own
    mention: Mention = Mention.NONE
    keep: Keep | None = None
    columns: dict[str, Content]

    def named(self, *treatments: Content) -> list[str]:
        """Return the columns that are treated so, in the declaration's order."""
        return [name for name, treatment in self.columns.items() if treatment in treatments]

    @property
    def links(self) -> Mapping[str, Kind]:
        """The columns that say whose a row is."""
        return {name: _LINKS[treatment] for name, treatment in self.columns.items() if treatment in _LINKS}

    @property
    def linking(self) -> list[str]:
        """The columns that say whose a row is, with the connection that makes a helpdesk's ids unique."""
        return [*self.links, *(["connection"] if "connection" in self.columns else [])]

    @property
    def words(self) -> list[str]:
        """The columns in which a value of a customer may stand."""
        return self.named(Content.WORDS, Content.DELIVERY, Content.ANSWER)


class _File(RootModel[dict[str, Treatment]]):
    pass


@cache
def treatments() -> Mapping[str, Treatment]:
    """Return all declarations by table.

    Raises:
        ConfigurationError: the file does not fit its schema.
    """
    return read_document(_FILE.read_bytes(), _File, "treatments.yaml").root


def undeclared() -> list[str]:
    """Return the tables and columns that are not declared, or declared and not there."""
    declared, faults = treatments(), list[str]()
    for table in Base.metadata.sorted_tables:
        known = declared[table.name].columns.keys() if table.name in declared else set[str]()
        faults += [f"{table.name}.{name}" for name in known ^ {column.name for column in table.columns}]
    return sorted(faults + [name for name in declared if name not in Base.metadata.tables])


def treated() -> list[tuple[Table, Treatment]]:
    """Return the tables with their declarations, parents before children."""
    declared = treatments()
    return [(table, declared[table.name]) for table in Base.metadata.sorted_tables if table.name in declared]


def emptied(column: "Column[Any]") -> object:
    """Return what a cleared column holds."""
    if column.nullable:
        return None
    return {} if column.type.python_type is dict else ""
