"""What the rules read off one reply, each thing once: findings, steps with their spans, apologies, what was due."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from inference.checks import CheckInput, run_checks
from inference.checks.language.shown import masked
from inference.checks.matter import matter_of
from inference.checks.steps import TakenStep, read_steps
from inference.checks.tone import apologies
from inference.plain import plainness
from inference.stems import stems
from inference.thread import own_words
from inference.types import Analysis, Finding, SourceKind, Span, StepName

_STATED = frozenset({SourceKind.RESOLUTION, SourceKind.FACT})


@dataclass(frozen=True)
class Reading:
    """One reply as the rules see it.

    Attributes:
        given: The reply with what backs it; with ``steps`` it is read as a composed draft, else as free wording.
        analysis: What was understood of the message that it answers.
    """

    given: CheckInput
    analysis: Analysis

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks found."""
        return run_checks(self.given)

    def found(self, codes: Collection[str]) -> tuple[Finding, ...]:
        """Return the findings of some codes."""
        return tuple(finding for finding in self.findings if finding.code in codes)

    @cached_property
    def readable(self) -> bool:
        """Whether the reply has a text in the language that is due: the other rules read no other."""
        foreign = (item for item in self.found({"wrong_language"}) if item.span is None)
        return bool(self.given.text.strip()) and next(foreign, None) is None

    @cached_property
    def planned(self) -> tuple[StepName, ...]:
        """The steps that were planned; empty where no plan says what is due."""
        return self.given.plan.steps if self.given.plan is not None else ()

    @cached_property
    def taken(self) -> tuple[TakenStep, ...]:
        """The steps that the text takes: a draft's own where they stand in it, else those that the words show."""
        return tuple(_standing(self.given)) if self.given.steps else read_steps(self.given)

    def spans(self, *names: StepName) -> tuple[Span, ...]:
        """Return where the text takes some steps."""
        return tuple(step.span for step in self.taken if step.name in names)

    @cached_property
    def in_order(self) -> float:
        """The largest share of the planned steps that the text takes in the planned order; 1 without a plan.

        Several steps may be taken by one sentence. A step that stands in the wrong place counts as one that is missing.
        """
        taken: dict[int, set[StepName]] = {}
        for step in self.taken:
            taken.setdefault(step.order, set()).add(step.name)
        places = [taken[order] for order in sorted(taken)]
        return _most_in_order(self.planned, places) / len(self.planned) if self.planned else 1.0

    @cached_property
    def apologies(self) -> tuple[Span, ...]:
        """The sentences that apologise."""
        return tuple(self.given.folded.span(*place) for place in apologies(self.given))

    @cached_property
    def plainness(self) -> float:
        """How plain the text is, 0 (hard) to 100 (plain)."""
        return plainness(self.given.text, "ar" if self.given.language == "ar" else "en").score

    @cached_property
    def has_source(self) -> bool:
        """Whether a resolution or a fact is there to hold statements against."""
        return any(source.kind in _STATED for source in self.given.sources)

    def is_about_this(self, said: str) -> bool:
        """Tell whether words share a matter with the customer's message or with what a source says of the problem.

        What stands in quotation marks does not count: a problem's title names a subject, it does not say what happened.
        """
        matters = [matter_of(source.id, source.quote) for source in self.given.trusted]
        known = stems(own_words(self.given.message)).union(*(item.problem | item.sympathy for item in matters))
        return bool(stems(masked(said)) & known)


def _standing(given: CheckInput) -> Iterator[TakenStep]:
    """Yield a draft's steps that stand in its text, wherever; equal ones one behind the other."""
    ends: dict[str, int] = {}
    for step in given.steps:
        written = step.text.strip()
        start = given.text.find(written, ends.get(written, 0)) if written else -1
        if start >= 0:
            ends[written] = start + len(written)
            yield TakenStep(step.name, Span(start=start, end=ends[written], text=written), start)


def _most_in_order(planned: Sequence[StepName], places: Sequence[Collection[StepName]]) -> int:
    """Return how many planned steps at most can be met one after another at places that may each meet several."""
    best = [0] * (len(planned) + 1)  # by how many of the planned steps are behind us
    for names in places:
        for step, name in enumerate(planned, start=1):
            best[step] = max(best[step], best[step - 1] + (name in names))
    return best[-1]
