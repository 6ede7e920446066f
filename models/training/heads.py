"""Train the heads on cached states of the frozen encoder: sentiment, anger presence, anger intensity, anger level.

Each source has its own intercepts while training, because annotators of different sets draw the lines differently; they
are left out afterwards, and calibration on dev rows puts the shipped intercepts where support messages need them.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.sets.rows import CALM, NEGATIVE, NEUTRAL, Row
from models.training.convert import Checkpoint
from models.training.graph_heads import ATTENTION_OF, OUTPUT_NAMES
from models.training.states import LAYERS, States

if TYPE_CHECKING:
    from torch import Tensor, nn

log = logging.getLogger(__name__)

BINARY_SOURCES = ("arabic_company_reviews", "narabizi/arabic")
"""Sets without neutral rows: they compare positive with negative only, and say nothing of neutral."""


INTENSITY_OF = (0.08, 0.4, 0.65, 0.9)
"""Weak intensity of the four levels, about where SemEval-2018's four ordinal classes lie on its scale."""


@dataclass(frozen=True)
class Recipe:
    """Hyper-parameters, chosen on dev rows.

    ``portion`` is the share of each source's rows that an epoch sees, another draw every time; those of ``whole`` are
    seen whole, because they are few and closest to what is measured.
    """

    width: int = 256
    epochs: int = 7
    portion: float = 0.5
    whole: tuple[str, ...] = (
        "xlmt_umsab",
        "semeval2018",
        "brighter",
        "narabizi",
        "support_anger",
    )
    rate: float = 2e-3
    decay: float = 0.02
    dropout: float = 0.2
    batch_tokens: int = 8192
    seed: int = 7
    weights: dict[str, float] = field(
        default_factory=lambda: {
            "xlmt_umsab/arabic": 2.0,
            "xlmt_umsab/english": 2.0,
            "arsarcasm_v2": 1.5,
            "semeval2018/E-c/Arabic": 3.0,
            "semeval2018/E-c/English": 2.0,
            "semeval2018/EI-reg/Arabic": 4.0,
            "semeval2018/EI-reg/English": 4.0,
            "support_anger": 6.0,
            "goemotions": 0.5,
            "xed": 0.5,
            "astd": 0.5,
            "banking77_en": 0.5,
            "arbanking77/msa_pal": 0.5,
            "multidogo": 0.5,
        }
    )


@dataclass(frozen=True)
class Targets:
    """Labels as arrays; NaN or -1 where a row has none."""

    sentiment: NDArray[np.int64]
    anger: NDArray[np.float32]
    intensity: NDArray[np.float32]
    level: NDArray[np.int64]
    source: NDArray[np.int64]
    binary: NDArray[np.bool_]
    weight: NDArray[np.float32]


@dataclass(frozen=True)
class Part:
    """Rows of one source and split with their states and targets."""

    rows: Sequence[Row]
    states: States
    targets: Targets


def targets_of(rows: Sequence[Row], sources: Sequence[str], weights: dict[str, float]) -> Targets:
    """Collect the labels of rows.

    Support messages have a level but no sentiment or intensity; weak ones follow from it, so that these heads have seen
    the product's own domain: calm is neutral, anything above is negative, and each level has its ``INTENSITY_OF``.
    """
    nan = float("nan")
    return Targets(
        np.array([_sentiment(row) for row in rows], np.int64),
        np.array([nan if row.anger is None else row.anger for row in rows], np.float32),
        np.array([_intensity(row) for row in rows], np.float32),
        np.array([-1 if row.level is None else row.level for row in rows], np.int64),
        np.array([sources.index(row.source) for row in rows], np.int64),
        np.array([row.source in BINARY_SOURCES for row in rows]),
        np.array([weights.get(row.source, 1.0) for row in rows], np.float32),
    )


def _sentiment(row: Row) -> int:
    if row.sentiment is not None:
        return row.sentiment
    if row.level is None:
        return -1
    return NEUTRAL if row.level == CALM else NEGATIVE


def _intensity(row: Row) -> float:
    if row.intensity is not None:
        return row.intensity
    return float("nan") if row.level is None else INTENSITY_OF[row.level]


def make_module(checkpoint: Checkpoint, sources: int, recipe: Recipe, prefix: int) -> "nn.Module":
    """Build the torch module whose weights ``export_heads`` turns into the graph's.

    Args:
        checkpoint: Gives the embedding layer, frozen.
        sources: Number of training sources.
        recipe: Width and dropout.
        prefix: Tokens before a text's own (start marker and e5's prefix), which attention skips.
    """
    import torch  # noqa: PLC0415 - an extra
    from torch import nn  # noqa: PLC0415

    hidden = checkpoint.shape.hidden
    weights = checkpoint.weights
    positions = (
        weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][:1]
    )

    class Heads(nn.Module):  # type: ignore[misc]
        """Token-wise network, one attention a task, linear outputs: every logit is a sum over tokens."""

        def __init__(self) -> None:
            super().__init__()
            self.wide = nn.Linear((len(LAYERS) + 1) * hidden, recipe.width)
            self.attention = nn.Linear(recipe.width, max(ATTENTION_OF) + 1, bias=False)
            self.value = nn.Linear(recipe.width, len(OUTPUT_NAMES), bias=False)
            self.constant = nn.Parameter(torch.zeros(len(OUTPUT_NAMES)))
            self.lexical = nn.Embedding(len(weights["embeddings.word_embeddings.weight"]), len(OUTPUT_NAMES))
            nn.init.zeros_(self.lexical.weight)
            self.steps = nn.Parameter(torch.tensor([0.0, 1.0, 1.0]))
            self.source = nn.Embedding(sources, len(OUTPUT_NAMES))
            nn.init.zeros_(self.source.weight)
            nn.init.zeros_(self.attention.weight)
            self.norm = nn.LayerNorm(hidden, eps=checkpoint.shape.epsilon)
            self.norm.weight.data.copy_(torch.from_numpy(weights["embeddings.LayerNorm.weight"]))
            self.norm.bias.data.copy_(torch.from_numpy(weights["embeddings.LayerNorm.bias"]))
            self.norm.requires_grad_(requires_grad=False)
            table = np.array(weights["embeddings.word_embeddings.weight"])
            self.register_buffer("table", torch.from_numpy(table), persistent=False)
            self.register_buffer("positions", torch.from_numpy(positions), persistent=False)
            self.drop = nn.Dropout(recipe.dropout)

        def forward(self, ids: "Tensor", states: "Tensor", mask: "Tensor") -> "Tensor":
            """Return logits [batch, outputs] of ids [batch, tokens], states [batch, tokens, layers * hidden]."""
            with torch.no_grad():
                first = self.norm(self.table[ids] + self.positions[: ids.shape[1]])
                mixed = torch.cat([first.to(states.dtype), states], dim=-1)
            # One draw of features for the whole batch: a draw for every token would take longer than the product.
            kept = self.drop(mixed.new_ones(mixed.shape[-1]))
            active = self.drop(nn.functional.gelu(self.wide(mixed * kept)))
            allowed = mask.bool().clone()
            allowed[:, :prefix] = False
            scores = self.attention(active).masked_fill(~allowed[..., None], -1e9)
            pooled = torch.softmax(scores, dim=1)[..., list(ATTENTION_OF)]
            return (pooled * (self.value(active) + self.lexical(ids))).sum(1) + self.constant

        def thresholds(self) -> "Tensor":
            """Return the ordinal head's three ascending thresholds."""
            return torch.cumsum(torch.cat([self.steps[:1], nn.functional.softplus(self.steps[1:])]), dim=0)

    return Heads()


def loss_of(module: Any, logits: "Tensor", batch: dict[str, "Tensor"]) -> "Tensor":  # noqa: ANN401 - a torch module
    """Sum the tasks' weighted losses over the rows that have labels."""
    import torch  # noqa: PLC0415 - an extra
    from torch.nn import functional  # noqa: PLC0415

    shifted = logits + module.source(batch["source"])
    weight = batch["weight"]
    total = shifted.new_zeros(())
    has = batch["sentiment"] >= 0
    if has.any():
        scores = shifted[has, :3].clone()
        scores[batch["binary"][has], 1] = -1e4
        total = (
            total + (functional.cross_entropy(scores, batch["sentiment"][has], reduction="none") * weight[has]).sum()
        )
    has = ~torch.isnan(batch["anger"])
    if has.any():
        each = functional.binary_cross_entropy_with_logits(shifted[has, 3], batch["anger"][has], reduction="none")
        total = total + (each * weight[has]).sum()
    has = ~torch.isnan(batch["intensity"])
    if has.any():
        # Squared error is what the correlation rewards; 8 brings it to the scale of the other losses.
        each = (torch.sigmoid(shifted[has, 4]) - batch["intensity"][has]) ** 2
        total = total + 8 * (each * weight[has]).sum()
    has = batch["level"] >= 0
    if has.any():
        above = shifted[has, 5, None] - module.thresholds()
        wanted = (batch["level"][has, None] > torch.arange(3)).float()
        each = functional.binary_cross_entropy_with_logits(above, wanted, reduction="none").sum(1)
        total = total + (each * weight[has]).sum()
    regular = 1e-3 * (module.source.weight**2).sum()
    return total / len(weight) + regular


def batch_tensors(parts: Sequence[Part], items: NDArray[np.int64]) -> dict[str, "Tensor"]:
    """Gather rows as padded tensors; ``items`` [rows, 2] holds the number of the part and of the row in it."""
    import torch  # noqa: PLC0415 - an extra

    spans = [
        (parts[owner].states, *parts[owner].states.starts[row : row + 2].tolist()) for owner, row in items.tolist()
    ]
    longest = max(last - first for _, first, last in spans)
    width = int(np.prod(parts[0].states.values.shape[1:]))
    ids = np.ones((len(items), longest), np.int64)
    mask = np.zeros((len(items), longest), np.int64)
    states = np.zeros((len(items), longest, width), np.float32)
    for row, (source, first, last) in enumerate(spans):
        ids[row, : last - first] = source.ids[first:last]
        mask[row, : last - first] = 1
        states[row, : last - first] = source.values[first:last].reshape(last - first, width)
    made = {"ids": ids, "mask": mask, "states": states}
    labels = {
        name: np.stack([getattr(parts[owner].targets, name)[row] for owner, row in items.tolist()])
        for name in Targets.__dataclass_fields__
    }
    return {name: torch.from_numpy(value) for name, value in (made | labels).items()}


def predict(module: Any, part: Part, batch_tokens: int = 8192) -> NDArray[np.float32]:  # noqa: ANN401 - a torch module
    """Return the logits [rows, outputs] of one part, without source intercepts."""
    import torch  # noqa: PLC0415 - an extra

    from models.encoder import batches  # noqa: PLC0415

    module.eval()
    logits = np.zeros((len(part.rows), len(OUTPUT_NAMES)), np.float32)
    with torch.inference_mode():
        for index in batches(np.diff(part.states.starts).tolist(), batch_tokens):
            batch = batch_tensors([part], np.array([(0, row) for row in index]))
            logits[index] = module(batch["ids"], batch["states"], batch["mask"]).numpy()
    return logits


def export_heads(module: Any, prefix: int) -> dict[str, NDArray[np.float32]]:  # noqa: ANN401 - a torch module
    """Return the head weights in the form of ``models.training.graph_heads.add_heads``."""
    found = {
        "layers": np.array([0, *LAYERS], np.float32),
        "weight": module.wide.weight,
        "bias": module.wide.bias,
        "attention": module.attention.weight,
        "value": module.value.weight,
        "constant": module.constant,
        "lexical": module.lexical.weight,
        "thresholds": module.thresholds(),
        "prefix": np.array([prefix], np.float32),
    }
    return {
        name: value if isinstance(value, np.ndarray) else value.detach().numpy().astype(np.float32)
        for name, value in found.items()
    }
