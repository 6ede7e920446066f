"""Keys in PostgreSQL with pgvector: a table for each namespace, vectors in half precision, a graph once it is large."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    any_,
    create_engine,
    delete,
    func,
    literal,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ArgumentError

from models.errors import ConfigurationError
from retrieval.engine.base import Near, Slots, Where
from retrieval.remote.common import check_keys, in_order, nearest_first, place, storage_name
from retrieval.remote.postgres_errors import extension_errors, postgres_errors
from retrieval.vectors import Vectors

GRAPH_ABOVE = 5_000
"""Keys up to which every search compares the query with all: many keys are linked faster at once than singly."""
_CONNECT_SECONDS = 5
_STATEMENT_SECONDS = 30
_POOL = 4
_CHUNK = 1_000
_SEARCHED, _MOST_SEARCHED = 100, 1_000
"""Keys that a search keeps in view (``hnsw.ef_search``): at least, and pgvector's limit."""
_OPENING = 0x52494651
"""Advisory lock: CREATE ... IF NOT EXISTS of two processes at once can fail."""
_OLDEST = (0, 8)
"""pgvector from which a filter acts inside the search of the graph (iterative scans)."""

_SETTINGS = text(
    "SELECT set_config('statement_timeout', :milliseconds, true), set_config('hnsw.ef_search', :searched, true),"
    " set_config('hnsw.iterative_scan', 'relaxed_order', true)"
)
_EXACT = text(
    "SELECT set_config('enable_indexscan', 'off', true), set_config('enable_seqscan', 'on', true),"
    " set_config('enable_sort', 'on', true)"
)
"""Keeps the planner from the graph, whatever the server's own settings."""
_EXTENSION = text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
_CREATE_EXTENSION = text("CREATE EXTENSION IF NOT EXISTS vector")
_DIMENSION = text("SELECT atttypmod FROM pg_attribute WHERE attrelid = to_regclass(:table) AND attname = 'vector'")
_EXISTS = text("SELECT to_regclass(:name) IS NOT NULL")


def open_postgres(url: str, *, name: str, dimension: int) -> "PgVectorIndex":
    """Open a namespace of a PostgreSQL database; see ``open_remote``. Indexes of one URL share their connections."""
    return PgVectorIndex(_engine(url), name=name, dimension=dimension)


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        # The cause stays out: it may quote the URL with its password.
        msg = (
            "The vector store's PostgreSQL URL cannot be read: write postgresql+psycopg://user:password@host/database."
        )
        raise ConfigurationError(msg) from None
    if "@" in (parsed.host or ""):
        msg = "The vector store's PostgreSQL URL holds a password with reserved characters: percent-encode them."
        raise ConfigurationError(msg)
    return create_engine(
        parsed,
        pool_size=_POOL,
        max_overflow=0,
        pool_timeout=_STATEMENT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        # Unprepared statements are planned with their values (a rare facet asks for another plan than a common one)
        # and pass through connection poolers.
        connect_args={"connect_timeout": _CONNECT_SECONDS, "prepare_threshold": None, "application_name": "rifq"},
    )


class PgVectorIndex:
    """A ``VectorIndex`` in a table of its own: exact while it is small, an HNSW graph beyond ``graph_above`` keys.

    Every call is one transaction; adding what is there already replaces it, so that a call that was cut off can be
    repeated. Needs pgvector 0.8 or newer.

    Half precision moves inner products of unit vectors by less than 0.001 and halves the store.

    Args:
        engine: of a database, with the psycopg driver.
        name: of the namespace.
        dimension: length of a vector, at most 4,000.
        graph_above: keys above which a graph is made.

    Raises:
        ConfigurationError, StorageError, OverloadedError: as for ``open_remote``; so does every method.
    """

    def __init__(self, engine: Engine, *, name: str, dimension: int, graph_above: int = GRAPH_ABOVE) -> None:
        self._engine = engine
        self._dimension = dimension
        self._graph_above = graph_above
        self._keys = _table(storage_name(name), dimension)
        self._graph_name = f"{self._keys.name}_graph"
        with self._transaction() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_OPENING)))
            _check_extension(connection)
            self._keys.create(connection, checkfirst=True)
            self._check_dimension(connection)
            self._has_graph = bool(connection.scalar(_EXISTS, {"name": self._graph_name}))

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    @property
    def slots(self) -> Slots:
        """Slots of all keys, ascending [keys]."""
        with self._transaction(seconds=0) as connection:
            return np.array(connection.scalars(select(self._keys.c.slot).order_by(self._keys.c.slot)).all(), np.int64)

    def __len__(self) -> int:
        with self._transaction() as connection:
            return connection.scalar(select(func.count()).select_from(self._keys)) or 0

    def add(self, slots: Slots, vectors: Vectors, facets: Sequence[frozenset[str]]) -> None:
        """Take up keys, or replace them.

        Args:
            slots: numbers of keys [n].
            vectors: unit vectors [n, dimension], float32.
            facets: what filters can ask of each key [n].

        Raises:
            ValueError: the three do not fit each other.
        """
        check_keys(self._dimension, slots, vectors, facets)
        insert = postgresql.insert(self._keys)
        replaced = {name: insert.excluded[name] for name in ("vector", "facets")}
        statement = insert.on_conflict_do_update(index_elements=["slot"], set_=replaced)
        with self._transaction() as connection:
            for start in range(0, len(slots), _CHUNK):
                part = slice(start, start + _CHUNK)
                rows = zip(slots[part].tolist(), vectors[part], facets[part], strict=True)
                connection.execute(
                    statement, [{"slot": slot, "vector": vector, "facets": sorted(own)} for slot, vector, own in rows]
                )
        self._link()

    def remove(self, slots: Slots) -> None:
        """Forget keys; slots that are not there are passed over."""
        with self._transaction() as connection:
            connection.execute(delete(self._keys).where(self._are(slots)))

    def search(self, query: Vectors, *, count: int, where: Where = ()) -> Near:
        """Return the nearest ``count`` keys that pass the filter (all, where fewer do).

        Args:
            query: one unit vector [dimension], float32.
            count: at least 1.
            where: acts inside the search.
        """
        distance = self._keys.c.vector.max_inner_product(query).label("distance")
        nearest = (
            select(self._keys.c.slot, distance)
            .where(*(self._keys.c.facets.overlap(sorted(group)) for group in where))
            .order_by(distance)
            .limit(count)
        )
        with self._transaction(searched=min(max(_SEARCHED, count), _MOST_SEARCHED)) as connection:
            found = _run(connection, nearest)
            if len(found.slots) < count:
                # A graph gives up on a rare filter, and misses what no link leads to: what is left is few or rare.
                connection.execute(_EXACT)
                found = _run(connection, nearest)
        return found

    def vectors(self, slots: Slots) -> Vectors:
        """Return keys' vectors in half precision [n, dimension].

        Raises:
            KeyError: a slot is not there.
        """
        wanted = select(self._keys.c.slot, self._keys.c.vector).where(self._are(slots))
        with self._transaction() as connection:
            found = {row.slot: row.vector for row in connection.execute(wanted)}
        return in_order(slots, found, self._dimension)

    def drop(self) -> None:
        """Forget the namespace with all its keys; this object is of no use afterwards."""
        with self._transaction() as connection:
            self._keys.drop(connection, checkfirst=True)

    def close(self) -> None:
        """Close the idle connections of this URL; a later call opens them anew."""
        self._engine.dispose()

    def _are(self, slots: Slots) -> ColumnElement[bool]:
        return self._keys.c.slot == any_(literal(slots.tolist(), ARRAY(BigInteger)))

    def _link(self) -> None:
        if self._has_graph or len(self) <= self._graph_above:
            return
        graph = Index(
            self._graph_name,
            self._keys.c.vector,
            postgresql_using="hnsw",
            postgresql_ops={"vector": "halfvec_ip_ops"},
        )
        with self._transaction(seconds=0) as connection:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(self._graph_name, 0))))
            graph.create(connection, checkfirst=True)
            # Without statistics every facet counts as rare, and the graph would hardly be used with a filter.
            name = self._engine.dialect.identifier_preparer.format_table(self._keys)
            connection.execute(text(f"ANALYZE {name}"))
        self._has_graph = True

    def _check_dimension(self, connection: Connection) -> None:
        stored = connection.scalar(_DIMENSION, {"table": self._keys.name})
        if stored != self._dimension:
            msg = (
                f"The vector store holds vectors of dimension {stored} under this name, the encoder's have "
                f"{self._dimension}: choose another name, or drop table {self._keys.name} and index anew."
            )
            raise ConfigurationError(msg)

    @contextmanager
    def _transaction(self, *, seconds: int = _STATEMENT_SECONDS, searched: int = _SEARCHED) -> Iterator[Connection]:
        """Open a transaction whose statements may take so long (0 sets no limit) and keep so many keys in view."""
        where = place(self._engine.url.host, self._engine.url.port)
        with postgres_errors(where), self._engine.begin() as connection:
            connection.execute(_SETTINGS, {"milliseconds": str(seconds * 1_000), "searched": str(searched)})
            yield connection


def _table(name: str, dimension: int) -> Table:
    table = Table(
        name,
        MetaData(),
        Column("slot", BigInteger, primary_key=True, autoincrement=False),
        Column("vector", HALFVEC(dimension), nullable=False),
        Column("facets", postgresql.ARRAY(Text), nullable=False),
    )
    Index(f"{name}_facets", table.c.facets, postgresql_using="gin")
    return table


def _run(connection: Connection, nearest: Select[int, float]) -> Near:
    found = connection.execute(nearest).all()
    return nearest_first([slot for slot, _ in found], -np.array([distance for _, distance in found], dtype=np.float64))


def _check_extension(connection: Connection) -> None:
    version = connection.scalar(_EXTENSION)
    if version is None:
        with extension_errors():
            connection.execute(_CREATE_EXTENSION)
        version = connection.scalar(_EXTENSION)
    if tuple(int(part) for part in str(version).split(".")[:2]) < _OLDEST:
        msg = f"The database has pgvector {version}: install 0.8 or newer and run  ALTER EXTENSION vector UPDATE."
        raise ConfigurationError(msg)
