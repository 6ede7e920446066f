"""Service dialogues of the Schema-Guided Dialogue corpus (Rastogi et al. 2020, CC BY-SA 4.0): what people ask next.

A question is a turn in which the user requests a value ("Is it expensive?"); asking for other results is none. Services
of the dev and the test part mostly differ (Restaurants_2, Homes_1 against Homes_2), and so do their slots' names; so
questions are compared by kind: price, address, phone number and the like.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import ConfigurationError

FOLDER = "sgd_small"
_KINDS = (
    ("price", r"price|fare|cost|balance"),
    ("phone number", r"phone"),
    ("rating", r"rating"),
    ("address", r"address|location"),
    ("people", r"cast|starring|actors|direct"),
    ("category", r"genre|category|class"),
    ("time", r"time|duration|arrives|year"),
    ("place", r"airport|station|theater"),
    ("amount", r"number_of|passengers|checked_bags"),
)
"""Kinds of question by the slot's name; a slot that none matches is a kind of its own (humidity, free entry)."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One dialogue, as far as its first question: the service asked, the first turn, the question and its kinds."""

    service: str
    first: str
    question: str
    kinds: frozenset[str]

    @property
    def domain(self) -> str:
        """The service without its version: ``Homes`` for ``Homes_2``."""
        return self.service.partition("_")[0]


def kind_of(slot: str) -> str:
    """Return the kind of question that asks for a slot."""
    return next((kind for kind, pattern in _KINDS if re.search(pattern, slot)), slot.replace("_", " "))


def read(folder: Path, part: str) -> list[Dialogue]:
    """Read the dialogues of a part (``dev`` or ``test``) that hold a question after their first turn.

    Raises:
        ConfigurationError: the part is not there.
    """
    paths = sorted((folder / FOLDER).glob(f"{part}_[0-9]*.json"))
    if not paths:
        msg = f"The dialogues of '{FOLDER}' are not in {folder}: set RIFQ_SETS to the folder that holds them."
        raise ConfigurationError(msg)
    rows = (row for path in paths for row in json.loads(path.read_text(encoding="utf-8")))
    return [dialogue for row in rows if (dialogue := _first_question(row["turns"])) is not None]


def _first_question(turns: Iterable[Mapping[str, Any]]) -> Dialogue | None:
    users = [turn for turn in turns if turn["speaker"] == "USER"]
    for turn in users[1:]:
        asked = list(_requests(turn))
        if asked:
            kinds = frozenset(kind_of(slot) for _, slot in asked)
            return Dialogue(asked[0][0], users[0]["utterance"], turn["utterance"], kinds)
    return None


def _requests(turn: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for frame in turn["frames"]:
        yield from ((frame["service"], act["slot"]) for act in frame["actions"] if act["act"] == "REQUEST")


class Known:
    """What is known of a helpdesk's questions from past dialogues: how often each kind was asked, in whose words."""

    def __init__(self, past: Iterable[Dialogue]) -> None:
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.words: dict[tuple[str, str], str] = {}
        for dialogue in past:
            self.counts[dialogue.domain].update(dialogue.kinds)
            if len(dialogue.kinds) == 1:
                self._keep(dialogue)

    def _keep(self, dialogue: Dialogue) -> None:
        """Keep the shortest wording of a kind of question, in its domain and in any."""
        (kind,) = dialogue.kinds
        for key in ((dialogue.domain, kind), ("", kind)):
            old = self.words.get(key)
            if old is None or (len(dialogue.question), dialogue.question) < (len(old), old):
                self.words[key] = dialogue.question

    def own(self, domain: str) -> list[str]:
        """Kinds asked in a domain, most frequent first."""
        return _by_frequency(self.counts.get(domain, Counter()))

    def general(self) -> list[str]:
        """Kinds asked in any domain, by the number of domains and then of dialogues that ask them."""
        domains = Counter(kind for counts in self.counts.values() for kind in counts)
        total: Counter[str] = sum(self.counts.values(), Counter())
        return sorted(total, key=lambda kind: (-domains[kind], -total[kind], kind))


def _by_frequency(counts: Counter[str]) -> list[str]:
    return sorted(counts, key=lambda kind: (-counts[kind], kind))
