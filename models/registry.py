"""Find, verify and load the encoder artefact."""

import bz2
import gzip
import hashlib
import io
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.backends.base import Backend, Compute, VectorModel
from models.backends.choose import open_backend, open_vector_model
from models.encoder import Encoder, SecondReading
from models.errors import ArtifactError
from models.signal_head import load_signal_head
from models.space import SearchSpace

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DEFAULT = Path(__file__).parent / "artifacts" / "rifq-e5-small"
CARD = "card.json"
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json.gz"
FILES = (GRAPH, TOKENIZER, "means.json")
SIGNAL_HEAD = "signal_head.npz"
"""An artefact may lack it: signals are read off the graph then."""


def load_encoder(
    path: Path | None = None,
    *,
    threads: int = 1,
    compute: Compute | None = None,
    second: SecondReading | None = None,
) -> Encoder:
    """Load an encoder after checking every file against the card.

    Args:
        path: The artefact's folder; by default the one that the package ships.
        threads: Threads within one operator on the CPU, at most the cores.
        compute: What runs the graph, and where; by default ONNX Runtime on the CPU.
        second: What reads some texts a second way; ``inference.encoder.open_encoder`` gives it.

    Raises:
        ArtifactError: A file is absent, corrupt, or not the one that the card names.
        ConfigurationError: What ``compute`` asks for is absent here: a package, a GPU, a model.
    """
    folder, chosen = path or DEFAULT, compute or Compute()
    card = read_card(folder)
    for name, entry in card["files"].items():
        _verify(folder / name, str(entry["sha256"]))
    backend = open_backend(folder / GRAPH, chosen, threads=threads)
    vector_model = open_vector_model(chosen, threads=threads)
    return Encoder(
        backend,
        load_tokenizer(folder),
        name=card["name"],
        revision=_revision(card["revision"], backend, vector_model),
        dimension=card["dimension"],
        max_tokens=card["max_tokens"],
        thresholds=card["level_thresholds"],
        cuts=card["level_cuts"],
        signal_head=load_signal_head(folder / SIGNAL_HEAD) if SIGNAL_HEAD in card["files"] else None,
        space=SearchSpace({}) if vector_model else _space(folder),
        vector_model=vector_model,
        second=second,
    )


def load_tokenizer(folder: Path = DEFAULT) -> "Tokenizer":
    """Read an artefact's tokenizer."""
    # Imported here because loading it takes longer than everything else that imports this module.
    from tokenizers import Tokenizer  # noqa: PLC0415

    with gzip.open(folder / TOKENIZER, "rt", encoding="utf-8") as file:
        return Tokenizer.from_str(file.read())


def save_tokenizer(tokenizer: "Tokenizer", folder: Path) -> None:
    """Write what ``load_tokenizer`` reads, without the time of writing in it."""
    (folder / TOKENIZER).write_bytes(gzip.compress(tokenizer.to_str(pretty=False).encode(), mtime=0))


def _space(folder: Path) -> SearchSpace:
    means = json.loads((folder / "means.json").read_text(encoding="utf-8"))
    return SearchSpace({language: np.array(values, np.float32) for language, values in means.items()})


def _revision(artefact: str, backend: Backend, vector_model: VectorModel | None) -> str:
    """Tell apart what gives other numbers: an index never mixes vectors of two revisions."""
    if backend.name == "onnx" and vector_model is None:
        return artefact
    parts = [artefact, backend.name, vector_model.revision if vector_model else ""]
    return f"{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:12]}-{backend.name}"


def read_card(folder: Path) -> dict[str, Any]:
    """Read an artefact's machine-readable card.

    Raises:
        ArtifactError: It is absent, is not JSON, or lacks a field that loading needs.
    """
    try:
        card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{folder} holds no readable {CARD}: {_REMEDY}") from error
    needed = {"name", "revision", "dimension", "max_tokens", "level_thresholds", "level_cuts", "files"}
    if not isinstance(card, dict) or needed - card.keys() or set(FILES) - card["files"].keys():
        raise ArtifactError(f"{folder / CARD} is not the card of an encoder: {_REMEDY}")
    return card


_REMEDY = "install Rifq again, or point to a folder that 'python -m models.training export' wrote."


def _unpacked(path: Path) -> io.BufferedIOBase:
    if path.suffix == ".gz":
        return gzip.open(path)
    return bz2.open(path) if path.suffix == ".bz2" else path.open("rb")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; of what a ``.gz`` or ``.bz2`` holds, since packers differ.

    Raises:
        ArtifactError: It cannot be read, or what should be packed is not.
    """
    try:
        with _unpacked(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, EOFError, zlib.error) as fault:
        raise ArtifactError(f"{path.name} in {path.parent} is broken: {_REMEDY}") from fault


def _verify(path: Path, expected: str) -> None:
    if not path.is_file():
        raise ArtifactError(f"{path.name} is missing in {path.parent}: {_REMEDY}")
    if digest(path) != expected:
        raise ArtifactError(f"{path.name} in {path.parent} is not the file that the card names: {_REMEDY}")
