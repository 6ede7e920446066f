"""Find, verify and load the encoder artefact."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from models.encoder import Encoder
from models.errors import ArtifactError
from models.space import SearchSpace

DEFAULT = Path(__file__).parent / "artifacts" / "rifq-e5-small"
CARD = "card.json"
FILES = ("model.onnx", "tokenizer.json", "means.json")
SEARCH_HEAD = "search_head.npy"
"""The one file that an artefact may lack: its vectors are then searched without a trained head."""


def load_encoder(path: Path | None = None, *, threads: int = 1) -> Encoder:
    """Load an encoder after checking every file against the card.

    Args:
        path: The artefact's folder; by default the one that the package ships.
        threads: ONNX Runtime's threads within one operator, at most the cores; they never spin, because a busy
            neighbour makes spinning threads slower than none.

    Raises:
        ArtifactError: A file is absent, corrupt, or not the one that the card names.
    """
    folder = path or DEFAULT
    card = read_card(folder)
    for name, entry in card["files"].items():
        _verify(folder / name, str(entry["sha256"]))
    # Imported here because loading the runtime takes longer than everything else that imports this module.
    import onnxruntime  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The graph is fused by hand; more would bring back the slow SkipLayerNormalization.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    # Long and short texts alternate: a memory pattern per shape would only grow.
    options.enable_mem_pattern = False
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    means = json.loads((folder / "means.json").read_text(encoding="utf-8"))
    head = np.load(folder / SEARCH_HEAD) if SEARCH_HEAD in card["files"] else None
    return Encoder(
        session,
        Tokenizer.from_file(str(folder / "tokenizer.json")),
        name=card["name"],
        revision=card["revision"],
        dimension=card["dimension"],
        max_tokens=card["max_tokens"],
        thresholds=card["level_thresholds"],
        space=SearchSpace({language: np.array(values, np.float32) for language, values in means.items()}, head),
    )


def read_card(folder: Path) -> dict[str, Any]:
    """Read an artefact's machine-readable card.

    Raises:
        ArtifactError: It is absent, is not JSON, or lacks a field that loading needs.
    """
    try:
        card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{folder} holds no readable {CARD}: {_REMEDY}") from error
    needed = {"name", "revision", "dimension", "max_tokens", "level_thresholds", "files"}
    if not isinstance(card, dict) or needed - card.keys() or set(FILES) - card["files"].keys():
        raise ArtifactError(f"{folder / CARD} is not the card of an encoder: {_REMEDY}")
    return card


_REMEDY = "install Rifq again, or point to a folder that 'python -m models.training export' wrote."


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verify(path: Path, expected: str) -> None:
    if not path.is_file():
        raise ArtifactError(f"{path.name} is missing in {path.parent}: {_REMEDY}")
    if digest(path) != expected:
        raise ArtifactError(f"{path.name} in {path.parent} is not the file that the card names: {_REMEDY}")
