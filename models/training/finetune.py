"""Fine-tune the encoder with all its heads at once: one loop for every task, resumable, on a CPU or one GPU."""

import copy
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ConfigurationError
from models.sets.emotion import EMOTIONS
from models.sets.pairs import Pair
from models.sets.rows import Row
from models.training.augment import augment
from models.training.averaging import blend, follow, phase_file
from models.training.contrast import Contrast, Mixture, contrast_of
from models.training.convert import Checkpoint
from models.training.losses import contrastive_loss, heads_loss
from models.training.network import forward, make_heads, mean_vector, tensors, token_ids, torch_model
from models.training.plan import plan_round
from models.training.recipe import Phase, Recipe
from models.training.targets import Targets, targets_of
from models.training.validation import dev_parts, score

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer
    from torch import Tensor

log = logging.getLogger(__name__)

_SAVE_SECONDS = 300
_LOG_STEPS = 100


@dataclass
class Trainer:
    """Everything that a run holds; ``make_trainer`` builds one.

    Attributes:
        recipe: Its settings.
        tokenizer: Cuts texts.
        network: ``encoder``, ``heads`` and the training-only ``emotions`` layer.
        average: A copy of the network whose weights are the running average.
        sources: Every training source in a fixed order.
        device: Where torch computes.
        data: SHA-256 of our own corpora, which may grow between two phases but not within one.
        record: What the run record keeps of each round: its dev figures, seconds, and the corpora that it saw.
        updates: Steps that the average has seen.
    """

    recipe: Recipe
    tokenizer: "Tokenizer"
    network: Any
    average: Any
    sources: tuple[str, ...]
    device: str
    data: Mapping[str, str]
    record: list[dict[str, Any]]
    updates: int = 0

    def run(self, rows: Sequence[Row], pairs: Sequence[Pair], state: Path) -> None:
        """Train every phase, going on from ``state`` where that exists, then blend the last two phases' averages.

        Raises:
            ConfigurationError: One of our corpora has changed within an unfinished phase.
        """
        train = [row for row in rows if row.split == "train"]
        dev = dev_parts(rows)
        for number, phase in enumerate(self.recipe.phases):
            done = self._load(state, number)
            if done is not None:
                if not done:
                    self.network.load_state_dict(self.average.state_dict())
                _Phase(self, number, train, dev, state).run(
                    contrast_of(train, pairs, phase.passes, self.recipe.seed), done
                )
        ends = [phase_file(state, phase.name) for phase in self.recipe.phases[-2:]]
        blend(self.average, ends[0], ends[-1], self.recipe.blend)
        self.record.append({"phase": "blend", "round": 1, "seconds": 0, "dev": self.scored(dev)})

    def _load(self, state: Path, number: int) -> dict[str, Any] | None:
        # None: this phase is done already. An empty dictionary: begin it.
        import torch  # noqa: PLC0415 - an extra

        if not state.is_file():
            return {}
        saved: dict[str, Any] = torch.load(state, weights_only=True, map_location=self.device)
        if saved["phase"] < number:
            return {}
        if saved["phase"] > number:
            return None
        self.network.load_state_dict(saved["network"])
        self.average.load_state_dict(saved["average"])
        self.record[:] = json.loads(saved["record"])
        self.updates = saved["updates"]
        if saved["finished"]:
            return None
        if saved["data"] != self.seen(self.recipe.phases[number]):
            raise ConfigurationError(
                f"Our corpora have changed since phase '{self.recipe.phases[number].name}' was broken off: "
                f"restore them, or remove {state} to train anew."
            )
        return saved

    def scored(self, dev: dict[str, list[Row]]) -> dict[str, float]:
        """Return the dev figures of the averaged weights."""
        return score(self.average, self.tokenizer, dev, self.device)

    def seen(self, phase: Phase) -> dict[str, str]:
        """Return the hashes of those of our corpora that a phase trains on."""
        return {name: value for name, value in self.data.items() if name in phase.passes}


def make_trainer(
    checkpoint: Checkpoint,
    tokenizer: "Tokenizer",
    recipe: Recipe,
    sources: Sequence[str],
    data: Mapping[str, str] | None = None,
) -> Trainer:
    """Build a trainer at the public weights; on a GPU where torch sees one."""
    import torch  # noqa: PLC0415 - an extra

    torch.manual_seed(recipe.seed)
    encoder: Any = torch_model(checkpoint)
    fixed = [encoder.embeddings, *encoder.encoder.layer[: recipe.frozen]]
    for part in fixed:
        part.requires_grad_(requires_grad=False)
    pieces, hidden = encoder.embeddings.word_embeddings.weight.shape
    prefix = len(token_ids(tokenizer, [""], 8)[0]) - 1
    heads = make_heads(pieces, hidden, len(sources), width=recipe.width, dropout=recipe.dropout, prefix=prefix)
    emotions = torch.nn.Linear(recipe.width, len(EMOTIONS))
    network = torch.nn.ModuleDict({"encoder": encoder, "heads": heads, "emotions": emotions})
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network.to(device)
    average = copy.deepcopy(network).eval()
    return Trainer(recipe, tokenizer, network, average, tuple(sources), device, data or {}, [])


class _Phase:
    """One phase of a run."""

    def __init__(
        self, trainer: Trainer, number: int, train: Sequence[Row], dev: dict[str, list[Row]], state: Path
    ) -> None:
        import torch  # noqa: PLC0415 - an extra

        self.trainer, self.number, self.dev, self.state = trainer, number, dev, state
        self.recipe = trainer.recipe
        self.phase = phase = self.recipe.phases[number]
        self.rows = [row for row in train if row.source in phase.passes]
        self.targets: Targets = targets_of(self.rows, trainer.sources, dict(self.recipe.weights))
        self.ids = token_ids(trainer.tokenizer, [row.text for row in self.rows], self.recipe.longest)
        lengths = np.array([len(row) for row in self.ids], np.int64)
        draws = [np.random.default_rng([self.recipe.seed, number, turn]) for turn in range(phase.rounds)]
        self.rounds = [plan_round(self.rows, lengths, phase, draw, self.recipe.batch_tokens) for draw in draws]
        network = trainer.network
        encoder = [value for value in network["encoder"].parameters() if value.requires_grad]
        heads = [*network["heads"].parameters(), *network["emotions"].parameters()]
        groups = [{"params": encoder}, {"params": heads, "lr": phase.rate * self.recipe.heads_rate}]
        self.optimizer = torch.optim.AdamW(groups, lr=phase.rate, weight_decay=self.recipe.decay, fused=True)
        self.learned = [*encoder, *heads]
        self.total = sum(len(steps) for steps in self.rounds)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._rate)

    def _rate(self, step: int) -> float:
        warm = max(1, self.total // 16)
        return min((step + 1) / warm, max(0.02, (self.total - step) / (self.total - warm)))

    def run(self, contrast: Contrast, saved: dict[str, Any]) -> None:
        """Train the phase from its beginning or from a saved step."""
        begin = int(saved.get("step", 0))
        if saved:
            self.optimizer.load_state_dict(saved["optimizer"])
            self.schedule.load_state_dict(saved["schedule"])
        log.info("%s: %d rows, %d steps, from step %d", self.phase.name, len(self.rows), self.total, begin)
        start = last = time.monotonic()
        step, loss_sum = 0, np.zeros(2)
        scored = {(entry["phase"], entry["round"]) for entry in self.trainer.record}
        for turn, steps in enumerate(self.rounds[: self.phase.run]):
            for own in steps:
                if step >= begin:
                    loss_sum += self._step(step, own, contrast)
                    if (step + 1) % _LOG_STEPS == 0:
                        self._log(step + 1, loss_sum, (time.monotonic() - start) / (step + 1 - begin))
                        loss_sum[:] = 0
                    if time.monotonic() - last > _SAVE_SECONDS:
                        self._save(step + 1, finished=False)
                        last = time.monotonic()
                step += 1
            if step >= begin and (self.phase.name, turn + 1) not in scored:
                self._score(turn, time.monotonic() - start)
        self._save(step, finished=True)

    def _log(self, step: int, sums: "NDArray[np.float64]", seconds: float) -> None:
        last = sum(len(steps) for steps in self.rounds[: self.phase.run])
        loss, drawn = sums / _LOG_STEPS
        left = seconds * (last - step) / 60
        log.info(
            "%s: step %d of %d, loss %.3f, contrast %.3f, %.0f min left", self.phase.name, step, last, loss, drawn, left
        )

    def _step(self, step: int, own: list[int], contrast: Contrast) -> tuple[float, float]:
        import torch  # noqa: PLC0415 - an extra

        trainer, recipe = self.trainer, self.recipe
        random = np.random.default_rng([recipe.seed, self.number, 99, step])
        # Dropout draws from torch's own generator: seeded by the step, a resumed run draws what an unbroken one would.
        torch.manual_seed(int(random.integers(2**31)))
        trainer.network.train()
        frozen = step < self.phase.warm
        trainer.network["encoder"].requires_grad_(requires_grad=False)
        if not frozen:
            for layer in trainer.network["encoder"].encoder.layer[recipe.frozen :]:
                layer.requires_grad_(requires_grad=True)
        ids = [augment(self.ids[row], self.rows[row].text, trainer.tokenizer, recipe.longest, random) for row in own]
        fed = self._tensors(ids)
        labels = {name: value.to(trainer.device) for name, value in self.targets.take(own).items()}
        with torch.autocast(trainer.device, dtype=torch.bfloat16):
            logits, features, _ = forward(trainer.network["encoder"], trainer.network["heads"], *fed)
        loss = heads_loss(trainer.network["heads"], trainer.network["emotions"], logits, features, labels)
        drawn = loss.new_zeros(())
        loss.backward()
        if step % self.phase.contrast == 0 and not frozen:
            drawn = self._contrast(contrast, random)
            (recipe.contrast_weight * drawn).backward()
        torch.nn.utils.clip_grad_norm_(self.learned, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.schedule.step()
        trainer.updates += 1
        follow(trainer.average, trainer.network, trainer.updates, recipe.average)
        return float(loss.detach()), float(drawn.detach()) * self.phase.contrast

    def _contrast(self, contrast: Contrast, random: np.random.Generator) -> "Tensor":
        import torch  # noqa: PLC0415 - an extra

        texts, labels = contrast.draw(random, Mixture())
        fed = self._tensors(token_ids(self.trainer.tokenizer, texts, self.recipe.longest))
        with torch.autocast(self.trainer.device, dtype=torch.bfloat16):
            states = self.trainer.network["encoder"](input_ids=fed[0], attention_mask=fed[1]).last_hidden_state
        vectors = mean_vector(states, fed[1])
        return contrastive_loss(vectors, torch.tensor(labels, device=vectors.device), self.recipe.temperature)

    def _tensors(self, ids: Sequence[Sequence[int]]) -> "list[Tensor]":
        return [each.to(self.trainer.device) for each in tensors(ids)]

    def _score(self, turn: int, seconds: float) -> None:
        shown = self.trainer.scored(self.dev)
        entry = {"phase": self.phase.name, "round": turn + 1, "seconds": round(seconds), "dev": shown}
        self.trainer.record.append(entry | {"data": self.trainer.seen(self.phase)})
        log.info("%s round %d: mean %.4f %s", self.phase.name, turn + 1, np.mean(list(shown.values())), shown)

    def _save(self, step: int, *, finished: bool) -> None:
        import torch  # noqa: PLC0415 - an extra

        trainer = self.trainer
        self.state.parent.mkdir(parents=True, exist_ok=True)
        partial = self.state.with_suffix(".partial")
        saved = {
            "phase": self.number,
            "step": step,
            "finished": finished,
            "data": trainer.seen(self.phase),
            "updates": trainer.updates,
            "network": trainer.network.state_dict(),
            "average": trainer.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "record": json.dumps(trainer.record),
        }
        torch.save(saved, partial)
        partial.rename(self.state)
        if finished:
            torch.save(saved["average"], phase_file(self.state, self.phase.name))


def tuned_checkpoint(trainer: Trainer, checkpoint: Checkpoint) -> Checkpoint:
    """Return the averaged encoder's weights in the form of the checkpoint that training began from."""
    state = trainer.average["encoder"].state_dict()
    weights = {name: state[name].float().cpu().numpy() for name in checkpoint.weights}
    return Checkpoint(checkpoint.name, checkpoint.shape, weights, checkpoint.pieces)


def run_record(trainer: Trainer) -> dict[str, Any]:
    """Return what the card keeps of a run: the recipe, and dev figures by round."""
    return {"recipe": asdict(trainer.recipe), "rounds": trainer.record}
