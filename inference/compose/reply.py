"""The text of a ready reply: planned, written, fitted to its channel, checked, and offered in other renderings."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from inference.checks import CheckInput, run_checks
from inference.compose.brief import Brief
from inference.compose.cited import policy_sources
from inference.compose.facts import said_facts, withheld_facts
from inference.compose.notes import source_notes, tone_note
from inference.compose.steps import join_steps, write_steps
from inference.compose.writing import Writing, as_name
from inference.segments import segments
from inference.situation import Situation
from inference.tone import plan_tone, shortened
from inference.types import Alternative, DraftStep, Finding, Hit, Severity, Source, StepName, TonePlan


@dataclass(frozen=True)
class Rendered:
    """A reply as one plan makes it, with what was found against it."""

    plan: TonePlan
    steps: tuple[DraftStep, ...]
    text: str
    sources: tuple[Source, ...]
    given: CheckInput

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks found."""
        return run_checks(self.given)

    @property
    def blocked(self) -> bool:
        """Whether a finding keeps the reply from being ready."""
        return any(finding.severity is Severity.BLOCK for finding in self.findings)


@dataclass(frozen=True)
class Reply:
    """One answer, from one resolution or two, in the renderings that an agent can choose among."""

    brief: Brief
    hits: tuple[Hit, ...]
    situation: Situation

    @cached_property
    def rendered(self) -> Rendered:
        """The reply itself, made shorter and shorter until it fits its channel."""
        brief = self.brief
        answers = [hit.resolution for hit in self.hits]
        plan = plan_tone(
            brief.message,
            brief.analysis,
            brief.policy,
            answers,
            self.situation,
            language=brief.language,
            wish=brief.wish,
        )
        found = self._render(plan)
        while self._too_long(found) and (shorter := shortened(found.plan)) is not None:
            found = self._render(shorter)
        return found

    def alternatives(self) -> Iterator[Alternative]:
        """Yield the same answer in another length, where it passes the checks that the draft has passed."""
        explanation = "full" if self.rendered.plan.explanation == "short" else "short"
        other = self._render(self.rendered.plan.model_copy(update={"explanation": explanation}))
        if not other.blocked and other.text != self.rendered.text:
            yield Alternative(name=other.plan.explanation, text=other.text)

    def notes(self, also: tuple[Hit, ...]) -> tuple[str, ...]:
        """Return the notes to the agent; ``also`` is what answers second questions of the message."""
        brief = self.brief
        withheld = withheld_facts(brief.message, brief.policy)
        parts = str(segments(self.rendered.text)) if brief.channel.max_segments is not None else ""
        return (
            *(line for hit in self.hits for line in source_notes(hit, brief.policy, brief.notes_language)),
            *(line for source in self.rendered.sources for line in source.contradictions),
            *self._other_questions(also),
            *([brief.note("facts_withheld", facts=", ".join(withheld))] if withheld else []),
            *([brief.note("segments", count=parts)] if parts else []),
            *tone_note(brief.analysis, brief.policy, brief.notes_language),
            *brief.message_notes(),
        )

    def _too_long(self, found: Rendered) -> bool:
        most = self.brief.channel.max_segments
        return len(found.text) > found.plan.max_characters or (most is not None and segments(found.text) > most)

    def _render(self, plan: TonePlan) -> Rendered:
        brief = self.brief
        answers = tuple(hit.resolution for hit in self.hits)
        explains = StepName.EXPLAIN in plan.steps
        facts = said_facts(brief.message, brief.policy, brief.language, answers[0].tags) if explains else ()
        writing = Writing(
            brief.message, brief.analysis, answers, brief.policy, plan, brief.phrasing, self.situation, facts
        )
        steps = write_steps(writing)
        text = join_steps(steps, plan)
        cited = {source for step in steps for source in step.sources}
        sources = (
            brief.source(self.hits[0]),
            *(brief.source(hit) for hit in self.hits[1:] if hit.resolution.id in cited),
            *(item.source for item in facts),
            *policy_sources(steps),
        )
        given = CheckInput(text, brief.language, sources, brief.policy, brief.message, plan, steps)
        return Rendered(plan, steps, text, sources, given)

    def _other_questions(self, also: tuple[Hit, ...]) -> Iterator[str]:
        """Yield notes on second questions: what the draft answers besides, and what it does not."""
        cited = {source.id for source in self.rendered.sources}
        others = {hit.resolution.id: hit.resolution for hit in (*self.hits[1:], *also)}
        others.pop(self.hits[0].resolution.id, None)
        for other in others.values():
            key = "answers_two" if other.id in cited else "also_asks"
            yield self.brief.note(key, id=other.id, problem=as_name(other.problem))
