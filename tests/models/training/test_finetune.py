import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import ConfigurationError
from models.outputs import COLUMNS
from models.sets.pairs import Pair
from models.sets.rows import Row
from models.training import finetune
from models.training.convert import build_tokenizer
from models.training.losses import heads_loss
from models.training.network import LAYERS, forward, tensors, token_ids
from models.training.recipe import OWN, OWN_SIGNALS, Phase, Recipe
from models.training.targets import targets_of
from models.training.validation import dev_parts, predict
from tests.models.training import tiny

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("sentencepiece")

CHECKPOINT = tiny.checkpoint(layers=max(LAYERS))
BANK, TWEETS = "banking77_en", "arsarcasm_v2"


def own(text: str, level: int, split: str = "train") -> Row:
    labels: dict[str, Any] = {"level": level, "anger": int(level > 0), "target": "us" if level else None}
    group = f"card {split}"
    return Row(text, OWN, split, "en", group=group, problem=group, technical="layman", **labels)  # type: ignore[arg-type]


ROWS = [
    own("where is my card", 0),
    own("where is my card!", 1),
    own("where is my card 😡!", 3),
    own("thanks where is my card", 0, "dev"),
    own("my card 😡 where", 3, "dev"),
    Row("وين بطاقتي 😡", OWN_SIGNALS, "train", "ar", signals=frozenset({"urgency"}), variety="gulf"),
    Row("شكرا", OWN_SIGNALS, "train", "ar", signals=frozenset({"thanks"}), variety="msa"),
    Row("where is my card", BANK, "train", "en", level=0, anger=0, intent="arrival"),
    Row("my card where is", BANK, "train", "en", level=0, anger=0, intent="arrival"),
    Row("thanks is my card", BANK, "train", "en", level=0, anger=0, intent="fee"),
    Row("is my card thanks", BANK, "train", "en", level=0, anger=0, intent="fee"),
    Row("شكرا شكرا", TWEETS, "train", "ar", sentiment=2),
    Row("وين بطاقتي", TWEETS, "train", "ar", sentiment=0),
    *(Row(f"شكرا {mark}", TWEETS, "dev", "ar", sentiment=value) for value, mark in enumerate("😡؟!")),
]
PAIRS = [Pair("شكرا", "thanks", "x"), Pair("وين بطاقتي", "where is my card", "x")]
SOURCES = sorted({row.source for row in ROWS})
FIRST = Phase("first", dict.fromkeys(SOURCES, 8.0), rounds=2, run=2, rate=5e-4, warm=2, contrast=2)
SECOND = replace(FIRST, name="second", run=1, warm=0)
# Without dropout: torch's draws are no part of a saved state.
RECIPE = Recipe(
    (FIRST,), width=8, dropout=0.0, heads_rate=40, frozen=1, average=0.9, batch_tokens=64, longest=32, seed=3
)


@pytest.fixture(autouse=True)
def banking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The one file of the public sets that intents are read with."""
    (tmp_path / "sets" / "arbanking77").mkdir(parents=True)
    path = tmp_path / "sets" / "arbanking77" / "Banking77_intents.csv"
    path.write_text("label_ar,label_en\n", encoding="utf-8")
    monkeypatch.setenv("RIFQ_SETS", str(tmp_path / "sets"))


def trainer(recipe: Recipe = RECIPE, data: dict[str, str] | None = None) -> finetune.Trainer:
    return finetune.make_trainer(CHECKPOINT, build_tokenizer(CHECKPOINT.pieces), recipe, SOURCES, data)


def cost(of: finetune.Trainer) -> float:
    """The heads' loss over the training rows in float32, as they stand."""
    rows = [row for row in ROWS if row.split == "train"]
    network = of.network.eval()
    ids = token_ids(of.tokenizer, [row.text for row in rows], of.recipe.longest)
    labels = {name: value.to(of.device) for name, value in targets_of(rows, SOURCES, {}).take(range(len(rows))).items()}
    with torch.inference_mode():
        fed = [each.to(of.device) for each in tensors(ids)]
        logits, features, _ = forward(network["encoder"], network["heads"], *fed)
        return float(heads_loss(network["heads"], network["emotions"], logits, features, labels))


def same(left: Any, right: Any) -> None:
    expected = right.state_dict()
    for name, value in left.state_dict().items():
        torch.testing.assert_close(value, expected[name], rtol=0, atol=1e-6, msg=f"{name} differs")


def test_two_rounds_lower_the_loss_and_leave_what_is_frozen(tmp_path: Path) -> None:
    made = trainer()
    before = cost(made)
    made.run(ROWS, PAIRS, tmp_path / "run.state")
    assert cost(made) < 0.9 * before
    assert [(entry["phase"], entry["round"]) for entry in made.record][-1] == ("blend", 1)
    assert [entry["round"] for entry in made.record[:-1]] == [1, 2]
    assert set(made.record[0]["dev"]) == {"arsarcasm", "level", "pairs"}
    tuned = finetune.tuned_checkpoint(made, CHECKPOINT)
    assert tuned.shape == CHECKPOINT.shape
    moved = {name for name, value in tuned.weights.items() if (value != CHECKPOINT.weights[name]).any()}
    assert moved == {name for name in CHECKPOINT.weights if name.startswith("encoder.") and ".layer.0." not in name}
    json.dumps(finetune.run_record(made))


class BrokenOffError(Exception):
    """Stands for a machine that was switched off."""


@pytest.mark.parametrize(("phase", "step"), [(0, 3), (0, 7), (1, 2)])
def test_a_broken_run_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, phase: int, step: int
) -> None:
    recipe, state = replace(RECIPE, phases=(FIRST, SECOND)), tmp_path / "broken.state"
    whole = trainer(recipe)
    whole.run(ROWS, PAIRS, tmp_path / "whole.state")
    keep = finetune._Phase._save

    def save(self: finetune._Phase, done: int, *, finished: bool) -> None:
        keep(self, done, finished=finished)
        if (self.number, done) == (phase, step):
            raise BrokenOffError

    with monkeypatch.context() as patch:
        patch.setattr(finetune, "_SAVE_SECONDS", -1)
        patch.setattr(finetune._Phase, "_save", save)
        with pytest.raises(BrokenOffError):
            trainer(recipe).run(ROWS, PAIRS, state)
    resumed = trainer(recipe)
    resumed.run(ROWS, PAIRS, state)
    assert resumed.updates == whole.updates
    same(resumed.network, whole.network)
    same(resumed.average, whole.average)
    for left, right in zip(resumed.record, whole.record, strict=True):
        assert left | {"seconds": 0} == right | {"seconds": 0}


def test_a_phase_begins_at_the_average_of_the_one_before(tmp_path: Path) -> None:
    still = replace(SECOND, rate=0.0)
    made = trainer(replace(RECIPE, phases=(FIRST, still), decay=0.0))
    made.run(ROWS, PAIRS, tmp_path / "run.state")
    first = torch.load(tmp_path / f"run-{FIRST.name}.pt", weights_only=True)
    for name, value in made.network.state_dict().items():
        torch.testing.assert_close(value, first[name], rtol=0, atol=1e-6)


def test_a_corpus_may_grow_between_two_phases_but_not_within_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recipe, state = replace(RECIPE, phases=(FIRST, SECOND)), tmp_path / "run.state"
    keep = finetune._Phase._save

    def save(self: finetune._Phase, done: int, *, finished: bool) -> None:
        keep(self, done, finished=finished)
        if finished is stop[1] and self.number == stop[0]:
            raise BrokenOffError

    monkeypatch.setattr(finetune, "_SAVE_SECONDS", -1)
    monkeypatch.setattr(finetune._Phase, "_save", save)
    for stop in ((0, True), (1, False)):
        with pytest.raises(BrokenOffError):
            trainer(recipe, {OWN: str(stop)}).run(ROWS, PAIRS, state)
    with pytest.raises(ConfigurationError, match="have changed"):
        trainer(recipe, {OWN: "another"}).run(ROWS, PAIRS, state)


def test_a_finished_run_is_not_run_again(tmp_path: Path) -> None:
    first, again = trainer(), trainer()
    first.run(ROWS, PAIRS, tmp_path / "run.state")
    again.run(ROWS, PAIRS, tmp_path / "run.state")
    assert again.updates == first.updates
    assert again.record == first.record
    same(again.average, first.average)


def test_the_encoder_waits_while_the_heads_warm_up(tmp_path: Path) -> None:
    made = trainer(replace(RECIPE, phases=(replace(FIRST, warm=10_000),)))
    made.run(ROWS, PAIRS, tmp_path / "run.state")
    tuned = finetune.tuned_checkpoint(made, CHECKPOINT)
    assert all((value == CHECKPOINT.weights[name]).all() for name, value in tuned.weights.items())
    assert cost(made) < cost(trainer())


def test_predictions_keep_the_order_of_rows() -> None:
    made = trainer()
    rows = [*ROWS, Row("where is my card " * 40, "x", "dev", "en")]
    forwards = predict(made.average, made.tokenizer, rows)
    backwards = predict(made.average, made.tokenizer, rows[::-1])
    assert forwards.shape == (len(rows), COLUMNS)
    # Two batches of bfloat16 differ a little, two texts a lot.
    assert np.abs(forwards - backwards[::-1]).mean() < 0.3 * np.abs(forwards - backwards).mean()


def test_only_dev_rows_that_are_scored_are_read() -> None:
    rows = [*ROWS, Row("x", "goemotions", "dev", "en", anger=0)]
    parts = dev_parts(rows)
    assert list(parts) == [TWEETS, OWN]
    assert all(row.split == "dev" for part in parts.values() for row in part)
