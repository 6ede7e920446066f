"""The one database: engine, declarative base, migrations, and the store of resolutions."""

from retrieval.store.base import Base, TenantKey, UTCDateTime
from retrieval.store.connect import create_engine
from retrieval.store.doubts import settle_doubts
from retrieval.store.engine import Database, database_url, open_database
from retrieval.store.feed import NOWHERE, Changes, Position, generation_of
from retrieval.store.resolutions import Kept, Page, ResolutionStore, Snapshot

__all__ = [
    "NOWHERE",
    "Base",
    "Changes",
    "Database",
    "Kept",
    "Page",
    "Position",
    "ResolutionStore",
    "Snapshot",
    "TenantKey",
    "UTCDateTime",
    "create_engine",
    "database_url",
    "generation_of",
    "open_database",
    "settle_doubts",
]
