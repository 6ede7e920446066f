from types import SimpleNamespace
from typing import Any

import pytest

from models.outputs import ANGER, COLUMNS, DIALECT, INTENSITY, LEVEL, SENTIMENT, SIGNALS, TARGET, TECHNICAL
from models.sets.emotion import EMOTIONS
from models.sets.rows import Row
from models.training.losses import contrastive_loss, heads_loss
from models.training.targets import targets_of

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")

SOURCES = ("one", "arabic_company_reviews")
FEATURES = 4


def row(source: str = "one", **labels: Any) -> Row:
    return Row("x", source, "train", "ar", **labels)


def modules() -> tuple[SimpleNamespace, Any]:
    source = torch.nn.Embedding(len(SOURCES), COLUMNS)
    torch.nn.init.zeros_(source.weight)
    heads = SimpleNamespace(source=source, thresholds=lambda: torch.tensor([-1.0, 0.0, 1.0]))
    return heads, torch.nn.Linear(FEATURES, len(EMOTIONS))


def loss_of(rows: list[Row], logits: Any, features: Any = None, weights: dict[str, float] | None = None) -> Any:
    given = torch.ones(len(rows), FEATURES) if features is None else features
    batch = targets_of(rows, SOURCES, weights or {}).take(range(len(rows)))
    return heads_loss(*modules(), logits, given, batch)


def touched(rows: list[Row]) -> set[int]:
    """The columns of the first row that the loss moves."""
    logits = torch.zeros(len(rows), COLUMNS, requires_grad=True)
    loss_of(rows, logits).backward()
    return set(logits.grad[0].nonzero().flatten().tolist())


def columns(part: slice) -> set[int]:
    return set(range(COLUMNS)[part])


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"sentiment": 0}, columns(SENTIMENT)),
        ({"anger": 1}, {ANGER}),
        ({"intensity": 0.9}, {INTENSITY}),
        ({"target": "self"}, columns(TARGET)),
        ({"signals": frozenset({"abuse"})}, columns(SIGNALS)),
        ({"signals": frozenset()}, columns(SIGNALS)),
        ({"variety": "gulf"}, columns(DIALECT)),
        ({"technical": "expert"}, columns(TECHNICAL)),
        ({"level": 2}, {LEVEL, INTENSITY} | columns(SENTIMENT)),
        ({}, set()),
    ],
)
def test_a_label_teaches_its_own_columns_and_no_others(labels: dict[str, Any], expected: set[int]) -> None:
    # A second row with every label: what one row lacks must not be read from its neighbour.
    full = row(sentiment=1, anger=0, intensity=0.1, signals=frozenset(), target="us", technical="layman", variety="msa")
    assert touched([row(**labels), full]) == expected


def test_emotions_teach_the_features_alone() -> None:
    logits = torch.zeros(1, COLUMNS, requires_grad=True)
    features = torch.ones(1, FEATURES, requires_grad=True)
    loss_of([row(emotions=frozenset({"joy"}))], logits, features).backward()
    assert features.grad.abs().sum() > 0
    assert logits.grad is None or logits.grad.abs().sum() == 0


def test_a_set_without_neutral_rows_says_nothing_of_neutral() -> None:
    assert touched([row("arabic_company_reviews", sentiment=2)]) == {0, 2}


def test_weights_scale_a_source() -> None:
    rows, logits = [row(anger=1)], torch.zeros(1, COLUMNS)
    single, triple = loss_of(rows, logits), loss_of(rows, logits, weights={"one": 3.0})
    assert triple.item() == pytest.approx(3 * single.item())


def test_the_loss_is_a_mean_over_rows() -> None:
    one, two = loss_of([row(anger=1)], torch.zeros(1, COLUMNS)), loss_of([row(anger=1)] * 2, torch.zeros(2, COLUMNS))
    assert one.item() == pytest.approx(two.item())
    assert one.item() == pytest.approx(0.6931, abs=1e-3)


@pytest.mark.parametrize("level", range(4))
def test_a_level_between_its_own_thresholds_costs_least(level: int) -> None:
    costs = []
    for place in (-2.0, -0.5, 0.5, 2.0):
        logits = torch.zeros(1, COLUMNS)
        logits[0, LEVEL] = place
        costs.append(loss_of([row(level=level)], logits).item())
    assert costs.index(min(costs)) == level


def pair(calm: float, angry: float, groups: tuple[str, str] = ("p", "p")) -> tuple[list[Row], Any]:
    rows = [row(level=0, group=groups[0]), row(level=2, group=groups[1])]
    logits = torch.zeros(2, COLUMNS)
    for column in (LEVEL, INTENSITY):
        logits[0, column], logits[1, column] = calm, angry
    return rows, logits.requires_grad_()


def added_by_pairing(calm: float, angry: float) -> tuple[float, list[float]]:
    """What the loss of a pair adds to that of two lone rows, and to the slope of their level logits."""
    losses, slopes = [], []
    for groups in (("p", "p"), ("p", "q")):
        rows, logits = pair(calm, angry, groups)
        loss = loss_of(rows, logits)
        loss.backward()
        losses.append(float(loss.detach()))
        slopes.append(logits.grad[:, LEVEL])
    return losses[0] - losses[1], (slopes[0] - slopes[1]).tolist()


def test_wordings_of_one_problem_are_pushed_apart_until_they_are_far_enough() -> None:
    inverted, (calm, angry) = added_by_pairing(calm=2.0, angry=-2.0)
    assert inverted > 0.5
    assert calm > 0 > angry
    near, _ = added_by_pairing(calm=0.0, angry=1.0)
    assert 0 < near < inverted
    apart, slopes = added_by_pairing(calm=-10.0, angry=10.0)
    assert apart == pytest.approx(0, abs=1e-5)
    assert slopes == pytest.approx([0, 0], abs=1e-5)


def test_a_source_learns_its_own_intercept_and_no_other_s() -> None:
    heads, emotions = modules()
    batch = targets_of([row(anger=1)], SOURCES, {}).take([0])
    heads_loss(heads, emotions, torch.zeros(1, COLUMNS), torch.ones(1, FEATURES), batch).backward()
    assert heads.source.weight.grad[0].abs().sum() > 0
    assert heads.source.weight.grad[1].abs().sum() == 0


def test_contrast_by_hand() -> None:
    near = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    labels = torch.tensor([0, 0, 1, 1])
    # Each text: its partner at 1 / 0.5, two others at 0.
    expected = float(torch.log(1 + 2 * torch.exp(torch.tensor(-2.0))))
    assert float(contrastive_loss(near, labels, 0.5)) == pytest.approx(expected, abs=1e-5)
    assert float(contrastive_loss(near, torch.tensor([0, 1, 0, 1]), 0.5)) > expected


def test_a_text_without_a_partner_only_repels() -> None:
    vectors = torch.nn.functional.normalize(torch.tensor([[1.0, 0.1], [1.0, -0.1], [0.9, 0.4]]), dim=1)
    loss = contrastive_loss(vectors, torch.tensor([0, 0, 5]), 0.1)
    assert torch.isfinite(loss)
    assert float(loss) > float(contrastive_loss(vectors[:2], torch.tensor([0, 0]), 0.1))
