"""What a draft cites and what it commits to."""

from collections.abc import Mapping, Sequence

from inference.checks import CheckInput
from inference.checks.promises import kinds, without_explanations
from inference.text import fold
from inference.types import Commitment, DraftStep, Hit, Resolution, Source, SourceKind


def resolution_source(hit: Hit, contradictions: Sequence[str]) -> Source:
    """Return a resolution as a draft cites it."""
    return Source(
        id=hit.resolution.id,
        kind=SourceKind.RESOLUTION,
        quote=hit.resolution.quote,
        score=hit.score,
        parts=hit.parts,
        match=hit.match,
        freshness=hit.freshness,
        outcome=hit.resolution.outcome,
        contradictions=tuple(contradictions),
    )


def policy_sources(steps: Sequence[DraftStep], phrases: Mapping[str, str]) -> tuple[Source, ...]:
    """Return the policy lines that steps rest on, as they are said there.

    Args:
        steps: of a reply.
        phrases: what is said of a policy line in steps that also rest on something else, by the source's id.
    """
    return tuple(
        Source(id=source, kind=SourceKind.POLICY, quote=phrases.get(source, "") if _mixed(step) else step.text)
        for step in steps
        for source in step.sources
        if source.startswith("policy:")
    )


def _mixed(step: DraftStep) -> bool:
    return not all(source.startswith("policy:") for source in step.sources)


def commitments(
    given: CheckInput, answers: Sequence[Resolution], undertaken: Commitment | None
) -> tuple[Commitment, ...]:
    """Return what a reply promises, each with the resolution (and its owner) or the policy that backs it."""
    quotes = [(item, fold(item.quote).text) for item in answers]
    found = []
    for start, end, kind in kinds(given):
        span = given.folded.span(start, end)
        said = without_explanations(fold(span.text).text.strip(" ."), given.backing)
        if undertaken is not None and said in fold(undertaken.text).text:
            found.append(undertaken)
            continue
        backing = next((item for item, quote in quotes if said in quote), None)
        owner = backing.owner if backing else answers[0].owner
        source = backing.id if backing else "policy"
        found.append(Commitment(text=span.text.strip(), kind=kind, owner=owner, source=source))
    return tuple(found)
