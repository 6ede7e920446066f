"""The training loop of the heads, with early stopping on dev figures."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.convert import Checkpoint
from models.training.heads import Part, Recipe, batch_tensors, loss_of, make_module, predict
from models.training.scores import dev_scores

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fitted:
    """The best module on dev rows, its dev figures, and the number of the epoch that it comes from."""

    module: Any
    scores: dict[str, float]
    epoch: int


def fit(
    train: Sequence[Part],
    dev: Sequence[Part],
    checkpoint: Checkpoint,
    sources: Sequence[str],
    recipe: Recipe,
    *,
    prefix: int,
    keep: Path,
) -> Fitted:
    """Train on ``train``; after each epoch score ``dev``, and keep the best mean figure.

    The best state ends in the file ``keep``; where that exists already, nothing is trained.
    """
    import torch  # noqa: PLC0415 - an extra

    torch.manual_seed(recipe.seed)
    torch.set_flush_denormal(True)
    random = np.random.default_rng(recipe.seed)
    module: Any = make_module(checkpoint, len(sources), recipe, prefix)
    if keep.is_file():
        done = torch.load(keep, weights_only=True)
        module.load_state_dict(done["state"])
        return Fitted(module, done["scores"], done["epoch"])
    learned = [value for value in module.parameters() if value.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=recipe.rate, weight_decay=recipe.decay)
    plan = _plan(train, recipe, random)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.rate, total_steps=int(recipe.epochs * len(plan) * 1.02) + 9, pct_start=0.1
    )
    partial = keep.with_suffix(".partial")
    best: tuple[float, dict[str, Any], dict[str, float], int] | None = None
    for epoch in range(recipe.epochs):
        module.train()
        total = 0.0
        for position in random.permutation(len(plan)):
            batch = batch_tensors(train, plan[position])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = module(batch["ids"], batch["states"].bfloat16(), batch["mask"])
            loss = loss_of(module, logits.float(), batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        scores = dev_scores(dev, [predict(module, part) for part in dev], module.thresholds().detach().numpy())
        mean = float(np.mean(list(scores.values())))
        log.info("epoch %d loss %.4f dev mean %.4f %s", epoch, total / len(plan), mean, _short(scores))
        if best is None or mean > best[0]:
            kept = {name: value.detach().clone() for name, value in module.state_dict().items()}
            best = (mean, kept, scores, epoch)
            torch.save({"state": kept, "scores": scores, "epoch": epoch}, partial)
        plan = _plan(train, recipe, random)
    if best is None:
        raise ValueError("A recipe needs at least one epoch.")
    partial.rename(keep)
    module.load_state_dict(best[1])
    return Fitted(module, best[2], best[3])


def _plan(parts: Sequence[Part], recipe: Recipe, random: np.random.Generator) -> list[NDArray[np.int64]]:
    # Batches mix the sources and hold rows of about one length; noise on the lengths mixes them anew every epoch.
    drawn = []
    for owner, part in enumerate(parts):
        share = 1.0 if part.rows[0].source.startswith(recipe.whole) else recipe.portion
        rows = random.permutation(len(part.rows))[: max(1, round(share * len(part.rows)))]
        drawn.append(np.stack([np.full(len(rows), owner), rows, np.diff(part.states.starts)[rows]], axis=1))
    merged = np.concatenate(drawn)
    items, lengths = merged[:, :2], merged[:, 2]
    order = np.argsort(lengths * random.uniform(0.8, 1.25, len(lengths)), kind="stable")
    plan: list[NDArray[np.int64]] = []
    group: list[int] = []
    longest = 0
    for index in order.tolist():
        longest = max(longest, int(lengths[index]))
        if group and longest * (len(group) + 1) > recipe.batch_tokens:
            plan.append(items[group])
            group, longest = [], int(lengths[index])
        group.append(int(index))
    return [*plan, items[group]]


def _short(scores: dict[str, float]) -> str:
    return " ".join(f"{name}={value:.3f}" for name, value in scores.items())
