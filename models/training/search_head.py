"""Train the search head: a linear map under which questions of one intent lie together, whatever language they are in.

Supervised contrastive learning (Khosla et al., 2020, with the positives inside the sum) on the frozen encoder's
vectors. The map starts as the identity and is pulled towards it, because it must also serve stores of other trades.
"""

import logging
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder
from models.sets.folder import sets_folder
from models.sets.rows import Row, read_table
from models.space import SearchSpace

log = logging.getLogger(__name__)

_SOURCES = ("banking77_en", "arbanking77", "multidogo", "dstc11_utts")
_MOST_PER_SOURCE = {"multidogo": 3_000}


@dataclass(frozen=True)
class SearchRecipe:
    """Hyper-parameters, chosen on the sample helpdesk with the dev rows of the banking sets (never their tests)."""

    temperature: float = 0.05
    pull: float = 0.005
    epochs: int = 10
    batch: int = 1024
    learning_rate: float = 1e-3
    dropout: float = 0.1
    seed: int = 0


def search_rows(rows: Iterable[Row], seed: int) -> tuple[list[str], list[str]]:
    """Return training texts with their intents; both banking sets share one set of names."""
    arabic = {
        row["label_ar"].strip(): row["label_en"]
        for row in read_table(sets_folder() / "arbanking77" / "Banking77_intents.csv")
    }
    chosen: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        source = row.source.partition("/")[0]
        if source in _SOURCES and row.split == "train" and row.intent:
            trade = "bank" if "banking77" in source else source
            name = arabic.get(row.intent.strip(), row.intent).strip().lower().rstrip("?").replace(" ", "_")
            chosen[source].append((row.text, f"{trade}:{name}"))
    generator = random.Random(seed)  # noqa: S311 - a repeatable choice, not a secret
    pairs = [
        pair
        for source in sorted(chosen)
        for pair in generator.sample(chosen[source], min(len(chosen[source]), _MOST_PER_SOURCE.get(source, 10**9)))
    ]
    return [text for text, _ in pairs], [intent for _, intent in pairs]


def train_search_head(encoder: Encoder, rows: Iterable[Row], recipe: SearchRecipe) -> NDArray[np.float32]:
    """Encode the training questions and fit the head [dimension, dimension]."""
    texts, intents = search_rows(rows, recipe.seed)
    log.info("search head: %d questions of %d intents", len(texts), len(set(intents)))
    return fit_search_head(SearchSpace(encoder.space.means)(encoder.encode(texts).vectors), intents, recipe)


def fit_search_head(vectors: NDArray[np.float32], intents: Sequence[str], recipe: SearchRecipe) -> NDArray[np.float32]:
    """Fit the head on unit vectors [n, dimension] and their intents."""
    import torch  # noqa: PLC0415 - an extra

    torch.manual_seed(recipe.seed)
    names = {name: number for number, name in enumerate(sorted(set(intents)))}
    labels, points = torch.tensor([names[name] for name in intents]), torch.from_numpy(vectors)
    identity = torch.eye(vectors.shape[1])
    head = identity.clone().requires_grad_()
    optimiser = torch.optim.Adam([head], lr=recipe.learning_rate)
    batch = min(recipe.batch, len(points))
    own = torch.eye(batch, dtype=torch.bool)
    for epoch in range(recipe.epochs):
        losses = []
        for start in range(0, len(points) - batch + 1, batch):
            if start == 0:
                order = torch.randperm(len(points))
            chosen = order[start : start + batch]
            dropped = torch.nn.functional.dropout(points[chosen], recipe.dropout)
            mapped = torch.nn.functional.normalize(dropped @ head, dim=1)
            likeness = (mapped @ mapped.T / recipe.temperature).masked_fill(own, -1e9)
            same = (labels[chosen][:, None] == labels[chosen][None, :]) & ~own
            among = torch.logsumexp(likeness.masked_fill(~same, -1e9), 1) - torch.logsumexp(likeness, 1)
            loss = -among[same.any(1)].mean() + recipe.pull * ((head - identity) ** 2).sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        log.info("search head: epoch %d, loss %.4f", epoch + 1, float(np.mean(losses)))
    trained: NDArray[np.float32] = head.detach().numpy().astype(np.float32)
    return trained
