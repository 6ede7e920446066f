from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from models.outputs import COLUMNS, SIGNAL_NAMES
from models.sets.rows import Row
from models.signal_head import SignalHead
from models.training.signal_head import train_signal_head

if TYPE_CHECKING:
    from models.encoder import Encoder

DESPAIR = SIGNAL_NAMES.index("self_harm")
CLOSING = "please close my account for good"


def _bare(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((len(texts), 4), np.float32), np.zeros((len(texts), COLUMNS), np.float32)


ENCODER = cast("Encoder", SimpleNamespace(bare=_bare))


def _rows() -> list[Row]:
    told = {name: f"{name} is what this message tells of" for name in SIGNAL_NAMES}
    told["self_harm"] = "I close my eyes for good tonight, please"
    return [
        Row(f"{text} {place}", "support_signals", split, "en", signals=frozenset({name}))
        for name, text in told.items()
        for place in range(4)
        for split in ("train", "dev")
    ]


def _chances(head: SignalHead, text: str) -> np.ndarray:
    chances: np.ndarray = head([text], *_bare([text]))[0]
    return chances


def test_everyday_messages_teach_what_despair_is_not_and_nothing_else() -> None:
    plain, figures = train_signal_head(ENCODER, _rows())
    taught, _ = train_signal_head(ENCODER, _rows(), [f"{CLOSING} {place}" for place in range(20)])
    before, after = _chances(plain, CLOSING), _chances(taught, CLOSING)
    assert after[DESPAIR] < before[DESPAIR] / 2
    assert np.delete(after, DESPAIR) == pytest.approx(np.delete(before, DESPAIR))
    assert _chances(taught, "I close my eyes for good tonight")[DESPAIR] > after[DESPAIR]
    assert figures["dev_rows"] == 4 * len(SIGNAL_NAMES)
    assert figures["dev_average_precision_head"] > figures["dev_average_precision_graph"]
