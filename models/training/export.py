"""Write an artefact folder: graph, tokenizer, per-language means and the machine-readable card."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.encoder import PREFIX, Encoder
from models.registry import CARD, FILES, GRAPH, SIGNAL_HEAD, digest, save_tokenizer
from models.sets.rows import Row
from models.training.convert import Checkpoint
from models.training.graph import Precision, build
from models.training.graph_heads import MAX_TOKENS

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAME = "rifq-e5-small"


def export(
    folder: Path,
    checkpoint: Checkpoint,
    tokenizer: "Tokenizer",
    heads: Mapping[str, NDArray[np.float32]],
    means: Mapping[str, NDArray[np.float32]],
    *,
    cuts: Sequence[float] = (0.5, 0.5, 0.5),
    precision: Precision | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write every file of an artefact; the card last, because it holds the others' hashes.

    Args:
        folder: Where to write; made when absent.
        checkpoint: The trimmed weights.
        tokenizer: Their tokenizer.
        heads: As ``models.training.network.export_heads`` returns them, calibrated.
        means: Mean vectors by language; may be empty, then every language's mean is zero.
        cuts: P(level >= k) from which a message is called irritated, angry, furious.
        precision: How to store matrices.
        facts: More fields of the card: figures, sets, calibration.
    """
    from onnx import save  # noqa: PLC0415 - an extra

    folder.mkdir(parents=True, exist_ok=True)
    save(build(checkpoint, precision or Precision(), heads=heads), str(folder / GRAPH))
    tokenizer.no_truncation()
    save_tokenizer(tokenizer, folder)
    write_means(folder, means)
    # A head of other vectors would read these wrongly; the next stage trains a new one.
    (folder / SIGNAL_HEAD).unlink(missing_ok=True)
    card = {
        "name": NAME,
        "dimension": checkpoint.shape.hidden,
        "max_tokens": MAX_TOKENS,
        "prefix": PREFIX,
        "level_thresholds": [round(float(value), 6) for value in heads["thresholds"]],
        "level_cuts": list(cuts),
        "start": checkpoint.name,
    }
    write_card(folder, card | dict(facts or {}))


def write_means(folder: Path, means: Mapping[str, NDArray[np.float32]]) -> None:
    """Write the mean vectors by language."""
    rounded = {language: [round(float(value), 6) for value in mean] for language, mean in means.items()}
    (folder / "means.json").write_text(json.dumps(rounded) + "\n", encoding="utf-8")


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write ``card.json`` with the size and SHA-256 of every file and the revision that they make up."""
    names = [name for name in (*FILES, SIGNAL_HEAD) if name in FILES or (folder / name).is_file()]
    files = {name: {"sha256": digest(folder / name), "bytes": (folder / name).stat().st_size} for name in names}
    whole = hashlib.sha256("".join(str(entry["sha256"]) for entry in files.values()).encode()).hexdigest()
    text = json.dumps({**card, "revision": whole[:12], "files": files}, ensure_ascii=False, indent=2)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")


def language_means(encoder: Encoder, rows: Iterable[Row], most: int = 1000) -> dict[str, NDArray[np.float32]]:
    """Average the search vectors of training-side text by language, at most ``most`` each, all sources alike."""
    texts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        texts[row.language][row.source].append(row.text)
    means = {}
    for language, sources in texts.items():
        share = max(1, most // len(sources))
        chosen: Sequence[str] = [text for group in sources.values() for text in group[:share]]
        mean = encoder.encode(chosen).search.mean(axis=0)
        means[language] = mean.astype(np.float32)
    return means
