"""Backups of the whole database: one file, checked byte by byte, restored into SQLite or PostgreSQL alike."""

from retrieval.backup.checking import read_manifest, verify_backup
from retrieval.backup.creating import create_backup
from retrieval.backup.manifest import Manifest
from retrieval.backup.restoring import restore_backup
from retrieval.backup.shelf import Kept, kept_backups, latest_expiry, prune_backups

__all__ = [
    "Kept",
    "Manifest",
    "create_backup",
    "kept_backups",
    "latest_expiry",
    "prune_backups",
    "read_manifest",
    "restore_backup",
    "verify_backup",
]
