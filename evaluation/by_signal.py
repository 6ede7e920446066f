"""Rows of messages turned into rows of one message and one signal each, so that signals are sliced like all else."""

from collections.abc import Iterator, Sequence

from evaluation.measures import Row
from inference.types import SignalName
from models.errors import ConfigurationError

PREFIX = "signal:"
"""Columns ``signal:NAME`` hold the confidence in a signal, 0 where it was not found."""


def rows_by_signal(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield a row for each signal of each message whose set says which signals it has.

    It adds ``signal``, ``signal_in`` (the signal and how the message is written), ``true_signal``, ``confidence``,
    ``found`` (by the analysis; a head's probability needs a cut), ``message`` (its number: the rows of one message are
    not independent), ``in_block`` (is this the signal that the message was written to test?), and ``near_miss`` (it
    was, by looking like it without being it).

    Raises:
        ConfigurationError: no row says which signals are present, or none was asked for them.
    """
    told = [row for row in rows if "true_signals" in row and any(name.startswith(PREFIX) for name in row)]
    if not told:
        raise ConfigurationError("'by_signal' needs a set that names the signals, and a run that finds them.")
    for number, row in enumerate(told):
        present = str(row["true_signals"]).split()
        kept = {name: value for name, value in row.items() if not name.startswith(PREFIX)}
        for signal in SignalName:
            confidence = float(row[f"{PREFIX}{signal.value}"] or 0.0)
            in_block = row.get("block") == signal.value
            yield {
                **kept,
                "message": number,
                "signal": signal.value,
                "signal_in": f"{signal.value} ({row.get('writing')})",
                "true_signal": signal.value in present,
                "confidence": confidence,
                "found": confidence > 0,
                "in_block": in_block,
                "near_miss": in_block and not row.get("block_present"),
            }
