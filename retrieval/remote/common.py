"""What the remote stores share: names of namespaces, checks of what goes in, and places that are safe to print."""

import hashlib
import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.engine.base import Near, Slots
from retrieval.vectors import Vectors

_READABLE = 24
_PLAIN_HOST = re.compile(r"[A-Za-z0-9._:/\-]{1,200}")


def storage_name(name: str) -> str:
    """Return the name of a namespace's table or collection: readable, and different for different names."""
    readable = re.sub(r"[^a-z0-9]+", "_", name.lower())[:_READABLE].strip("_")
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"rifq_{readable}_{digest}"


def place(host: str | None, port: int | None) -> str:
    """Return where a store lies, for messages; what may hold a piece of a badly encoded password stays out."""
    if host is None or not _PLAIN_HOST.fullmatch(host):
        return "the address of the setting"
    return host if port is None else f"{host}:{port}"


def check_keys(dimension: int, slots: Slots, vectors: Vectors, facets: Sequence[frozenset[str]]) -> None:
    """Check that slots [n], vectors [n, dimension] and facets [n] belong together.

    Raises:
        ValueError: they do not.
    """
    if vectors.shape != (len(slots), dimension) or len(facets) != len(slots):
        msg = (
            f"{len(slots)} slots and {len(facets)} facets do not fit vectors {vectors.shape} of dimension {dimension}."
        )
        raise ValueError(msg)


def nearest_first(slots: Sequence[int], products: Sequence[float] | NDArray[np.float64]) -> Near:
    """Return keys found, in order; a store may return equal products, or products of its graph, in any order."""
    found = np.asarray(slots, dtype=np.int64)
    values = np.asarray(products, dtype=np.float32)
    order = np.lexsort((found, -values))
    return Near(found[order], values[order])


def in_order(slots: Slots, found: Mapping[int, object], dimension: int) -> Vectors:
    """Return the vectors of slots [n, dimension] out of those that the store gave.

    Raises:
        KeyError: a slot is not there.
    """
    rows = [found[slot] for slot in slots.tolist()]
    return np.asarray(rows, dtype=np.float32).reshape(len(rows), dimension)
