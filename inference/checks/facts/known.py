"""What may back a figure, a day or a name: sources, facts and policy on one side, the conversation on the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from inference.checks.base import CheckInput
from inference.checks.facts.days import known_days
from inference.contradiction.figures import figures
from inference.contradiction.numbers import Number, numbers
from inference.policy import Policy
from inference.policy.sections import FactWording
from inference.slots.data import spelt, words
from inference.slots.numbers import ordinal, ordinal_words
from inference.stems import stem_words
from inference.text import fold
from inference.types import DifferenceKind

_HOURS = {"TM": ("hour", 1 / 60), "TH": ("hour", 1.0), "D": ("hour", 24.0), "W": ("hour", 168.0), "M": ("month", 1.0),
          "Y": ("month", 12.0)}  # fmt: skip
_DIGITS = re.compile(r"\d[\d ()./-]*")
_BARE = re.compile(
    r"\W*(?:$|[.,;:!?)\n]| (?:to|or|if|in|for|when|unless|and|on|at|الي|او|اذا|في|ان|لل\w+|عند|من)(?!\w)|-)"
)
_COUNTS = re.compile(r"[ -]?((?:[^\W\d_]+ ){0,2}[^\W\d_]+)")


@dataclass(frozen=True)
class Reading:
    """What a text gives a reply to repeat.

    Attributes:
        text: Folded.
        measures: Amounts, percentages and periods as (kind, value, unit).
        plain: Numbers whose unit is not said.
        bare: Those of them after which nothing follows that they could count.
        written: All numbers, whatever they measure.
        periods: The numbers of its periods, without their units.
        runs: Its runs of digits, without what stands between them.
        days: The keys of its days and hours.
        counted: Stems that it counts, with the numbers.
        words: Its words.
        stems: The stems of its telling words.
        plainly: Its words with single blanks between them.
    """

    text: str
    measures: frozenset[tuple[DifferenceKind, float, str]]
    plain: frozenset[float]
    bare: frozenset[float]
    written: frozenset[float]
    periods: frozenset[float]
    runs: frozenset[str]
    days: frozenset[str]
    counted: frozenset[tuple[str, float]]
    words: frozenset[str]
    stems: frozenset[str]
    plainly: str


@lru_cache(maxsize=1024)  # the same resolutions back thousands of replies
def read(text: str, *, spoken: bool = False) -> Reading:
    """Read a text.

    Args:
        text: As it was written.
        spoken: Whether it is a customer's, who writes dialect, Arabizi, and "a week" for one week.
    """
    folded = fold(text).text
    known = list(numbers(folded))
    found = figures(folded, known)
    measured = [item for item in found if isinstance(item.value, float) and item.kind is not DifferenceKind.TIME]
    tokens = re.findall(r"[^\W_]+", folded)
    loose = list(_spoken(folded)) if spoken else []
    measures = {
        (item.kind, float(item.value), item.unit) for item in measured if item.kind is not DifferenceKind.NUMBER
    }
    starts = {item.start for item in measured if item.kind is not DifferenceKind.NUMBER}
    written = {float(item.written) for item in measured} | {item.value for item in known}
    nth = {float(ordinal(word)) for word in _ordinals().findall(folded)} if spoken else set()
    return Reading(
        text=folded,
        measures=frozenset(measures) | {(DifferenceKind.PERIOD, value, unit) for _, value, unit in loose},
        plain=frozenset(_plain(known, starts) | nth),
        bare=frozenset(item.value for item in known if item.start not in starts and _BARE.match(folded, item.end)),
        written=frozenset(written | nth | {count for count, _, _ in loose}),
        periods=frozenset(float(item.written) for item in measured if item.kind is DifferenceKind.PERIOD),
        runs=frozenset(re.sub(r"\D", "", match.group()) for match in _DIGITS.finditer(folded)),
        days=frozenset(known_days(folded, found)),
        counted=frozenset((stem, item.value) for item in known for stem in counted(folded, item.end)),
        words=frozenset(tokens),
        stems=frozenset(item.text for item in stem_words(folded)),
        plainly=" ".join(tokens),
    )


def counted(text: str, end: int) -> tuple[str, ...]:
    """Return the stems of what a number that ends at ``end`` counts, the first two telling words after it."""
    match = _COUNTS.match(text, end)
    return tuple(item.text for item in stem_words(match[1]))[:2] if match else ()


def _plain(found: list[Number], measured: set[int]) -> set[float]:
    return {item.value for item in found if item.start not in measured and (item.digits or item.value > 1)}


@cache
def _ordinals() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:ال)?({ordinal_words()})(?!\w)")


@cache
def _units() -> tuple[tuple[str, re.Pattern[str]], ...]:
    def forms(name: str, at: int) -> str:
        return spelt("units", name, at) or "(?!)"

    return tuple(
        (
            name,
            re.compile(rf"(?<!\w)(?:ال)?[بلو]?(?:(?P<dual>{forms(name, 1)})|{forms(name, 0)}|{forms(name, 2)})(?!\w)"),
        )
        for name in words()["units"]
    )


def _spoken(text: str) -> Iterator[tuple[float, float, str]]:
    for name, pattern in _units():
        unit, factor = _HOURS[name]
        for match in pattern.finditer(text):
            count = 2.0 if match["dual"] else 1.0
            yield count, round(count * factor, 6), unit


@dataclass(frozen=True)
class Known:
    """All that may back a reply: ``ours`` is what the company says, ``theirs`` what the conversation holds."""

    ours: tuple[Reading, ...]
    theirs: tuple[Reading, ...]

    @property
    def all(self) -> tuple[Reading, ...]:
        """Both."""
        return self.ours + self.theirs


def known(given: CheckInput) -> Known:
    """Return what may back a reply."""
    message = given.message
    sources = [source.quote for source in given.trusted]
    facts = [f"{fact.name}: {fact.value}" for fact in message.facts]
    facts = [fact for fact in facts if fact not in sources]
    name = " ".join(filter(None, (message.customer.title, message.customer.name)))
    turns = [turn.text for turn in message.history]
    theirs = [message.text, *turns, name, *message.attachments, message.product or ""]
    return Known(
        ours=(*(read(text) for text in (*sources, *facts)), _policy(_Same(given.policy), given.language)),
        theirs=tuple(read(text, spoken=True) for text in theirs if text),
    )


class _Same:
    """A policy as a key: nobody changes one, and it has no hash of its own."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return id(self.policy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.policy is self.policy


@lru_cache(maxsize=16)  # a policy is read once for thousands of replies
def _policy(key: _Same, language: str) -> Reading:
    policy = key.policy
    phrases = policy.phrases.get(language, {}).values()
    lines = [line for value in phrases for line in ((value,) if isinstance(value, str) else value)]
    owner = policy.undertaking.owner.values() if policy.undertaking else ()
    stated = [line for fact in policy.facts.values() for line in (*fact.say.values(), *_worded(fact, language))]
    return read("\n".join([*lines, *policy.brand.values(), *policy.names, *owner, *stated]))


def _worded(fact: FactWording, language: str) -> Iterator[str]:
    return (wording[language] for wording in fact.values.values() if language in wording)
