from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

pytest.importorskip("psycopg", reason="needs the postgres extra")
pytest.importorskip("pgvector", reason="needs the postgres extra")

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from models.errors import ConfigurationError, OverloadedError, RifqError, StorageError
from retrieval.engine.base import VectorIndex
from retrieval.remote import open_remote
from retrieval.remote.postgres import PgVectorIndex
from retrieval.remote.postgres_errors import postgres_errors
from tests.databases import PASSWORD, Postgres
from tests.retrieval.engine_contract import ARABIC, DIMENSION, OpenIndex, VectorIndexContract, fill, slots, unit


@pytest.fixture
def engine(postgres: Postgres) -> Iterator[Engine]:
    opened = create_engine(postgres.url())
    yield opened
    opened.dispose()


@pytest.fixture
def open_pg(engine: Engine) -> Iterator[Callable[..., PgVectorIndex]]:
    test, opened = uuid4().hex, []

    def open_(name: str, dimension: int = DIMENSION, *, on: Engine = engine, **options: int) -> PgVectorIndex:
        opened.append(PgVectorIndex(on, name=f"{name}/{test}", dimension=dimension, **options))
        return opened[-1]

    yield open_
    for index in opened:
        index.drop()
        index.close()


class TestPgVector(VectorIndexContract):
    @pytest.fixture
    def open_index(self, open_pg: Callable[..., VectorIndex]) -> OpenIndex:
        return open_pg


class TestPgVectorWithGraph(VectorIndexContract):
    @pytest.fixture
    def open_index(self, open_pg: Callable[..., VectorIndex]) -> OpenIndex:
        return lambda name: open_pg(name, graph_above=1)


def test_a_graph_is_made_once_and_finds_the_nearest(open_pg: Callable[..., PgVectorIndex], engine: Engine) -> None:
    index, vectors = open_pg("grown", graph_above=2_000), unit(3_000)
    facets = [frozenset({f"tag:{slot % 3}", *(["tag:rare"] if slot < 4 else [])}) for slot in range(3_000)]
    index.add(np.arange(2_000), vectors[:2_000], facets[:2_000])
    assert _graphs(engine) == 0
    index.add(np.arange(2_000, 3_000), vectors[2_000:], facets[2_000:])
    assert _graphs(engine) == 1
    again = open_pg("grown", graph_above=2_000)
    again.add(slots(3_000), unit(1, seed=5), [ARABIC])
    queries = unit(20, seed=6)
    wanted = [set((np.argsort(-(vectors[::3] @ query))[:10] * 3).tolist()) for query in queries]
    found = [set(again.search(query, count=10, where=(frozenset({"tag:0"}),)).slots.tolist()) for query in queries]
    assert sum(len(one & other) for one, other in zip(wanted, found, strict=True)) >= 0.9 * 200
    rare = again.search(queries[0], count=10, where=(frozenset({"tag:rare"}),))
    assert sorted(rare.slots.tolist()) == [0, 1, 2, 3]
    assert len(again.search(queries[0], count=5_000).slots) == 3_001


def test_a_filter_that_the_graph_gives_up_on_is_answered_exactly(
    open_pg: Callable[..., PgVectorIndex], postgres: Postgres
) -> None:
    options = "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off -c hnsw.max_scan_tuples=1"
    hasty = create_engine(postgres.url(), connect_args={"options": options})
    vectors, query = unit(3_000), unit(1, seed=6)[0]
    farthest = set(np.argsort(vectors @ query)[:4].tolist())
    facets = [frozenset({"tag:rare"}) if slot in farthest else ARABIC for slot in range(3_000)]
    index = open_pg("hasty", on=hasty, graph_above=500)
    index.add(np.arange(3_000), vectors, facets)
    assert set(index.search(query, count=3, where=(frozenset({"tag:rare"}),)).slots.tolist()) < farthest
    assert len(index.search(query, count=3_000).slots) == 3_000


def test_a_repeated_add_replaces(open_pg: Callable[..., PgVectorIndex]) -> None:
    index = open_pg("repeated")
    fill(index)
    index.add(slots(3), unit(1, seed=5), [ARABIC])
    assert len(index) == 40
    assert index.search(unit(1, seed=5)[0], count=1, where=(ARABIC,)).slots.tolist() == [3]


def test_what_was_added_is_there_after_opening_anew(open_pg: Callable[..., PgVectorIndex]) -> None:
    fill(open_pg("kept"))
    assert len(open_pg("kept")) == 40


def test_an_add_that_fails_leaves_nothing(open_pg: Callable[..., PgVectorIndex]) -> None:
    index = open_pg("whole")
    with pytest.raises(StorageError, match="SQLSTATE"):
        index.add(np.array([1, 2]), np.array([unit(1)[0], np.full(DIMENSION, np.nan)], dtype=np.float32), [ARABIC] * 2)
    assert len(index) == 0


def test_another_dimension_is_refused(open_pg: Callable[..., PgVectorIndex]) -> None:
    open_pg("wide")
    with pytest.raises(ConfigurationError, match=r"dimension 32 .* have 33"):
        open_pg("wide", dimension=33)


def test_the_url_opens_a_namespace(postgres: Postgres) -> None:
    index = open_remote(postgres.url(), name="by url", dimension=4)
    assert isinstance(index, PgVectorIndex)
    index.add(slots(1), unit(1, dimension=4), [ARABIC])
    assert len(index) == 1
    index.drop()
    with pytest.raises(StorageError, match="dropped"):
        len(index)
    index.close()


def test_faults_say_what_to_do_and_keep_the_password(postgres: Postgres) -> None:
    nowhere = postgres.url().replace("rifq-pg-", "rifq-none-")
    faults: list[tuple[str, type[RifqError], str]] = [
        (postgres.url(password="wrong-secret"), ConfigurationError, "refused the login"),  # noqa: S106
        (postgres.url(database="absent"), ConfigurationError, "refused the login"),
        (nowhere, StorageError, "cannot be reached"),
        (f"postgresql+psycopg://rifq:{PASSWORD}@127.0.0.1:1/x", ConfigurationError, "percent-encode|cannot be read"),
        ("postgresql+psycopg://rifq:secret@127.0.0.1:1/x", StorageError, "127.0.0.1:1 cannot be reached"),
        ("postgresql+psycopg://rifq:secret@host:port/x", ConfigurationError, "cannot be read"),
    ]
    for url, kind, message in faults:
        with pytest.raises(kind, match=message) as caught:
            open_remote(url, name="any", dimension=4)
        assert not any(part in str(caught.value) for part in ("secret", "p@ss", "ss:word", "سر"))


def test_a_login_without_rights_is_told_to_get_them(postgres: Postgres, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE ROLE reader LOGIN PASSWORD 'reader'"))
    reader = create_engine(make_url(postgres.url()).set(username="reader", password="reader"))  # noqa: S106
    with pytest.raises(ConfigurationError, match="grant"):
        PgVectorIndex(reader, name="foreign", dimension=4)
    reader.dispose()


def test_a_database_without_pgvector_is_told_to_get_it(postgres: Postgres, engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE bare"))
    bare = create_engine(make_url(postgres.url(database="bare")).set(username="plain", password="plain"))  # noqa: S106
    with engine.begin() as connection:
        connection.execute(text("CREATE ROLE plain LOGIN PASSWORD 'plain'"))
    with pytest.raises(ConfigurationError, match="CREATE EXTENSION vector"):
        PgVectorIndex(bare, name="bare", dimension=4)
    bare.dispose()


def test_a_statement_that_takes_too_long_is_overload(engine: Engine) -> None:
    def sleep() -> None:
        with postgres_errors("db:5432"), engine.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 1"))
            connection.execute(text("SELECT pg_sleep(5)"))

    with pytest.raises(OverloadedError, match="db:5432 is too busy"):
        sleep()


def test_searches_are_limited_in_time(open_pg: Callable[..., PgVectorIndex], engine: Engine) -> None:
    index, seen = open_pg("limited"), []

    def note(_: Connection, cursor: Any, *__: object) -> None:
        seen.append(cursor.connection.execute("SHOW statement_timeout").fetchone()[0])

    event.listen(engine, "after_cursor_execute", note)
    index.search(unit(1)[0], count=1)
    event.remove(engine, "after_cursor_execute", note)
    assert set(seen) == {"30s"}


def test_a_store_without_free_connections_is_overloaded(postgres: Postgres) -> None:
    narrow = create_engine(postgres.url(), pool_size=1, max_overflow=0, pool_timeout=0.01)
    with narrow.connect(), pytest.raises(OverloadedError, match="in use"):
        PgVectorIndex(narrow, name="any", dimension=4)
    narrow.dispose()


def _graphs(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM pg_indexes WHERE indexname LIKE '%grown%graph'")) or 0)
