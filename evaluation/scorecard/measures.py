"""Named measures of one reply, as columns for suites: higher is better, None is where one does not apply."""

from collections.abc import Callable, Mapping

from evaluation.scorecard import codes
from evaluation.scorecard.reading import Reading
from inference.checks import CheckInput
from inference.types import Analysis, StepName

Value = float | bool | None


def _steps_in_order(read: Reading) -> Value:
    return read.in_order if read.planned and read.readable else None


def _followed_up(read: Reading) -> Value:
    if StepName.FOLLOW_UP not in read.planned or not read.readable:
        return None
    return bool(read.spans(StepName.FOLLOW_UP))


def _apology_fits(read: Reading) -> Value:
    """One apology where one is planned, none where none is, without a condition and without a fault nobody showed."""
    if read.given.plan is None or not read.readable or not (read.apologies or StepName.APOLOGISE in read.planned):
        return None
    due = int(StepName.APOLOGISE in read.planned)
    return len(read.apologies) == due and not read.found(codes.NO_APOLOGY)


def _facts_grounded(read: Reading) -> Value:
    return not read.found(codes.FACTS) if read.has_source and read.readable else None


def _true_to_source(read: Reading) -> Value:
    return not read.found(codes.FIDELITY) if read.has_source and read.readable else None


def _promises_backed(read: Reading) -> Value:
    return not read.found(codes.UNBACKED | codes.OPEN_ENDED) if read.readable else None


def _plainness(read: Reading) -> Value:
    return read.plainness if read.readable else None


def _jargon_explained(read: Reading) -> Value:
    return not read.found({"unexplained_jargon"}) if read.readable else None


def _tone_fits_anger(read: Reading) -> Value:
    return not read.found(codes.HURTS | codes.PUTS_OFF) if read.readable else None


def _language_right(read: Reading) -> Value:
    return not read.found(codes.BROKEN | codes.SLIPS) if read.given.text.strip() else None


def _asks_no_secret(read: Reading) -> Value:
    return not read.found(codes.SECRETS) if read.readable else None


def _keeps_private(read: Reading) -> Value:
    return not read.found(codes.CONFIDENTIAL | codes.DISCLOSED) if read.readable else None


def _fits_channel(read: Reading) -> Value:
    return not read.found(codes.TOO_LONG) if read.given.text.strip() else None


_MEASURES: Mapping[str, Callable[[Reading], Value]] = {
    "steps_in_order": _steps_in_order,
    "followed_up": _followed_up,
    "apology_fits": _apology_fits,
    "facts_grounded": _facts_grounded,
    "true_to_source": _true_to_source,
    "promises_backed": _promises_backed,
    "plainness": _plainness,
    "jargon_explained": _jargon_explained,
    "tone_fits_anger": _tone_fits_anger,
    "language_right": _language_right,
    "asks_no_secret": _asks_no_secret,
    "keeps_private": _keeps_private,
    "fits_channel": _fits_channel,
}
MEASURES = tuple(_MEASURES)
"""The columns, in order: ``steps_in_order`` in [0, 1], ``plainness`` in [0, 100], all others true or false."""


def measures(given: CheckInput, analysis: Analysis) -> dict[str, Value]:
    """Return every measure of a reply, by name; None where it does not apply or no rule can tell."""
    return measured(Reading(given, analysis))


def measured(read: Reading) -> dict[str, Value]:
    """Return every measure of a reply that was read already."""
    return {name: measure(read) for name, measure in _MEASURES.items()}
