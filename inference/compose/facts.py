"""Facts that the calling system supplied: which of them a reply may say, and how."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from inference.calendar import written
from inference.policy import FactWording, Policy
from inference.types import Fact, Message, Source, SourceKind
from models.errors import InputError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN = re.compile(r"[\d\u0660-\u0669A-Z .,:/+%#-]{1,60}")
"""Figures, days, ids and codes: what reads alike in every language, and holds no markup."""


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
    for fact in agreed_facts(message):
        wording = policy.facts.get(fact.name)
        if wording is None or language not in wording.say or not _belongs(wording, tags):
            continue
        # Where values are worded, the sentence is made for these.
        worded = not wording.values or fact.value.strip().lower() in wording.values
        value = fact_value(fact, policy, language) if worded else None
        if value is not None and (message.verified or not wording.account):
            said.append(SaidFact(fact, wording.say[language].format(value=value)))
    return tuple(said)


def agreed_facts(message: Message) -> tuple[Fact, ...]:
    """Return the facts that are supplied once, or with one value: of two that differ neither is sure."""
    values: dict[str, set[str]] = {}
    for fact in message.facts:
        values.setdefault(fact.name, set()).add(fact.value.strip())
    distinct = {fact.name: fact for fact in message.facts if len(values[fact.name]) == 1}
    return tuple(distinct.values())


def withheld_facts(message: Message, policy: Policy, tags: Collection[str]) -> tuple[str, ...]:
    """Return the names of facts that belong to the answer and are not said: the customer is not identified."""
    if message.verified or policy.channels[message.channel].private:
        return ()
    named = ((fact.name, policy.facts.get(fact.name)) for fact in agreed_facts(message))
    return tuple(
        name for name, item in named if item is not None and item.account and item.say and _belongs(item, tags)
    )


def fact_value(fact: Fact, policy: Policy, language: str) -> str | None:
    """Return a fact's value as a reply in this language writes it; None where it cannot."""
    wording = policy.facts.get(fact.name)
    mapped = wording.values.get(fact.value.strip().lower(), {}).get(language) if wording else None
    if mapped is not None:
        return mapped
    value = fact.value.strip()
    if _DAY.fullmatch(value):
        return day_words(value, policy, language)
    return value if _PLAIN.fullmatch(value) else None


def day_words(value: str, policy: Policy, language: str) -> str | None:
    """Write an ISO day as the policy wants dates; None where there is no such day."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return written_day(day, policy, language)


def written_day(day: date, policy: Policy, language: str) -> str:
    """Write a day as the policy wants dates; by the Gregorian calendar alone where the Hijri one has no table."""
    manners = policy.manners
    try:
        return written(day, language, hijri=manners.hijri, months=manners.months)
    except InputError:
        return written(day, language, months=manners.months)


def _belongs(wording: FactWording, tags: Collection[str]) -> bool:
    return not wording.tags or bool(set(wording.tags) & set(tags))
