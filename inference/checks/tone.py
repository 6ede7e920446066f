"""Tone: planned steps present and in order, one apology at most, no forbidden phrase, length within the channel."""

import re
from collections.abc import Iterator

from inference.checks.base import SENTENCE, CheckInput
from inference.segments import segments
from inference.text import fold, fold_pattern
from inference.types import Finding

_APOLOGY_AR = fold_pattern(r"[وف]?[نأ]?عتذر\w*|[وف]?(?:نأسف|نتأسف|آسف\w*|متأسف\w*|عذرا\w*)|[وف]?(?:ال)?اعتذار\w*")
APOLOGY = re.compile(rf"(?<!\w)(?:{_APOLOGY_AR}|sorry|apologi[sz]\w*|apolog(?:y|ies)|regret)(?!\w)")


def check_apologies(given: CheckInput) -> Iterator[Finding]:
    """Find a second apology: one real apology weighs more than three."""
    sentences = [match for match in SENTENCE.finditer(given.folded.text) if APOLOGY.search(match.group())]
    for extra in sentences[1:]:
        yield given.finding("repeated_apology", at=extra.span())


def check_forbidden(given: CheckInput) -> Iterator[Finding]:
    """Find phrases of the policy's forbidden lists that are in force."""
    names = given.plan.forbidden if given.plan else tuple(given.policy.forbidden)
    phrases = (
        (name, phrase) for name in names for phrase in given.policy.forbidden[name].phrases.get(given.language, ())
    )
    for name, phrase in phrases:
        folded = fold(phrase).text
        start = given.folded.text.find(folded)
        if start >= 0:
            yield given.finding("forbidden_phrase", at=(start, start + len(folded)), phrase=phrase, name=name)


def check_steps(given: CheckInput) -> Iterator[Finding]:
    """Find planned steps that are missing, and steps out of order."""
    if given.plan is None:
        return
    present = [step.name for step in given.steps]
    for name in given.plan.steps:
        if name not in present:
            yield given.finding("missing_step", step=name.value)
    for step in given.steps:
        if not step.text.strip(" .\n"):
            yield given.finding("empty_step", step=step.name.value)
    planned = [name for name in given.plan.steps if name in present]
    late = next((name for name, other in zip(present, planned, strict=False) if name is not other), None)
    if present != planned:
        yield given.finding("steps_out_of_order", step=late.value if late else present[-1].value)


def check_length(given: CheckInput) -> Iterator[Finding]:
    """Warn when the text is longer than its channel allows, in characters or in parts of a text message."""
    if given.plan and len(given.text) > given.plan.max_characters:
        yield given.finding("too_long", count=str(len(given.text)), most=str(given.plan.max_characters))
    most = given.policy.channels[given.message.channel].max_segments
    if most is not None and (parts := segments(given.text)) > most:
        yield given.finding("too_many_parts", count=str(parts), most=str(most))
