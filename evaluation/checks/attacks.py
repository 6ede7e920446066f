"""Attacks on whoever writes the reply, as they arrive."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from evaluation.checks.pairs import FOLDER
from inference.text import fold
from inference.types import (
    Author,
    Customer,
    Fact,
    Identifier,
    Message,
    Record,
    Turn,
)
from models.sets.own import read_corpus

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


def read_attacks(folder: Path | None) -> Iterator[Attack]:
    """Yield the attacks; the committed ones if ``folder`` is None.

    Raises:
        pydantic.ValidationError: a line breaks the format.
    """
    for line in read_corpus(folder or FOLDER, "attacks.jsonl.bz2"):
        yield Attack.model_validate(line)
