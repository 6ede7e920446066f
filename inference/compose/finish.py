"""Last touches on written steps: technical terms made plain, digits as the customer writes them."""

from collections.abc import Sequence

from inference.compose.writing import COMPARISON, GLOSSARY, Writing
from inference.plain.explain import explain
from inference.plain.glossary import glossary
from inference.slots import digits_like
from inference.thread import own_words
from inference.types import DraftStep, Source, SourceKind, StepName

_PLAIN_MARKS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."})
"""A text message with one of these takes twice the parts."""
_EXPLAINED = frozenset({StepName.EXPLAIN, StepName.SOLVE, StepName.FOLLOW_UP})
_REWORDED = _EXPLAINED | {StepName.LISTEN}
"""Brackets do not belong into what the customer said; an everyday word for a term does."""


def finish(writing: Writing, steps: Sequence[DraftStep]) -> tuple[DraftStep, ...]:
    """Make technical terms plain, and write digits as the customer does.

    A term with an everyday twin is replaced wherever it stands; of others as many as the plan allows are
    explained, once.
    """
    words, left = own_words(writing.message), writing.plan.terms
    known, finished = words, []
    for step in steps:
        text, cited = step.text, step.sources
        if step.name in _REWORDED and writing.policy.manners.explain_terms:
            most = left if step.name in _EXPLAINED else 0
            plain = explain(text, writing.plan.language, level=writing.plan.technical, most=most, known=known)
            explained = [term for term in plain.terms if term.way == "explained"]
            left -= len(explained)
            known = "\n".join([known, *(term.term for term in explained)])
            text, cited = plain.text, (*cited, *dict.fromkeys(f"{GLOSSARY}{term.id}" for term in plain.terms))
        if writing.policy.channels[writing.message.channel].max_segments is not None:
            text = text.translate(_PLAIN_MARKS)
        if writing.policy.manners.digits == "as_customer":
            text = digits_like(text, words)
        finished.append(step.model_copy(update={"text": text, "sources": cited}))
    return tuple(finished)


def glossary_sources(steps: Sequence[DraftStep], language: str, comparison: str | None) -> tuple[Source, ...]:
    """Return the glossary's entries that steps rest on, in the glossary's own words."""
    cited = dict.fromkeys(source for step in steps for source in step.sources if source.startswith(GLOSSARY))
    cited.pop(COMPARISON, None)
    found = {source: glossary()[source.removeprefix(GLOSSARY)].wording(language) for source in cited}
    compares = comparison is not None and any(COMPARISON in step.sources for step in steps)
    compared = [Source(id=COMPARISON, kind=SourceKind.GLOSSARY, quote=comparison)] if comparison and compares else []
    explained = (
        Source(
            id=source,
            kind=SourceKind.GLOSSARY,
            quote="\n".join(filter(None, (wording.plain, wording.many, *wording.instead.values()))),
        )
        for source, wording in found.items()
    )
    return (*explained, *compared)
