"""Train the low-rank additions that give search its own vector: one matter, one place, however it is told.

The layers below are frozen, so their states are computed once; what is trained is run by the graph's own operators, so
that it cannot come to differ from what serves.
"""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.backends.float_graph import restore
from models.backends.torch_graph import graph_constants, graph_steps, run_steps
from models.encoder import batches, feed
from models.training.contrast import Contrast, Draw, Mixture
from models.training.graph_search import PARTS, Additions, add_search, layers_above, states_of
from models.training.losses import contrastive_loss

if TYPE_CHECKING:
    from onnx import ModelProto
    from torch import Tensor

log = logging.getLogger(__name__)

_SWEEP_TOKENS = 1024
_LOG_STEPS = 25
_PIECES = 5
"""A step is run in so many groups of texts of about one length: little is padding then."""


MIXTURE = Mixture(
    pairs=0.1,
    problems=0.4,
    bank=0.85,
    trades=2,
    pair=Draw(80),
    problem=Draw(44, each=4, alike=0.0),
    intent=Draw(77),
)


@dataclass(frozen=True)
class AdapterRecipe:
    """Settings of one run, chosen on the dev part of ``bank_messages`` and on dev rows of the banking sets.

    Attributes:
        first: The lowest layer that search has a run of its own of.
        rank: Of every addition.
        steps: Contrastive steps.
        warm: Steps over which the learning rate rises; it falls in a straight line then.
        rate: Peak learning rate of AdamW.
        decay: Weight decay.
        temperature: Of the contrastive loss.
        dropout: Share of the additions' weights that a step does without.
        questions: Most questions of an intent in one language.
        pairs: How many pairs are drawn from.
        longest: Texts are cut to this many tokens.
        seed: Of everything random.
        mixture: What the steps hold.
    """

    first: int = 8
    rank: int = 12
    steps: int = 700
    warm: int = 30
    rate: float = 2e-3
    decay: float = 0.01
    temperature: float = 0.05
    dropout: float = 0.1
    questions: int = 30
    pairs: int = 3_000
    longest: int = 96
    seed: int = 0
    mixture: Mixture = MIXTURE


class _States:
    """The states of texts below the trained layers, end to end in half precision."""

    def __init__(self, model: "ModelProto", ids: Sequence[Sequence[int]], layer: int) -> None:
        import onnxruntime  # noqa: PLC0415 - slow to import
        from onnx import TensorProto, helper  # noqa: PLC0415 - an extra

        name, hidden = states_of(layer), model.graph.output[0].type.tensor_type.shape.dim[1].dim_value
        del model.graph.output[:]
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ("batch", "tokens", hidden)))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session: Any = onnxruntime.InferenceSession(model.SerializeToString(), options)
        self._ends = np.cumsum([len(row) for row in ids])
        self._starts = self._ends - np.array([len(row) for row in ids])
        self._states: NDArray[np.float16] = np.empty((int(self._ends[-1]), hidden), np.float16)
        for group in batches([len(row) for row in ids], _SWEEP_TOKENS):
            made = session.run([name], feed([ids[text] for text in group]))[0]
            for row, text in enumerate(group):
                self._states[self._starts[text] : self._ends[text]] = made[row, : len(ids[text])]

    def lengths(self, texts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many tokens texts have."""
        found: NDArray[np.int64] = (self._ends - self._starts)[texts]
        return found

    def take(self, texts: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return states [texts, tokens, hidden] and mask [texts, tokens] of some texts, padded."""
        lengths = self.lengths(texts)
        states = np.zeros((len(texts), lengths.max(), self._states.shape[1]), np.float32)
        mask = np.zeros(states.shape[:2], np.int64)
        for row, text in enumerate(texts):
            states[row, : lengths[row]] = self._states[self._starts[text] : self._ends[text]]
            mask[row, : lengths[row]] = 1
        return states, mask


class _Network:
    """The graph's operators from the frozen layers' states to ``search``; the additions are its only weights."""

    def __init__(self, model: "ModelProto", first: int) -> None:
        nodes = [node for node in model.graph.node if node.name.startswith("search") or node.name == "mask.column"]
        casts = {node.output[0] for node in nodes if node.op_type == "Cast" and node.name.startswith("search")}
        self._states = states_of(first - 1)
        self._steps = graph_steps([node for node in nodes if node.output[0] not in casts])
        self._constants = graph_constants(model, "cpu")
        self.weights = {
            name: self._constants.pop(f"{name.removesuffix('.weight')}.half").float().requires_grad_()
            for name in sorted(casts)
        }

    def __call__(self, states: "Tensor", mask: "Tensor", dropout: float) -> "Tensor":
        """Return unit search vectors [texts, hidden]."""
        from torch.nn import functional  # noqa: PLC0415 - an extra

        weights = {name: functional.dropout(value, dropout) for name, value in self.weights.items()}
        given = {self._states: states, "mask": mask, "mask.float": mask.float()}
        found: Tensor = run_steps(self._steps, self._constants | weights | given)["search"]
        return found


def train_additions(
    graph: Path, ids: Sequence[Sequence[int]], texts: Sequence[str], contrast: Contrast, recipe: AdapterRecipe
) -> Additions:
    """Train the additions to a graph's layers.

    Args:
        graph: The graph's file.
        ids: Token ids of each of ``texts``.
        texts: Every text of ``contrast``, once.
        contrast: What belongs together.
        recipe: Settings.
    """
    import onnx  # noqa: PLC0415 - an extra
    import torch  # noqa: PLC0415

    log.info("search adapter: the states of %d texts", len(texts))
    below = _States(onnx.load(str(graph)), [row[: recipe.longest] for row in ids], recipe.first - 1)
    random = np.random.default_rng(recipe.seed)
    torch.manual_seed(recipe.seed)
    network = _Network(_begun(graph, recipe, random), recipe.first)
    optimizer = torch.optim.AdamW(network.weights.values(), lr=recipe.rate, weight_decay=recipe.decay)
    place = {text: index for index, text in enumerate(texts)}
    start, losses = time.monotonic(), []
    for step in range(recipe.steps):
        rate = min((step + 1) / recipe.warm, max(0.02, 1 - step / recipe.steps))
        optimizer.param_groups[0]["lr"] = recipe.rate * rate
        drawn, labels = contrast.draw(random, recipe.mixture)
        vectors = _vectors(network, below, np.array([place[text] for text in drawn]), recipe.dropout)
        loss = contrastive_loss(vectors, torch.tensor(labels), recipe.temperature, nearest=True)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.weights.values(), 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if (step + 1) % _LOG_STEPS == 0:
            left = (time.monotonic() - start) / (step + 1) * (recipe.steps - step - 1) / 60
            mean = np.mean(losses[-_LOG_STEPS:])
            log.info("search adapter: step %d of %d, loss %.3f, %.0f min left", step + 1, recipe.steps, mean, left)
    made = {name: value.detach().numpy() for name, value in network.weights.items()}
    names = {name.removeprefix("search.").rsplit(".", 2)[0] for name in made}
    return {name: (made[f"search.{name}.down.weight"], made[f"search.{name}.up.weight"]) for name in names}


def _begun(graph: Path, recipe: AdapterRecipe, random: np.random.Generator) -> "ModelProto":
    """Return the graph in float32 with additions that add nothing yet: ``up`` is zero."""
    from onnx import helper, load  # noqa: PLC0415 - an extra

    model = load(str(graph))
    nodes = {node.name: node for node in model.graph.node}
    additions = {}
    for name in (f"encoder.layer.{layer}.{part}" for layer in layers_above(model, recipe.first) for part in PARTS):
        sizes = {about.name: helper.get_attribute_value(about) for about in nodes[name].attribute}
        down = random.standard_normal((sizes["K"], recipe.rank)) / math.sqrt(sizes["K"])
        additions[name] = (down.astype(np.float32), np.zeros((recipe.rank, sizes["N"]), np.float32))
    add_search(model, additions, recipe.first)
    restore(model)
    return model


def _vectors(network: _Network, below: _States, texts: NDArray[np.int64], dropout: float) -> "Tensor":
    import torch  # noqa: PLC0415 - an extra

    order = np.argsort(below.lengths(texts), kind="stable")
    parts = []
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for group in np.array_split(order, _PIECES):
            states, mask = (torch.from_numpy(value) for value in below.take(texts[group]))
            parts.append(network(states, mask, dropout).float())
    back: Tensor = torch.cat(parts)[torch.from_numpy(np.argsort(order))]
    return back
