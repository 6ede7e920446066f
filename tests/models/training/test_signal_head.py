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

DESPAIR, THEFT = SIGNAL_NAMES.index("self_harm"), SIGNAL_NAMES.index("fraud_or_theft")
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


def _everyday(text: str, intent: str) -> list[Row]:
    return [Row(f"{text} {place}", "bank_questions", "train", "en", intent=intent) for place in range(20)]


def test_everyday_messages_teach_what_despair_and_theft_are_not_and_nothing_else() -> None:
    plain, figures = train_signal_head(ENCODER, _rows())
    taught, _ = train_signal_head(ENCODER, _rows(), _everyday(CLOSING, "terminate_account"))
    before, after = _chances(plain, CLOSING), _chances(taught, CLOSING)
    assert after[DESPAIR] < before[DESPAIR] / 2
    assert after[THEFT] < before[THEFT]
    assert np.delete(after, [DESPAIR, THEFT]) == pytest.approx(np.delete(before, [DESPAIR, THEFT]))
    assert _chances(taught, "I close my eyes for good tonight")[DESPAIR] > after[DESPAIR]
    assert figures["dev_rows"] == 4 * len(SIGNAL_NAMES)
    assert figures["dev_average_precision_head"] > figures["dev_average_precision_graph"]


def test_a_payment_that_nobody_made_is_a_theft_and_of_a_lost_card_nobody_knows() -> None:
    plain, _ = train_signal_head(ENCODER, _rows())
    paid = "somebody took forty riyals at a shop I never saw"
    lost = "my card fell out of my pocket at the beach"
    thefts, _ = train_signal_head(ENCODER, _rows(), _everyday(paid, "card_payment_not_recognised"))
    unknown, _ = train_signal_head(ENCODER, _rows(), _everyday(lost, "lost_or_stolen_card"))
    assert _chances(thefts, paid)[THEFT] > _chances(plain, paid)[THEFT]
    assert _chances(unknown, lost)[THEFT] == pytest.approx(_chances(plain, lost)[THEFT])
