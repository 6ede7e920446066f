"""The one database: engine, declarative base, migrations, and the store of resolutions."""

from retrieval.store.base import Base, TenantKey, UTCDateTime
from retrieval.store.doubts import settle_doubts
from retrieval.store.engine import Database, database_url, open_database
from retrieval.store.resolutions import Kept, Page, ResolutionStore, Snapshot

__all__ = [
    "Base",
    "Database",
    "Kept",
    "Page",
    "ResolutionStore",
    "Snapshot",
    "TenantKey",
    "UTCDateTime",
    "database_url",
    "open_database",
    "settle_doubts",
]
