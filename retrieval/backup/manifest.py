"""What a backup file says of itself.

A backup is a ZIP file: ``tables/NAME.ndjson`` (a row a line, a JSON array in the order of the manifest's columns),
``files/...`` (policies, where they were asked for) and, written last, ``manifest.json``.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from retrieval.backup.rows import Kind

FORMAT = "rifq-backup"
VERSION = 1
MANIFEST = "manifest.json"
TABLES = "tables/"
FILES = "files/"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[\w@+-][\w.@+-]*(/[\w@+-][\w.@+-]*)*$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)
    """In bytes, before compression."""


class TableEntry(_Entry):
    """One table, with the kind of each column."""

    rows: int = Field(ge=0)
    columns: dict[str, Kind]

    @property
    def member(self) -> str:
        """Its name in the file."""
        return f"{TABLES}{self.name}.ndjson"


class FileEntry(_Entry):
    """One file that was put in beside the tables."""

    @property
    def member(self) -> str:
        """Its name in the file."""
        return f"{FILES}{self.name}"


class Manifest(BaseModel):
    """All that is known of a backup; what is not listed here is no part of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["rifq-backup"] = "rifq-backup"
    version: Literal[1] = 1
    made_at: datetime
    expires_at: datetime
    database: Literal["sqlite", "postgresql"]
    """The kind that it was made from; it can be restored into either."""
    revision: str
    """Of the schema."""
    revisions: dict[str, str]
    """Of the policy, the model and the program, by name."""
    lineage: dict[str, str]
    """Where each tenant's knowledge stood: lineage and generation."""
    tables: tuple[TableEntry, ...]
    files: tuple[FileEntry, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)
