"""The losses of the tasks, each over the rows that have its label."""

from typing import TYPE_CHECKING, Any

from models.outputs import ANGER, DIALECT, INTENSITY, LEVEL, SENTIMENT, SIGNALS, TARGET, TECHNICAL

if TYPE_CHECKING:
    from torch import Tensor

_INTENSITY_SCALE = 8.0
"""Squared error is what the correlation rewards; this brings it to the scale of the other losses."""

_WEAK = 0.15
"""Weight of an intensity that was read off a level beside one that people gave."""

_SIGNAL_SCALE = 12.0
"""Thirteen signals share it, and each is absent from nine rows in ten."""

_MARGIN = 1.0
"""Two wordings of one problem should lie this far apart on the level scale for each step between them."""

_PAIR_SCALE = 0.2


def heads_loss(heads: Any, emotions: Any, logits: "Tensor", features: "Tensor", batch: dict[str, "Tensor"]) -> "Tensor":  # noqa: ANN401
    """Sum the tasks' weighted losses over the batch, as a mean per row.

    Args:
        heads: The heads module: its source intercepts and thresholds.
        emotions: Linear layer from pooled features to E-c's other emotions (training only).
        logits: Logits [batch, columns].
        features: Pooled features [batch, width].
        batch: Labels by name (``Targets.take``).
    """
    import torch  # noqa: PLC0415 - an extra
    from torch.nn import functional  # noqa: PLC0415

    shifted = logits + heads.source(batch["source"])
    weight = batch["weight"]
    parts: list[Tensor] = []

    def classes(columns: slice, labels: "Tensor", scale: float) -> None:
        has = labels >= 0
        if has.any():
            each = functional.cross_entropy(
                masked[has] if columns == SENTIMENT else shifted[has, columns], labels[has], reduction="none"
            )
            parts.append(scale * (each * weight[has]).sum())

    def binary(scores: "Tensor", labels: "Tensor", scale: float) -> None:
        has = ~torch.isnan(labels)
        if has.any():
            each = functional.binary_cross_entropy_with_logits(scores[has], labels[has], reduction="none")
            width = labels.shape[1] if labels.dim() > 1 else 1
            spread = weight[:, None].expand(labels.shape)[has] if labels.dim() > 1 else weight[has]
            parts.append(scale * (each * spread).sum() / width)

    masked = shifted[:, SENTIMENT].clone()
    masked[:, 1] = torch.where(batch["binary"], masked.new_tensor(-1e4), masked[:, 1])
    classes(SENTIMENT, batch["sentiment"], 1.0)
    classes(TARGET, batch["target"], 0.3)
    classes(DIALECT, batch["dialect"], 0.3)
    classes(TECHNICAL, batch["technical"], 0.2)
    binary(shifted[:, ANGER], batch["anger"], 1.0)
    binary(shifted[:, SIGNALS], batch["signals"], _SIGNAL_SCALE)
    binary(emotions(features), batch["emotions"], 1.0)
    has = ~torch.isnan(batch["intensity"])
    if has.any():
        each = (torch.sigmoid(shifted[has, INTENSITY]) - batch["intensity"][has]) ** 2
        trust = torch.where(batch["level"][has] >= 0, _WEAK, 1.0)
        parts.append(_INTENSITY_SCALE * (each * trust * weight[has]).sum())
    has = batch["level"] >= 0
    if has.any():
        above = shifted[has, LEVEL, None] - heads.thresholds()
        wanted = (batch["level"][has, None] > torch.arange(3, device=above.device)).float()
        each = functional.binary_cross_entropy_with_logits(above, wanted, reduction="none").sum(1)
        parts.append((each * weight[has]).sum())
        parts.append(_pairs(shifted, batch))
    return sum(parts, shifted.new_zeros(())) / len(weight) + 1e-3 * (heads.source.weight**2).sum()


def _pairs(shifted: "Tensor", batch: dict[str, "Tensor"]) -> "Tensor":
    # Within one problem and variety: the angrier wording above the calmer one, on the level and the intensity scale.
    from torch.nn import functional  # noqa: PLC0415 - an extra

    group, level = batch["group"], batch["level"]
    gap = level[:, None] - level[None, :]
    pairs = (group[:, None] == group[None, :]) & (group[:, None] >= 0) & (gap > 0)
    if not pairs.any():
        return shifted.new_zeros(())
    higher, lower = pairs.nonzero(as_tuple=True)
    wanted = _MARGIN * gap[higher, lower].float()
    level_loss = functional.softplus(wanted - (shifted[higher, LEVEL] - shifted[lower, LEVEL]))
    intensity_loss = functional.softplus(0.5 * wanted - (shifted[higher, INTENSITY] - shifted[lower, INTENSITY]))
    return _PAIR_SCALE * ((level_loss + _WEAK * intensity_loss) * batch["weight"][higher]).sum()


def contrastive_loss(vectors: "Tensor", labels: "Tensor", temperature: float, *, nearest: bool = False) -> "Tensor":
    """Supervised contrastive loss (Khosla et al., 2020) of unit vectors [n, hidden]: one label, one place.

    Args:
        vectors: Of the texts of one step.
        labels: Of each [n]; what has no partner teaches nothing.
        temperature: Of the softmax.
        nearest: A text need only lie near some of its partners (their sum inside the logarithm, L_in there): a story
            and a title of one problem may stay apart as long as each has company.
    """
    import torch  # noqa: PLC0415 - an extra

    own = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    likeness = (vectors @ vectors.T / temperature).masked_fill(own, -1e4)
    same = (labels[:, None] == labels[None, :]) & ~own
    chance = likeness - torch.logsumexp(likeness, dim=1, keepdim=True)
    has = same.any(1)
    if nearest:
        return -torch.logsumexp(chance.masked_fill(~same, -1e4), dim=1)[has].mean()
    mean = (chance * same).sum(1)[has] / same.sum(1)[has]
    return -mean.mean()
