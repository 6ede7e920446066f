"""Keys in Qdrant: a collection for each namespace, searched in 8 bits a dimension and rescored in full precision."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

import numpy as np
from httpx import TimeoutException, TransportError
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException, ResourceExhaustedResponse
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from models.errors import ConfigurationError, OverloadedError, RifqError, StorageError
from retrieval.engine.base import Near, Slots, Where
from retrieval.remote.common import check_keys, in_order, nearest_first, place, storage_name
from retrieval.vectors import Vectors

_PORT = 6333
_SECONDS = 15
_RETRY_SECONDS = 5
_CHUNK = 256
_PAGE = 10_000
_SEARCHED = 128
"""Keys that a search of the graph keeps in view, at least."""
_OVERSAMPLING = 2.0
_QUANTILE = 0.99
"""Share of the values of vectors that the 8 bits span; those outside are cut off."""
_FACETS = "facets"
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)


def open_qdrant(url: str, *, name: str, dimension: int) -> "QdrantIndex":
    """Open a namespace of a Qdrant server; see ``open_remote``."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORT
    except ValueError:
        # The cause stays out: it may quote a piece of the key.
        msg = "The vector store's Qdrant URL cannot be read: write qdrant://host:6333 or qdrants://:key@host:6333."
        raise ConfigurationError(msg) from None
    key = unquote(parts.password or parts.username or "") or None
    client = QdrantClient(
        host=host,
        port=port,
        https=parts.scheme == "qdrants",
        api_key=key,
        prefix=parts.path.strip("/") or None,
        timeout=_SECONDS,
        check_compatibility=False,
    )
    return QdrantIndex(client, name=name, dimension=dimension, where=place(host, port))


class QdrantIndex:
    """A ``VectorIndex`` in a collection of its own.

    Writes are durable when they return. They go in chunks: one that was cut off leaves a part behind, and can be
    repeated, because adding what is there already replaces it.

    Args:
        client: of a server, or in its local mode.
        name: of the namespace.
        dimension: length of a vector.
        quantized: whether the graph is searched in 8 bits a dimension (a quarter of the memory), the best keys being
            rescored with the full vectors; of use when the collection is made.
        where: where the server is, for messages.

    Raises:
        ConfigurationError, StorageError, OverloadedError: as for ``open_remote``; so does every method.
    """

    def __init__(
        self, client: QdrantClient, *, name: str, dimension: int, quantized: bool = True, where: str = "local"
    ) -> None:
        self._client = client
        self._name = storage_name(name)
        self._dimension = dimension
        self._where = where
        with self._errors():
            if not client.collection_exists(self._name):
                self._create(quantized=quantized)
            # Also for a collection that is there: its maker may have been stopped before this.
            client.create_payload_index(self._name, _FACETS, models.PayloadSchemaType.KEYWORD, wait=True)
            self._check_dimension()

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    @property
    def slots(self) -> Slots:
        """Slots of all keys, ascending [keys]."""
        found: list[int] = []
        offset: models.ExtendedPointId | None = 0
        while offset is not None:
            with self._errors():
                points, offset = self._client.scroll(
                    self._name, offset=offset, limit=_PAGE, with_payload=False, with_vectors=False
                )
            found += [int(point.id) for point in points]
        return np.array(found, dtype=np.int64)

    def __len__(self) -> int:
        with self._errors():
            return self._client.count(self._name, exact=True).count

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
        for start in range(0, len(slots), _CHUNK):
            part = slice(start, start + _CHUNK)
            batch = models.Batch(
                ids=slots[part].tolist(),
                vectors=vectors[part].tolist(),
                payloads=[{_FACETS: sorted(own)} for own in facets[part]],
            )
            with self._errors():
                self._client.upsert(self._name, batch, wait=True)

    def remove(self, slots: Slots) -> None:
        """Forget keys; slots that are not there are passed over."""
        for start in range(0, len(slots), _CHUNK):
            gone = models.PointIdsList(points=slots[start : start + _CHUNK].tolist())
            with self._errors():
                self._client.delete(self._name, gone, wait=True)

    def search(self, query: Vectors, *, count: int, where: Where = ()) -> Near:
        """Return the nearest ``count`` keys that pass the filter (all, where fewer do).

        Args:
            query: one unit vector [dimension], float32.
            count: at least 1.
            where: acts inside the search.
        """
        found = self._search(query, count, where, exact=False)
        if len(found.slots) < count:
            # A graph misses what no link leads to; so little is left that comparing with all of it is cheap.
            found = self._search(query, count, where, exact=True)
        return found

    def vectors(self, slots: Slots) -> Vectors:
        """Return keys' vectors [n, dimension].

        Raises:
            KeyError: a slot is not there.
        """
        found: dict[int, object] = {}
        for start in range(0, len(slots), _CHUNK):
            with self._errors():
                records = self._client.retrieve(
                    self._name, slots[start : start + _CHUNK].tolist(), with_payload=False, with_vectors=True
                )
            found |= {int(record.id): record.vector for record in records}
        return in_order(slots, found, self._dimension)

    def drop(self) -> None:
        """Forget the namespace with all its keys; this object is of no use afterwards."""
        with self._errors():
            self._client.delete_collection(self._name)

    def close(self) -> None:
        """Close the client."""
        self._client.close()

    def _search(self, query: Vectors, count: int, where: Where, *, exact: bool) -> Near:
        groups = [models.FieldCondition(key=_FACETS, match=models.MatchAny(any=sorted(group))) for group in where]
        rescored = models.QuantizationSearchParams(rescore=True, oversampling=_OVERSAMPLING)
        with self._errors():
            points = self._client.query_points(
                self._name,
                query=query.tolist(),
                limit=count,
                query_filter=models.Filter(must=groups) if groups else None,
                search_params=models.SearchParams(hnsw_ef=max(_SEARCHED, count), exact=exact, quantization=rescored),
                with_payload=False,
            ).points
        return nearest_first([int(point.id) for point in points], [point.score for point in points])

    def _create(self, *, quantized: bool) -> None:
        eight_bits = models.ScalarQuantizationConfig(type=models.ScalarType.INT8, quantile=_QUANTILE, always_ram=True)
        try:
            self._client.create_collection(
                self._name,
                vectors_config=models.VectorParams(size=self._dimension, distance=models.Distance.DOT),
                quantization_config=models.ScalarQuantization(scalar=eight_bits) if quantized else None,
            )
        except UnexpectedResponse as error:
            # Another process was first.
            if error.status_code != HTTPStatus.CONFLICT:
                raise

    def _check_dimension(self) -> None:
        stored = self._client.get_collection(self._name).config.params.vectors
        if not isinstance(stored, models.VectorParams) or stored.size != self._dimension:
            size = stored.size if isinstance(stored, models.VectorParams) else "unknown"
            msg = (
                f"The vector store holds vectors of dimension {size} under this name, the encoder's have "
                f"{self._dimension}: choose another name, or delete collection {self._name} and index anew."
            )
            raise ConfigurationError(msg)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (ApiException, QdrantException) as error:
            raise _translated(error, self._where) from error


def _translated(error: Exception, place: str) -> RifqError:
    if isinstance(error, ResourceExhaustedResponse):
        return OverloadedError(f"Qdrant at {place} is too busy: try again.", retry_after=error.retry_after_s)
    if isinstance(error, UnexpectedResponse):
        return _refused(error.status_code, place)
    source = error.source if isinstance(error, ResponseHandlingException) else error
    if isinstance(source, TimeoutException):
        return OverloadedError(f"Qdrant at {place} took too long: try again.", retry_after=_RETRY_SECONDS)
    if isinstance(source, TransportError):
        return StorageError(f"Qdrant at {place} cannot be reached: check that it runs and that the address is right.")
    return StorageError(f"What answers at {place} is no Qdrant of the client's version: check the address and both.")


def _refused(status: int | None, place: str) -> RifqError:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return ConfigurationError(f"Qdrant at {place} refused the API key: correct it, and let it write collections.")
    if status in _BUSY:
        return OverloadedError(f"Qdrant at {place} is too busy: try again.", retry_after=_RETRY_SECONDS)
    if status == HTTPStatus.NOT_FOUND:
        return StorageError(f"The vectors in Qdrant at {place} were deleted: restart to index anew.")
    return StorageError(f"Qdrant at {place} could not do it (status {status}): see the server's log.")
