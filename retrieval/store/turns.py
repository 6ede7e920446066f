"""Who writes when on PostgreSQL: writers take turns by advisory locks, which end with their transaction.

Many writes read first and decide by what they read (is the id there already? what number comes next? is this still
open?). On SQLite the whole database has one writer. On PostgreSQL the writers of one tenant take turns and those of
different tenants do not wait for each other; whoever writes to several tenants at once waits for all. Each transaction
takes all its locks at its beginning and in the same order, shared before exclusive ones: so none can wait for another
in a circle, and as they run at READ COMMITTED behind their lock, none fails for being late. Nothing needs to be tried
again, and a deadlock with somebody else's session is reported as busy.
"""

from sqlalchemy import TextClause, text

_CLASS = 0x5249_4651
EVERYBODY = text(f"SELECT pg_advisory_xact_lock({_CLASS}, 0)")
"""Waits for all writers, and keeps all out."""
_PRESENT = f"SELECT pg_advisory_xact_lock_shared({_CLASS}, 0)"
_TENANT = text(
    f"SELECT pg_advisory_xact_lock_shared({_CLASS}, 0), pg_advisory_xact_lock(hashtextextended(:tenant, {_CLASS}))"
)


def turn(tenant: str | None) -> TextClause:
    """Return the statement that waits for a writer's turn: for one tenant's writers, or for all."""
    return EVERYBODY if tenant is None else _TENANT.bindparams(tenant=tenant)
