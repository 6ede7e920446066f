import numpy as np
import pytest

from models.outputs import ANGER, COLUMNS, LEVEL, SENTIMENT, SIGNALS
from models.sets.rows import Row
from models.training.calibrate import CALM_SHARE, INBOX, Calibration, calibrate, fold, is_calibrated_on
from models.training.recipe import OWN, OWN_SIGNALS
from tests.models.training import tiny

THRESHOLDS = np.array([-1.0, 0.0, 1.0], np.float32)
Dev = tuple[dict[str, list[Row]], dict[str, np.ndarray]]


def sigmoid(values: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-values)))


def inbox(seed: int = 0) -> Dev:
    """Our own messages, as many of each level, and calm questions; level scores two apart, of unit spread."""
    random = np.random.default_rng(seed)
    own = [
        Row("x", OWN, "dev", "en", sentiment=0 if level else 1, anger=int(level > 0), level=level)
        for level in range(4)
        for _ in range(150)
    ]
    calm = [Row("q", "banking77_en", "dev", "en", anger=0, level=0) for _ in range(300)]
    dev = {OWN: own, "banking77_en": calm}
    logits = {source: random.normal(size=(len(rows), COLUMNS)).astype(np.float32) for source, rows in dev.items()}
    for source, rows in dev.items():
        level = np.array([row.level for row in rows])
        logits[source][:, LEVEL] += 2 * level - 3
        logits[source][:, ANGER] += np.where(level > 0, 2, -2)
    return dev, logits


def test_an_overconfident_head_is_cooled_by_as_much() -> None:
    dev, logits = inbox()
    random = np.random.default_rng(1)
    honest = random.normal(size=(3000, 3)) * 1.5
    chances = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    labels = [int(random.choice(3, p=each)) for each in chances]
    dev = dev | {"xlmt_umsab/english": [Row("t", "xlmt_umsab/english", "dev", "en", sentiment=each) for each in labels]}
    made = np.zeros((3000, COLUMNS), np.float32)
    made[:, SENTIMENT] = 2.5 * honest
    # Ours says nothing here: only the tweets decide.
    dev[OWN] = [Row("x", OWN, "dev", "en", anger=row.anger, level=row.level) for row in dev[OWN]]
    found = calibrate(dev, logits | {"xlmt_umsab/english": made}, THRESHOLDS)
    assert found.temperature == pytest.approx(2.5, abs=0.2)


def test_levels_fit_the_assumed_inbox() -> None:
    dev, logits = inbox()
    found = calibrate(dev, logits, THRESHOLDS)
    assert list(found.level_thresholds) == sorted(found.level_thresholds)
    assert found.level_slope > 0
    truth = np.array([row.level for row in dev[OWN]])
    for level, threshold in enumerate(found.level_thresholds):
        own = sigmoid(logits[OWN][:, LEVEL] * found.level_slope - threshold)
        calm = sigmoid(logits["banking77_en"][:, LEVEL] * found.level_slope - threshold).mean()
        # The mean probability in an inbox: half of the calm are questions of the bank.
        each = [own[truth == rank].mean() for rank in range(4)]
        mean = INBOX[0] * (each[0] + calm) / 2 + sum(INBOX[rank] * each[rank] for rank in (1, 2, 3))
        assert mean == pytest.approx(sum(INBOX[level + 1 :]), abs=0.03)


def test_the_called_level_catches_anger_and_leaves_calm_questions_calm() -> None:
    dev, logits = inbox()
    found = calibrate(dev, logits, THRESHOLDS)
    cut, threshold = found.level_cuts[0], found.level_thresholds[0]
    called = {
        source: sigmoid(made[:, LEVEL] * found.level_slope - threshold) >= cut - 1e-4 for source, made in logits.items()
    }
    truth = np.array([row.level for row in dev[OWN]])
    assert called["banking77_en"].mean() <= 1 - CALM_SHARE + 0.01
    assert called[OWN][truth >= 2].mean() > 0.9
    cuts = np.array(found.level_cuts)
    places = (np.log(cuts / (1 - cuts)) + found.level_thresholds).tolist()
    assert places == sorted(places)


def test_without_our_messages_the_level_stays_as_trained() -> None:
    posts = [Row("p", "semeval2018/E-c/Arabic", "dev", "ar", sentiment=1, anger=place % 2) for place in range(100)]
    made = np.random.default_rng(0).normal(size=(100, COLUMNS)).astype(np.float32)
    made[:, ANGER] += [2 * (place % 2) for place in range(100)]
    found = calibrate({"semeval2018/E-c/Arabic": posts}, {"semeval2018/E-c/Arabic": made}, THRESHOLDS)
    assert (found.level_slope, found.level_thresholds, found.level_cuts) == (1.0, (-1.0, 0.0, 1.0), (0.5, 0.5, 0.5))
    assert found.slope > 0


def test_folding_moves_the_calibrated_columns_and_no_others() -> None:
    heads, states = tiny.heads(), np.random.default_rng(0).normal(size=16).astype(np.float32)
    folded = fold(heads, Calibration(2.0, 3.0, -1.0, 0.5, (0.1, 0.2, 0.3), (0.2, 0.2, 0.2)))

    def logits(own: dict[str, np.ndarray]) -> np.ndarray:
        made: np.ndarray = own["value"] @ states + own["constant"]
        made[: own["lexical"].shape[1]] += own["lexical"][7]
        return made

    before, after = logits(heads), logits(folded)
    np.testing.assert_allclose(after[SENTIMENT], before[SENTIMENT] / 2, rtol=1e-5)
    np.testing.assert_allclose(after[ANGER], 3 * before[ANGER] - 1, rtol=1e-5)
    np.testing.assert_allclose(after[LEVEL], before[LEVEL] / 2, rtol=1e-5)
    np.testing.assert_allclose(after[SIGNALS], before[SIGNALS], rtol=1e-6)
    np.testing.assert_allclose(folded["thresholds"], [0.1, 0.2, 0.3], rtol=1e-6)
    assert heads["thresholds"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (OWN, True),
        (OWN_SIGNALS, False),
        ("banking77_en", True),
        ("semeval2018/E-c/Arabic", True),
        ("goemotions", False),
    ],
)
def test_which_dev_rows_calibrate(source: str, expected: bool) -> None:
    assert is_calibrated_on(source) is expected
