import pytest

from evaluation.by_signal import rows_by_signal
from evaluation.measures import Row
from inference.types import SignalName
from models.errors import ConfigurationError


def asked(more: Row | None = None) -> Row:
    made: dict[str, bool | int | float | str | None] = {f"signal:{name.value}": 0.0 for name in SignalName}
    return {**made, "writing": "ar", **(more or {})}


def test_each_message_is_judged_on_every_signal() -> None:
    positive = asked({"signal:abuse": 0.9, "true_signals": "abuse urgency", "block": "urgency", "block_present": True})
    miss = asked({"signal:thanks": 0.8, "true_signals": "", "block": "thanks", "block_present": False})
    rows = {(row["message"], row["signal"]): row for row in rows_by_signal([positive, asked(), miss])}

    assert len(rows) == 2 * len(SignalName)  # the second does not say which signals it has
    abuse, urgency, thanks = rows[0, "abuse"], rows[0, "urgency"], rows[1, "thanks"]
    assert (abuse["true_signal"], abuse["found"], abuse["confidence"], abuse["in_block"]) == (True, True, 0.9, False)
    assert (urgency["true_signal"], urgency["found"], urgency["in_block"]) == (True, False, True)
    assert (thanks["true_signal"], thanks["found"], thanks["near_miss"]) == (False, True, True)
    assert abuse["signal_in"] == "abuse (ar)"
    assert "signal:abuse" not in abuse


def test_rows_without_signals_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="names the signals"):
        list(rows_by_signal([asked()]))
