"""Snapshots of all tenants' indexes, so that a start need not build them anew.

A snapshot only saves time: whatever it lacks, the store's change feed brings, and where it is not sound everything is
built from the store.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import ArtifactError, StorageError
from retrieval.engine.snapshot import Snapshots
from retrieval.index import TenantIndex
from retrieval.records import Records
from retrieval.store.feed import Position
from retrieval.vector_store import VectorStore
from retrieval.words import LexicalIndex
from retrieval.working import WorkingFolder

AT_ONCE = 5_000
"""Up to this many resolutions every change is written at once ..."""
CHANGED_SHARE = 0.05
"""... above it when this share of them has changed ..."""
SECONDS = 1_800.0
"""... or the oldest change that is not written is this old."""
RETRY_SECONDS = 60.0
"""Rest after a snapshot that could not be written."""
_logger = logging.getLogger(__name__)


@dataclass
class Standing:
    """A tenant's index and the position of the store that it stands at; None while it has never been filled."""

    index: TenantIndex
    position: Position | None = None
    missing: frozenset[str] = frozenset()
    """Ids that a snapshot has and the vectors lack: the feed must bring them, or else all is made anew."""


class IndexFolder:
    """The snapshots of one model revision in a data directory.

    Args:
        directory: where they lie; None keeps nothing.
        revision: of the model; snapshots of another one are passed over.
        vectors: where the vectors lie.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        directory: Path | None,
        revision: str,
        vectors: VectorStore,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._vectors = vectors
        self._directory = directory
        self._snapshots = None if directory is None else Snapshots(directory, revision=revision)
        self._working: WorkingFolder | None = None
        self._clock = clock
        self._changed = 0
        self._since = 0.0
        self._erased = False
        self._retry = float("-inf")

    def new(self, tenant: str) -> Standing:
        """Return an empty index of a tenant."""
        return Standing(TenantIndex(self._vectors.new(tenant), self.words()))

    def words(self, saved: Path | None = None) -> LexicalIndex:
        """Return an index of words that works in a folder of its own: a new one, or a saved one."""
        folder = None
        if self._directory is not None:
            try:
                self._working = self._working or WorkingFolder(self._directory)
                folder = self._working.new()
            except OSError as error:
                _logger.warning("The data directory cannot be written (%s): the index works in a temporary one.", error)
        return LexicalIndex(folder) if saved is None else LexicalIndex.open(saved, folder)

    def restore(self) -> dict[str, Standing]:
        """Return the tenants of the newest sound snapshot; none where there is no such."""
        for folder, meta in () if self._snapshots is None else self._snapshots.sound():
            try:
                return {
                    about["tenant"]: self._load(folder / str(place), about)
                    for place, about in enumerate(meta["tenants"])
                }
            except (ArtifactError, OSError, ValueError, KeyError, TypeError) as error:
                # Also one that another process prunes at this moment.
                _logger.warning("A snapshot cannot be used (%s). It is passed over.", error)
        return {}

    def _load(self, folder: Path, about: Mapping[str, Any]) -> Standing:
        records = Records.load(folder / "records")
        vectors = self._vectors.restore(about["tenant"], folder / "vectors")
        index = TenantIndex(vectors, self.words(folder / "words"), records)
        missing = index.reconcile()
        return Standing(index, Position(about["lineage"], about["value"]), missing)

    def _save(self, folder: Path, item: Standing) -> None:
        for part in ("records", "vectors"):
            (folder / part).mkdir(parents=True)
        item.index.records.save(folder / "records")
        self._vectors.save(item.index.vectors, folder / "vectors")
        item.index.words.save(folder / "words")

    def _renew_words(self, index: TenantIndex) -> None:
        words = self.words()
        try:
            index.renew_words(words)
        except BaseException:
            words.discard()
            raise

    def close(self) -> None:
        """Remove the files that the indexes work with; they are of no use afterwards."""
        if self._working is not None:
            self._working.close()

    def note(self, *, changed: int, erased: bool) -> None:
        """Remember that resolutions have changed since the last snapshot; ``erased`` if any text of one is gone."""
        if not self._changed:
            self._since = self._clock()
        self._changed += max(changed, erased)
        self._erased = self._erased or erased

    def save_if_due(self, tenants: Mapping[str, Standing], generation: str, *, now: bool = False) -> None:
        """Write a snapshot if enough has changed, or if anything has and it is to be ``now``."""
        total = sum(len(item.index) for item in tenants.values())
        due = total <= AT_ONCE or self._changed >= CHANGED_SHARE * total or self._clock() - self._since >= SECONDS
        if (
            self._snapshots is None
            or not self._changed
            or not (due or now)
            or (self._clock() < self._retry and not now)
        ):
            return

        def write(folder: Path) -> None:
            for place, item in enumerate(tenants.values()):
                self._save(folder / str(place), item)

        meta = {"tenants": [_about(name, item) for name, item in tenants.items()]}
        try:
            for item in tenants.values() if self._erased else ():
                # Removed documents stay in the files of a word index until it happens to merge them.
                self._renew_words(item.index)
            self._snapshots.save(generation, meta, write)
            # The one before would still hold what was erased since.
            self._snapshots.prune(keep=1 if self._erased else 2)
        except (OSError, StorageError) as error:
            _logger.warning("The index snapshot could not be written (%s): the next start computes more anew.", error)
            self._retry = self._clock() + RETRY_SECONDS
            return
        self._changed, self._erased = 0, False


def _about(name: str, item: Standing) -> dict[str, Any]:
    position = item.position
    return {"tenant": name, "lineage": position and position.lineage, "value": position and position.value}
