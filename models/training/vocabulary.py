"""Trim the vocabulary to what Arabic in all dialects, Arabizi, English, digits, punctuation and emoji need.

A Unigram tokenizer takes the best path through the pieces, so a text whose best path uses kept pieces only is cut
exactly as before. Kept are: the specials; every Arabic piece; every piece of digits, punctuation, symbols and emoji;
single Latin letters; every Latin piece that a broad corpus used; then other Latin pieces by score, up to the budget.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from models.training.convert import SPECIALS, Checkpoint, Shape

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BUDGET = 80_000
"""Pieces to keep: 216 bytes each in the graph and about 35 in the tokenizer file."""

_BATCH = 2000


def count_pieces(tokenizer: "Tokenizer", lines: Iterable[str]) -> Counter[str]:
    """Count how often the segmentation of ``lines`` uses each piece."""
    counts: Counter[int] = Counter()
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == _BATCH:
            _count(tokenizer, batch, counts)
            batch = []
    _count(tokenizer, batch, counts)
    return Counter({str(tokenizer.id_to_token(index)): count for index, count in counts.items()})


def _count(tokenizer: "Tokenizer", batch: list[str], counts: Counter[int]) -> None:
    for encoding in tokenizer.encode_batch(batch, add_special_tokens=False):
        counts.update(encoding.ids)


def script_of(piece: str) -> str:
    """Return ``arabic``, ``latin``, ``common`` (no letters), or ``other`` when any letter is of another script."""
    scripts = {"common"}
    for char in piece:
        if unicodedata.category(char)[0] in "LM" and char != "▁":
            name = unicodedata.name(char, "")
            scripts.add("arabic" if "ARABIC" in name else "latin" if _is_latin(name) else "other")
    if "other" in scripts:
        return "other"
    return "latin" if "latin" in scripts else "arabic" if "arabic" in scripts else "common"


def _is_latin(name: str) -> bool:
    return name.startswith(("LATIN", "COMBINING", "MODIFIER LETTER", "VARIATION SELECTOR", "FEMININE", "MASCULINE"))


def choose_pieces(
    pieces: tuple[tuple[str, float], ...], counts: Mapping[str, int], budget: int = BUDGET
) -> tuple[int, ...]:
    """Choose the ids to keep, in ascending order; the specials always stay.

    Args:
        pieces: The whole vocabulary in id order.
        counts: Uses of each piece by a broad corpus.
        budget: How many to keep; Latin pieces that the corpus never used fill what is left, best score first.
    """
    scripts = [script_of(piece) for piece, _ in pieces]
    kept = {
        index
        for index, (piece, _) in enumerate(pieces)
        if piece in SPECIALS
        or scripts[index] in {"arabic", "common"}
        or (scripts[index] == "latin" and (len(piece.lstrip("▁")) == 1 or counts.get(piece, 0) > 0))
    }
    spare = [index for index, script in enumerate(scripts) if script == "latin" and index not in kept]
    spare.sort(key=lambda index: (-pieces[index][1], index))
    kept.update(spare[: max(0, budget - len(kept))])
    return tuple(sorted(kept))


def trim(checkpoint: Checkpoint, kept: tuple[int, ...]) -> Checkpoint:
    """Keep only these pieces and their rows of the word embeddings."""
    name = "embeddings.word_embeddings.weight"
    weights = dict(checkpoint.weights)
    weights[name] = weights[name][np.array(kept)]
    shape: Shape = checkpoint.shape
    return Checkpoint(checkpoint.name, shape, weights, tuple(checkpoint.pieces[index] for index in kept))
