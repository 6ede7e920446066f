"""Cache the frozen encoder's token states of some layers on disk: the heads then train in minutes on two cores."""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.encoder import PREFIX, batches, feed
from models.errors import MissingExtraError
from models.normalise import normalise
from models.sets.rows import Row
from models.training.convert import Checkpoint

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor
    from torch.nn import Module

log = logging.getLogger(__name__)

LAYERS = (4, 7, 10, 12)
"""Cached layers; the heads read the embedding layer too, which ``embed`` recomputes from the ids."""

LONGEST = 96
"""Training texts are cut to this many tokens."""

_BATCH_TOKENS = 2048


@dataclass(frozen=True)
class States:
    """Token states of many texts, end to end.

    Attributes:
        values: float16 [tokens in all, layers, hidden], memory-mapped.
        ids: int32 [tokens in all].
        starts: int64 [texts + 1]: text ``i`` owns tokens ``starts[i]:starts[i + 1]``.
    """

    values: NDArray[np.float16]
    ids: NDArray[np.int32]
    starts: NDArray[np.int64]


def torch_model(checkpoint: Checkpoint) -> "Module":
    """Build the transformers ``BertModel`` of a checkpoint: the float32 reference."""
    try:
        import torch  # noqa: PLC0415 - an extra
        from transformers import BertConfig, BertModel  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError("train") from error
    shape = checkpoint.shape
    weights = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in checkpoint.weights.items()}
    config = BertConfig(
        vocab_size=len(checkpoint.weights["embeddings.word_embeddings.weight"]),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=shape.positions,
        layer_norm_eps=shape.epsilon,
        type_vocab_size=len(checkpoint.weights["embeddings.token_type_embeddings.weight"]),
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(weights, strict=False)
    eager: Module = model.eval()
    return eager


def reference_vectors(model: "Module", ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """Encode token ids with the float32 reference: mean pooling and L2 normalisation, [texts, hidden]."""
    import torch  # noqa: PLC0415 - an extra

    vectors = np.zeros((len(ids), model.config.hidden_size), np.float32)
    with torch.inference_mode():
        for batch in batches([len(row) for row in ids], _BATCH_TOKENS):
            fed = _tensors([ids[index] for index in batch])
            states = model(input_ids=fed[0], attention_mask=fed[1]).last_hidden_state
            total = (states * fed[1][..., None]).sum(1)
            vectors[batch] = torch.nn.functional.normalize(total, dim=-1).numpy()
    return vectors


def _tensors(ids: Sequence[Sequence[int]]) -> "tuple[Tensor, Tensor]":
    import torch  # noqa: PLC0415 - an extra

    fed = feed(ids)
    return torch.from_numpy(fed["ids"]).long(), torch.from_numpy(fed["mask"]).long()


def token_ids(tokenizer: "Tokenizer", texts: Sequence[str], longest: int) -> list[list[int]]:
    """Cut texts to ids exactly as ``models.encoder`` does."""
    tokenizer.encode_special_tokens = True
    tokenizer.enable_truncation(longest)
    return [encoding.ids for encoding in tokenizer.encode_batch([PREFIX + normalise(text).text for text in texts])]


def cached_states(
    rows: Sequence[Row], checkpoint: Checkpoint, tokenizer: "Tokenizer", work: Path, layers: Sequence[int] = LAYERS
) -> list[States]:
    """Return the states of ``rows`` part by part (in runs of one source), computing only what the cache lacks.

    Args:
        rows: Rows grouped by source and split, as ``choose_rows`` returns them.
        checkpoint: The trimmed float32 weights.
        tokenizer: Its tokenizer.
        work: Folder of the cache.
        layers: Layers to keep (0 is the embedding).
    """
    model: Any = None
    found = []
    for part in parts_of(rows):
        texts = [row.text for row in part]
        ids = token_ids(tokenizer, texts, LONGEST)
        path = work / "states" / f"{_key(tokenizer, ids, layers, checkpoint.name)}.f16"
        starts = np.concatenate([[0], np.cumsum([len(row) for row in ids])]).astype(np.int64)
        size = (int(starts[-1]), len(layers), checkpoint.shape.hidden)
        if not path.is_file():
            model = model or torch_model(checkpoint).bfloat16()
            log.info("states: %s %s, %d texts, %d tokens", part[0].source, part[0].split, len(part), size[0])
            _compute(model, ids, starts, layers, path=path, size=size)
        values = np.memmap(path, dtype=np.float16, mode="r", shape=size)
        found.append(States(values, np.concatenate(ids).astype(np.int32), starts))
    return found


def _key(tokenizer: "Tokenizer", ids: Sequence[Sequence[int]], layers: Sequence[int], name: str) -> str:
    # Pieces, not ids: another choice of vocabulary that cuts these texts alike finds the same states.
    pieces = [[tokenizer.id_to_token(index) for index in row] for row in ids]
    return hashlib.sha256(json.dumps([pieces, list(layers), name]).encode()).hexdigest()[:16]


def parts_of(rows: Sequence[Row]) -> list[list[Row]]:
    """Cut rows into runs of one source and split."""
    parts: list[list[Row]] = []
    for row in rows:
        if not parts or (parts[-1][0].source, parts[-1][0].split) != (row.source, row.split):
            parts.append([])
        parts[-1].append(row)
    return parts


def _compute(
    model: Any,  # noqa: ANN401 - transformers is untyped here
    ids: Sequence[Sequence[int]],
    starts: NDArray[np.int64],
    layers: Sequence[int],
    *,
    path: Path,
    size: tuple[int, ...],
) -> None:
    import torch  # noqa: PLC0415 - an extra

    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    values = np.memmap(partial, dtype=np.float16, mode="w+", shape=size)
    with torch.inference_mode():
        for batch in batches([len(row) for row in ids], _BATCH_TOKENS):
            fed = _tensors([ids[index] for index in batch])
            hidden = model(input_ids=fed[0], attention_mask=fed[1], output_hidden_states=True).hidden_states
            kept = torch.stack([hidden[layer] for layer in layers], dim=2).to(torch.float16).numpy()
            for row, index in enumerate(batch):
                values[starts[index] : starts[index + 1]] = kept[row, : len(ids[index])]
    values.flush()
    partial.rename(path)
