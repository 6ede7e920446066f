"""How the tone moves over a conversation, from the intensity of each of the customer's turns.

The rule: take the last ``WINDOW`` turns that say something (thanks, greetings and the like alone say nothing, except in
the last turn, where thanks are the news). The slope is the weighted median of the changes per turn between every two of
them (the Theil-Sen estimator; Theil 1950, Sen 1968), a pair weighing ``DECAY`` for every turn that its members lie
back: pairs with the last turn weigh most, one odd turn before it moves nothing. The tone rises or falls when that
slope, kept up for at most ``HORIZON`` turns, changes the intensity by ``LEAST_CHANGE``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.thread import own_text
from inference.triage import is_courtesy, is_thanks
from inference.types import Author, Message, ToneTurn, Trajectory

WINDOW = 6
DECAY = 0.7
HORIZON = 3
LEAST_CHANGE = 0.15


@dataclass(frozen=True, slots=True)
class CustomerTurn:
    """An earlier turn of the customer: its place in ``Message.history``, and their own words in it."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class Course:
    """The direction of the tone, and every turn that it was read from, oldest first, the message itself last."""

    trajectory: Trajectory
    turns: tuple[ToneTurn, ...]


def earlier_turns(message: Message, most: int = WINDOW - 1) -> tuple[CustomerTurn, ...]:
    """Return the customer's last ``most`` earlier turns, oldest first; agents' turns and empty ones are left out."""
    turns: list[CustomerTurn] = []
    for index in range(len(message.history) - 1, -1, -1):
        if len(turns) == most:
            break
        turn = message.history[index]
        if turn.author is Author.CUSTOMER and turn.text.strip():
            turns.append(CustomerTurn(index, own_text(turn.text, message.channel).text))
    return tuple(reversed(turns))


def follow(earlier: Sequence[CustomerTurn], intensities: Sequence[float], text: str) -> Course:
    """Tell how the tone moves up to the message.

    Args:
        earlier: The customer's earlier turns, oldest first.
        intensities: Anger intensity in [0, 1] of each earlier turn and, last, of the message.
        text: The customer's own words in the message.

    Raises:
        ValueError: there is not one intensity for each turn and the message.
    """
    places = [*(turn.index for turn in earlier), None]
    counted = [*(not is_courtesy(turn.text) for turn in earlier), _is_news(text)]
    turns = tuple(
        ToneTurn(turn=place, intensity=intensity, counted=counts)
        for place, intensity, counts in zip(places, intensities, counted, strict=True)
    )
    return Course(direction([turn.intensity for turn in turns if turn.counted]), turns)


def direction(intensities: Sequence[float]) -> Trajectory:
    """Return the direction of intensities in [0, 1], oldest first; fewer than two are steady."""
    recent = intensities[-WINDOW:]
    if len(recent) < 2:
        return Trajectory.STEADY
    # Rounded, so that a change of exactly the least one is not lost in the last binary digit.
    change = round(_slope(recent) * min(len(recent) - 1, HORIZON), 6)
    if abs(change) < LEAST_CHANGE:
        return Trajectory.STEADY
    return Trajectory.RISING if change > 0 else Trajectory.FALLING


def _is_news(text: str) -> bool:
    return not is_courtesy(text) or is_thanks(text)


def _slope(values: Sequence[float]) -> float:
    """The weighted median change per turn over all pairs (at least one)."""
    last = len(values) - 1
    slopes = sorted(
        ((values[later] - values[first]) / (later - first), DECAY ** (2 * last - first - later))
        for later in range(1, len(values))
        for first in range(later)
    )
    half = sum(weight for _, weight in slopes) / 2
    reached = 0.0
    for slope, weight in slopes:
        reached += weight
        if reached >= half:
            return slope
    return slopes[-1][0]
