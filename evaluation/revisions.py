"""Digest of the program's sources, and the committed baseline that figures are read beside."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from models.registry import DEFAULT, read_card

_PACKAGES = ("models", "inference", "retrieval", "evaluation")
_SUFFIXES = frozenset({".py", ".yaml", ".json", ".jsonl", ".gz"})
# Artefacts have revisions of their own, and results must not change what they state.
_APART = frozenset({"artifacts", "baselines", "results", "training"})


def code_revision() -> str:
    """Return a digest of all sources and their data files that an answer or a figure can depend on."""
    root, sha = Path(__file__).parents[1], hashlib.sha256()
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*")):
            inside = path.relative_to(root)
            if path.suffix in _SUFFIXES and not _APART & set(inside.parts):
                sha.update(inside.as_posix().encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()[:12]


def read_baselines(folder: Path = DEFAULT) -> Mapping[str, float]:
    """Read the figures of the character TF-IDF baseline from the encoder's card, by test; empty where it has none.

    Raises:
        ArtifactError: there is no readable card.
    """
    found = read_card(folder).get("figures", {}).get("baseline", {})
    return {str(name): float(entry["figure"]) for name, entry in found.items()}
