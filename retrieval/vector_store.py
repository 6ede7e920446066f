"""Where the vectors of tenants' resolutions lie: in this process's memory, or in a remote store."""

from pathlib import Path
from typing import Protocol

from retrieval.engine.base import VectorIndex
from retrieval.engine.local import LocalIndex
from retrieval.remote import open_remote


class VectorStore(Protocol):
    """Makes one ``VectorIndex`` for each tenant, and takes it up again after a restart."""

    def new(self, tenant: str) -> VectorIndex:
        """Return an empty index, in the place of what there was."""

    def save(self, index: VectorIndex, folder: Path) -> None:
        """Write into an existing folder what ``restore`` needs."""

    def restore(self, tenant: str, folder: Path) -> VectorIndex:
        """Return the index that was saved; keys may have been added and removed since.

        Raises:
            ArtifactError: what was saved is not sound.
        """


class LocalVectors:
    """Vectors in memory, saved to files."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension

    def new(self, tenant: str) -> LocalIndex:  # noqa: ARG002 - one index each, whosever it is
        """Return an empty index."""
        return LocalIndex(self._dimension)

    def save(self, index: VectorIndex, folder: Path) -> None:
        """Write the index to files."""
        assert isinstance(index, LocalIndex)  # noqa: S101 - made by ``new`` or ``restore``
        index.save(folder)

    def restore(self, tenant: str, folder: Path) -> LocalIndex:  # noqa: ARG002
        """Read what was saved."""
        return LocalIndex.load(folder)


class RemoteVectors:
    """Vectors in a remote store, in a namespace for each tenant and model revision.

    One process writes to a namespace; see ``retrieval.remote.open_remote`` for ``url`` and errors.
    """

    def __init__(self, url: str, *, revision: str, dimension: int) -> None:
        self._url = url
        self._revision = revision
        self._dimension = dimension

    def new(self, tenant: str) -> VectorIndex:
        """Return the tenant's namespace, emptied."""
        index = self._open(tenant)
        index.remove(index.slots)
        return index

    def save(self, index: VectorIndex, folder: Path) -> None:
        """Write nothing: the remote store has it."""

    def restore(self, tenant: str, folder: Path) -> VectorIndex:  # noqa: ARG002
        """Return the tenant's namespace."""
        return self._open(tenant)

    def _open(self, tenant: str) -> VectorIndex:
        return open_remote(self._url, name=f"{tenant}/{self._revision}", dimension=self._dimension)
