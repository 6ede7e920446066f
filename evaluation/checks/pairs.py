"""Hand-written replies, each clean and with one planted fault, and what each stands on."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from inference.lexicons import read_yaml
from inference.policy import Policy
from inference.types import (
    AngerLevel,
    Channel,
    Customer,
    Fact,
    Identifier,
    LanguageCode,
    Message,
    Record,
    Source,
    SourceKind,
    StepName,
    TonePlan,
    Turn,
)
from models.sets.own import read_corpus
from retrieval import sample

FOLDER = Path(__file__).parent / "sets"
PARTS = ("dev", "test")


class Pair(Record):
    """A clean reply, and the edits that plant one fault in it.

    Attributes:
        check: The check that should find the fault; ``code`` is its kind.
        resolution: The intent of the sample helpdesk that the reply rests on.
        steps: The steps that the clean text takes, in order.
        edits: What is replaced by what, one after another; each old text stands once.
        knowledge: A line that somebody slipped into the resolution.
        why: What is wrong with the faulty text.
    """

    id: Identifier
    check: str
    code: str
    resolution: str
    channel: Channel = Channel.CHAT
    level: AngerLevel
    message: str
    history: tuple[Turn, ...] = ()
    facts: tuple[Fact, ...] = ()
    verified: bool = False
    customer: Customer = Customer()
    knowledge: str | None = None
    steps: tuple[StepName, ...]
    text: str
    edits: tuple[tuple[str, str], ...] = Field(min_length=1)
    why: str
    language: LanguageCode

    @model_validator(mode="after")
    def _applicable(self) -> Self:
        text = self.text
        for old, new in self.edits:
            if text.count(old) != 1:
                raise ValueError(f"{self.id}: {old!r} stands {text.count(old)} times in the text")
            text = text.replace(old, new)
        return self

    @cached_property
    def faulty(self) -> str:
        """The reply with its fault."""
        text = self.text
        for old, new in self.edits:
            text = text.replace(old, new)
        return text

    @property
    def asked(self) -> Message:
        """The customer's message with its circumstances."""
        return Message(
            text=self.message,
            channel=self.channel,
            history=self.history,
            customer=self.customer,
            verified=self.verified,
            facts=self.facts,
            language=self.language,
        )

    @property
    def sources(self) -> tuple[Source, ...]:
        """The resolution, with what was slipped into it, and the facts that the systems supplied."""
        quote = _quotes()[f"{self.resolution}.{self.language}"]
        slipped = f"{quote}\n{self.knowledge}" if self.knowledge else quote
        facts = (
            Source(id=f"fact:{fact.name}", kind=SourceKind.FACT, quote=f"{fact.name}: {fact.value}")
            for fact in self.facts
        )
        main = Source(id=f"{self.resolution}.{self.language}", kind=SourceKind.RESOLUTION, quote=slipped)
        return (main, *facts)

    def plan(self, policy: Policy) -> TonePlan:
        """Return the plan of the clean reply: its own steps, in the channel's form."""
        rules = policy.channels[self.channel]
        owned = any(fact.name in policy.ownership.facts for fact in self.facts)
        regret = "own" if owned else "regret"
        return TonePlan(
            steps=self.steps,
            language=self.language,
            level=self.level,
            formality=rules.formality,
            max_characters=rules.max_characters,
            numbered=rules.numbered,
            apology=regret if StepName.APOLOGISE in self.steps else "none",
            forbidden=policy.forbidden_at(self.level),
        )


def read_pairs(folder: Path | None, part: str) -> Iterator[Pair]:
    """Yield the pairs of a part ("dev" or "test"), Arabic first; of the committed folder if None.

    Raises:
        pydantic.ValidationError: a line breaks the format.
    """
    for language in sample.LANGUAGES:
        for line in read_corpus(folder or FOLDER, f"{part}_{language}.jsonl.bz2"):
            yield Pair.model_validate(line | {"language": language})


@cache
def helpdesk_policy() -> Policy:
    """Return the policy of the sample helpdesk: the default one with a brand, a calendar and what agents may grant."""
    default = resources.files("inference.policies") / "default.yaml"
    changes = resources.files(__package__) / "policy.yaml"
    merged: dict[str, Any] = {}
    for file in (default, changes):
        merged |= read_yaml(file.read_text(encoding="utf-8"))
    return Policy.model_validate(merged)


@cache
def _quotes() -> Mapping[str, str]:
    """What each sample resolution says, its follow-up answers included."""
    return {
        item.id: "\n".join([item.quote, *(f"{pair.question}\n{pair.answer}" for pair in item.follow_ups)])
        for item in sample.load(date(2026, 1, 15))
    }
