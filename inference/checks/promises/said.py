"""A place in a reply that may bind us, and how it is said."""

from dataclasses import dataclass
from enum import StrEnum

ACTIONS = frozenset(
    {"send", "stop", "check", "tell", "call", "help", "pay", "change", "return", "handoff", "fix", "open", "close"}
)
OUTCOMES = frozenset({"return", "arrive", "approve", "fix", "work", "open"})


class Manner(StrEnum):
    """How a commitment is said."""

    FUTURE = "future"
    PRESENT = "present"
    LIKELY = "likely"
    DONE = "done"
    IDLE = "idle"
    GUARANTEE = "guarantee"
    DIRECTION = "direction"


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of folded text that may bind us.

    Attributes:
        start: Where its subject or verb begins.
        end: Where what is said of it ends.
        sentence: The range of its sentence.
        manner: How it is said.
        person: "us", "you" or "other": who is to act.
        language: "ar" or "en".
        times: Marks of the times that it names.
        soft: A word that blurs when, or empty.
        asked: Whether it follows on the customer's turning to us, in its sentence or the one before.
    """

    start: int
    end: int
    sentence: tuple[int, int]
    manner: Manner
    person: str
    language: str
    times: frozenset[str] = frozenset()
    soft: str = ""
    asked: bool = False
