"""How much plainer a draft explains than the resolution that it explains, and whether its numbers are the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from evaluation.drafting.answered import Answered, composed_again
from evaluation.drafting.backing import values_of
from evaluation.drafting.shares import Figure, average, share
from inference.plain import plainness
from inference.policy import Policy
from inference.types import (
    Channel,
    Draft,
    Hit,
    Match,
    MatchKind,
    Message,
    Resolution,
    SearchResult,
    Status,
    StepName,
    TechnicalLevel,
)


@dataclass(frozen=True)
class Explained:
    """A resolution with the draft that explains it to a layman."""

    resolution: Resolution
    draft: Draft

    def said(self, *names: StepName) -> str:
        """Return the text of the draft's steps of these names."""
        return "\n".join(step.text for step in self.draft.steps if step.name in names)


def explanations(
    base: Answered, resolutions: Iterable[Resolution], channel: Channel, policy: Policy, *, today: date
) -> list[Explained]:
    """Draft, for a calm layman who asks in the resolution's own words, from each resolution itself."""
    analysis = base.analysis.model_copy(update={"technical_level": TechnicalLevel.LAYMAN})
    explained = []
    for resolution in resolutions:
        message = Message(text=resolution.problem, channel=channel)
        item = replace(base, message=message, analysis=analysis, found=_found(resolution, today))
        draft = composed_again(item, policy)
        if draft.status is Status.READY:
            explained.append(Explained(resolution, draft))
    return explained


def measure_plainness(items: Sequence[Explained], name: str, language: str, *, seed: int) -> list[Figure]:
    """Return the mean change of the score, of the explanation and of the whole answer, and whether facts stay."""
    answers = [(item.said(StepName.EXPLAIN), item.resolution.answer) for item in items if item.said(StepName.EXPLAIN)]
    wholes = [
        (item.said(StepName.EXPLAIN, StepName.SOLVE), "\n".join((item.resolution.answer, *item.resolution.steps)))
        for item in items
    ]
    new = [values_of(item.draft.text) <= values_of(item.resolution.quote) for item in items]
    kept = [values_of(source) <= values_of(item.draft.text) for item, (_, source) in zip(items, wholes, strict=True)]
    return [
        average(f"{name}: explanation less the source's", _changes(answers, language), seed=seed),
        average(f"{name}: explanation and steps less the source's", _changes(wholes, language), seed=seed),
        average(f"{name}: unexplained jargon, per 100 words, less the source's", _jargon(wholes, language), seed=seed),
        share(f"{name}: no number that the source lacks", new, seed=seed),
        share(f"{name}: every number of the source's answer and steps", kept, seed=seed),
    ]


def _changes(pairs: Sequence[tuple[str, str]], language: str) -> list[float]:
    return [plainness(said, language).score - plainness(source, language).score for said, source in pairs]


def _jargon(pairs: Sequence[tuple[str, str]], language: str) -> list[float]:
    return [100 * (plainness(said, language).jargon - plainness(source, language).jargon) for said, source in pairs]


def _found(resolution: Resolution, today: date) -> SearchResult:
    match = Match(kind=MatchKind.PROBLEM, text=resolution.problem)
    hit = Hit(resolution=resolution, score=1.0, match=match, freshness=resolution.freshness(today))
    return SearchResult(hits=(hit,), relevance=1.0, answerable=True, generation="named")
