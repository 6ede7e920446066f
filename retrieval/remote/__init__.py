"""Vectors in a remote store: PostgreSQL with pgvector, or Qdrant."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from models.errors import ConfigurationError, MissingExtraError
from retrieval.engine.base import VectorIndex


def open_remote(url: str, *, name: str, dimension: int) -> VectorIndex:
    """Open a namespace of a remote store, made if it is not there.

    Args:
        url: ``postgresql+psycopg://user:password@host:5432/database`` or ``qdrant://host:6333``, over TLS
            ``qdrants://:key@host:6333``; reserved characters in a password or key are percent-encoded.
        name: of the namespace, such as the tenant and the encoder's revision; two names never meet.
        dimension: length of a vector.

    Raises:
        ConfigurationError: the URL, the login, the server's extension or the dimension is at fault.
        MissingExtraError: the store's client is not installed.
        StorageError: the store could not be reached or used.
        OverloadedError: the store has no room for a connection or took too long.
    """
    scheme = urlsplit(url).scheme if ":" in url else ""
    if scheme in ("postgresql", "postgresql+psycopg"):
        with _extra("postgres"):
            from retrieval.remote.postgres import open_postgres  # noqa: PLC0415 - an extra
        return open_postgres(url, name=name, dimension=dimension)
    if scheme in ("qdrant", "qdrants"):
        with _extra("qdrant"):
            from retrieval.remote.qdrant import open_qdrant  # noqa: PLC0415 - an extra
        return open_qdrant(url, name=name, dimension=dimension)
    msg = "A vector store's URL starts with postgresql+psycopg://, qdrant:// or qdrants://: correct the setting."
    raise ConfigurationError(msg)


@contextmanager
def _extra(name: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise MissingExtraError(name) from error
