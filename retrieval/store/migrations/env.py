"""Alembic environment: runs on the connection that ``retrieval.store.engine.upgrade`` hands over."""

from alembic import context

import retrieval.store.tables  # noqa: F401 - registers the tables on the metadata
from retrieval.store.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
