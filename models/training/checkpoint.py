"""Keep a checkpoint on disk between stages."""

import json
from pathlib import Path

import numpy as np

from models.training.convert import Checkpoint, Shape


def save_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write a checkpoint as one ``.npz``, aside and then renamed, so that a broken run leaves nothing half-written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    about = json.dumps({"name": checkpoint.name, "shape": vars(checkpoint.shape), "pieces": checkpoint.pieces})
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, __about__=np.frombuffer(about.encode(), np.uint8), **checkpoint.weights)  # type: ignore[arg-type]
    partial.rename(path)


def load_checkpoint(path: Path) -> Checkpoint:
    """Read what ``save_checkpoint`` wrote."""
    with np.load(path) as file:
        about = json.loads(file["__about__"].tobytes())
        weights = {name: file[name] for name in file.files if name != "__about__"}
    pieces = tuple((piece, float(score)) for piece, score in about["pieces"])
    return Checkpoint(about["name"], Shape(**about["shape"]), weights, pieces)
