"""Facts that the calling system supplied: which of them a reply may say, and how."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from inference.calendar import written
from inference.policy import FactWording, Policy
from inference.types import Fact, Message, Source, SourceKind

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class SaidFact:
    """A fact with the sentence that states it."""

    fact: Fact
    sentence: str

    @property
    def source(self) -> Source:
        """The fact as a draft cites it: as it was supplied, and as it is said."""
        return fact_source(self.fact, self.sentence)


def fact_source(fact: Fact, said: str) -> Source:
    """Return a fact as a draft cites it."""
    return Source(
        id=f"fact:{fact.name}", kind=SourceKind.FACT, quote=f"{fact.name}: {fact.value} ({fact.source})\n{said}"
    )


def said_facts(message: Message, policy: Policy, language: str, tags: Collection[str]) -> tuple[SaidFact, ...]:
    """Return the facts that a reply beside a resolution with these tags may state.

    A fact about the account is for an identified customer alone, and none is for the public. A value is said as the
    policy words it, or repeated where it holds no words: those of another system are in no particular language.
    """
    if policy.channels[message.channel].private:
        return ()
    said = []
    for fact in message.facts:
        wording = policy.facts.get(fact.name)
        if wording is None or language not in wording.say or not _belongs(wording, tags):
            continue
        value = fact_value(fact, policy, language)
        if value is not None and (message.verified or not wording.account):
            said.append(SaidFact(fact, wording.say[language].format(value=value)))
    return tuple(said)


def withheld_facts(message: Message, policy: Policy) -> tuple[str, ...]:
    """Return the names of facts about the account that are not said because the customer is not identified."""
    if message.verified:
        return ()
    named = ((fact.name, policy.facts.get(fact.name)) for fact in message.facts)
    return tuple(name for name, wording in named if wording is not None and wording.account and wording.say)


def fact_value(fact: Fact, policy: Policy, language: str) -> str | None:
    """Return a fact's value as a reply in this language writes it; None where it cannot."""
    wording = policy.facts.get(fact.name)
    mapped = wording.values.get(fact.value.strip().lower(), {}).get(language) if wording else None
    if mapped is not None:
        return mapped
    value = fact.value.strip()
    if _DAY.fullmatch(value):
        return day_words(value, policy, language)
    return None if _WORDS.search(value) else value


def day_words(value: str, policy: Policy, language: str) -> str | None:
    """Write an ISO day as the policy wants dates; None where there is no such day."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return written(day, language, hijri=policy.manners.hijri, months=policy.manners.months)


def _belongs(wording: FactWording, tags: Collection[str]) -> bool:
    return not wording.tags or bool(set(wording.tags) & set(tags))
