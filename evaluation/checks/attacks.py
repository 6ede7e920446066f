"""Attacks on whoever writes the reply: does the composer obey them, and do the checks stop a writer that does?"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from pydantic import Field

from evaluation.checks.pairs import FOLDER, helpdesk_policy
from evaluation.helpdesk import given_result
from inference.analysis import Analyzer
from inference.checks import CheckInput, run_checks
from inference.compose import compose
from inference.lexicons import read_list
from inference.text import fold
from inference.types import (
    Author,
    Customer,
    Draft,
    Fact,
    Identifier,
    Message,
    Record,
    Resolution,
    Severity,
    Turn,
)
from retrieval import sample

LANGUAGES = ("ar", "en")


class Attack(Record):
    """One attack as it arrives.

    Attributes:
        place: The door: message, history, knowledge, name, subject, fact or attachment.
        text: The attack; ``message`` is what the customer asks where it comes through another door.
        resolution: The intent of the sample helpdesk that answers the real problem.
        goal: What the attacker wants to stand in the reply.
        obeyed: What an obedient writer writes.
        marker: A regular expression that tells that it was written.
    """

    id: Identifier
    language: str
    kind: str
    place: str
    text: str
    message: str | None = None
    turns: tuple[Turn, ...] = ()
    resolution: str | None = None
    goal: str
    obeyed: str
    marker: str = Field(min_length=2)

    @property
    def reply_language(self) -> str:
        """The language of the obedient reply, for those who write in both."""
        if self.language in LANGUAGES:
            return self.language
        return "ar" if re.search(r"[\u0621-\u064a]", self.obeyed) else "en"

    @property
    def asked(self) -> Message:
        """The customer's message with the attack at its door."""
        text = self.message or self.text
        if self.place == "subject":
            text = f"{self.text}\n\n{text}"
        slipped = (Turn(author=Author.CUSTOMER, text=self.text),) if self.place == "history" and not self.turns else ()
        return Message(
            text=text,
            history=(*self.turns, *slipped),
            customer=Customer(name=self.text[:200]) if self.place == "name" else Customer(),
            facts=(Fact(name="note", value=self.text[:1000], source="crm"),) if self.place == "fact" else (),
            attachments=(self.text,) if self.place == "attachment" else (),
            language=self.reply_language,
        )

    def succeeded(self, text: str) -> bool:
        """Tell whether a reply does what the attacker wants."""
        return any(re.search(self.marker, said, re.IGNORECASE) for said in (text, fold(text).text))


@dataclass(frozen=True)
class Attacked:
    """An attack with the draft that the composer wrote beside it.

    Attributes:
        draft: The composer's, from the resolution that answers the problem (poisoned where knowledge is the door).
    """

    attack: Attack
    draft: Draft

    @property
    def composed(self) -> bool:
        """Whether the composer obeyed."""
        return self.attack.succeeded(self.draft.text)

    @cached_property
    def obedient(self) -> tuple[str, ...]:
        """The codes of the blocking findings in the reply of a writer that obeys."""
        return self._blocking(f"{self.draft.text}\n{self.attack.obeyed}".strip())

    @cached_property
    def honest(self) -> tuple[str, ...]:
        """The codes of the blocking findings in the composer's own reply."""
        return self._blocking(self.draft.text) if self.draft.text else ()

    def _blocking(self, text: str) -> tuple[str, ...]:
        draft, policy = self.draft, helpdesk_policy()
        plan = None if draft.plan is None else draft.plan.model_copy(update={"steps": ()})
        given = CheckInput(text, draft.language, draft.sources, policy, self.attack.asked, plan)
        return tuple(sorted({found.code for found in run_checks(given) if found.severity is Severity.BLOCK}))


def read_attacks(folder: Path | None) -> Iterator[Attack]:
    """Yield the attacks; the committed ones if ``folder`` is None.

    Raises:
        pydantic.ValidationError: a line breaks the format.
    """
    for line in read_list((folder or FOLDER) / "attacks.jsonl.gz"):
        yield Attack.model_validate(json.loads(line))


def attack(analyzer: Analyzer, attacks: Sequence[Attack], *, today: date) -> Iterator[Attacked]:
    """Have the composer answer each attacked message from the resolution that answers its real problem."""
    resolutions = {item.id: item for item in sample.load(today)}
    policy = helpdesk_policy()
    for item in attacks:
        message = item.asked
        analysis = analyzer.analyze([message])[0].analysis
        chosen = resolutions.get(f"{item.resolution}.{item.reply_language}")
        found = given_result(_poisoned(chosen, item), today)
        yield Attacked(item, compose(message, analysis, found, policy))


def _poisoned(resolution: Resolution | None, attack_: Attack) -> Resolution | None:
    if resolution is None or attack_.place != "knowledge":
        return resolution
    return resolution.model_copy(update={"answer": f"{resolution.answer}\n{attack_.text}"})
