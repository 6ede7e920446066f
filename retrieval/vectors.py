"""Vectors of texts, kept by the text's hash, so that no text is encoded twice; and their snapshots on disk.

A snapshot is addressed by content: each vector lies under the hash of its text. So an old snapshot can miss a vector
but never serve a wrong one, and the database alone decides which texts are in the index.
"""

import hashlib
import json
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import ArtifactError

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
"""Encodes texts to L2-normalised vectors [n, dimension], order kept."""

ENCODE_BATCH = 64
_MAGIC = b"RIFQVEC1\n"
_HASH_BYTES = 16
_MAX_HEADER = 4_096
_logger = logging.getLogger(__name__)


def text_hash(text: str) -> bytes:
    """Return the 16-byte key of a text."""
    return hashlib.blake2b(text.encode(), digest_size=_HASH_BYTES).digest()


class VectorCache:
    """Vectors by text hash, all of one model revision."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._vectors: dict[bytes, Vectors] = {}

    def __len__(self) -> int:
        return len(self._vectors)

    def lookup(
        self, texts: Sequence[str], encode: Encode, progress: Callable[[int, int], None] | None = None
    ) -> Vectors:
        """Return the vectors of the texts [n, dimension], encoding those that are new.

        Args:
            texts: any texts, repeats allowed.
            encode: is called with batches of new texts.
            progress: is called with (encoded so far, to encode).

        Raises:
            ArtifactError: the encoder returned vectors of another shape, or not finite.
        """
        hashes = [text_hash(text) for text in texts]
        new = {key: text for key, text in zip(hashes, texts, strict=True) if key not in self._vectors}
        pending = list(new.items())
        for start in range(0, len(pending), ENCODE_BATCH):
            batch = pending[start : start + ENCODE_BATCH]
            vectors = np.asarray(encode([text for _, text in batch]), dtype=np.float32)
            if vectors.shape != (len(batch), self.dimension) or not np.isfinite(vectors).all():
                msg = f"The encoder returned {vectors.shape} for {len(batch)} texts of dimension {self.dimension}."
                raise ArtifactError(msg)
            self._vectors.update((key, vector) for (key, _), vector in zip(batch, vectors, strict=True))
            if progress is not None:
                progress(min(start + ENCODE_BATCH, len(pending)), len(pending))
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([self._vectors[key] for key in hashes])

    def keep_only(self, texts: Iterable[str]) -> None:
        """Forget the vectors of all other texts: what is erased from the database leaves no trace here."""
        wanted = {text_hash(text) for text in texts}
        self._vectors = {key: vector for key, vector in self._vectors.items() if key in wanted}

    def save(self, path: Path, *, revision: str, generation: str) -> None:
        """Write a snapshot aside, flush it to the disk and rename it into place."""
        hashes = b"".join(self._vectors)
        payload = hashes + b"".join(vector.astype("<f4").tobytes() for vector in self._vectors.values())
        header = {
            "revision": revision,
            "generation": generation,
            "dimension": self.dimension,
            "count": len(self._vectors),
            "sha256": hashlib.sha256(payload).hexdigest(),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".snapshot-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_MAGIC + json.dumps(header).encode() + b"\n" + payload)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def load(self, path: Path, *, revision: str) -> None:
        """Take up the vectors of a snapshot; nothing of a faulty one is taken.

        Raises:
            ArtifactError: the file is truncated, altered, or of another model revision.
        """
        try:
            content = path.read_bytes()
            header_line, payload = content.removeprefix(_MAGIC).split(b"\n", 1)
            header = json.loads(header_line[:_MAX_HEADER])
            count = int(header["count"])
            sound = (
                content.startswith(_MAGIC)
                and header["revision"] == revision
                and header["dimension"] == self.dimension
                and len(payload) == count * (_HASH_BYTES + 4 * self.dimension)
                and hashlib.sha256(payload).hexdigest() == header["sha256"]
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = f"The index snapshot {path.name} cannot be read."
            raise ArtifactError(msg) from error
        if not sound:
            msg = f"The index snapshot {path.name} is damaged or was made by another model."
            raise ArtifactError(msg)
        split = count * _HASH_BYTES
        vectors = np.frombuffer(payload[split:], dtype="<f4").reshape(count, self.dimension).astype(np.float32)
        hashes = (payload[start : start + _HASH_BYTES] for start in range(0, split, _HASH_BYTES))
        self._vectors.update(zip(hashes, vectors, strict=True))


class SnapshotFolder:
    """The snapshots of one model revision in a data directory, named by revision and store generation."""

    def __init__(self, directory: Path, revision: str) -> None:
        self.directory = directory
        self.revision = revision
        self._prefix = f"vectors-{_safe(revision)[:16]}-"

    def path(self, generation: str) -> Path:
        """Return where the snapshot of a generation lies."""
        return self.directory / f"{self._prefix}{_safe(generation)}.bin"

    def restore(self, cache: VectorCache, generation: str) -> bool:
        """Fill the cache from the snapshot of this generation, else from the newest sound one; tell if exact.

        A faulty snapshot is logged and passed over: its vectors are encoded again.
        """
        exact = self.path(generation)
        others = sorted(self._all() - {exact}, key=lambda path: path.stat().st_mtime, reverse=True)
        for path in ([exact] if exact.exists() else []) + others:
            try:
                cache.load(path, revision=self.revision)
            except ArtifactError as error:
                _logger.warning("%s It is passed over and the vectors are computed again.", error.message)
                continue
            return path == exact
        return False

    def store(self, cache: VectorCache, generation: str) -> None:
        """Write the snapshot of a generation and remove all older ones, of this and of other revisions."""
        path = self.path(generation)
        cache.save(path, revision=self.revision, generation=generation)
        for old in set(self.directory.glob("vectors-*.bin")) - {path}:
            old.unlink(missing_ok=True)

    def _all(self) -> set[Path]:
        return set(self.directory.glob(f"{self._prefix}*.bin"))


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", name)
