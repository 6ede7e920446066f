"""The text of a ready reply: planned, written, fitted to its channel, checked, and offered in other renderings."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from inference.calendar import written_hour
from inference.checks import CheckInput, passes_beside, run_checks
from inference.compose.brief import Brief
from inference.compose.cited import policy_sources
from inference.compose.facts import said_facts, withheld_facts, written_day
from inference.compose.finish import finish, glossary_sources
from inference.compose.notes import source_notes
from inference.compose.said import mentions
from inference.compose.steps import join_steps, write_steps
from inference.compose.writing import Writing, as_name
from inference.dialogue import next_questions
from inference.plain.comparison import comparison
from inference.segments import segments
from inference.signs import asks_more
from inference.situation import Situation
from inference.slots import digits_like
from inference.tone import plan_tone, shortened
from inference.types import (
    Alternative,
    Channel,
    Commitment,
    DraftStep,
    Finding,
    FollowUp,
    Hit,
    Resolution,
    SearchResult,
    Severity,
    Source,
    StepName,
    TonePlan,
)

_EXPLANATIONS: tuple[Literal["full", "short", "comparison"], ...] = ("full", "short", "comparison")


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
    """One answer, from one resolution or two, in the renderings that an agent can choose among.

    Attributes:
        hits: What it rests on, the main one first, without placeholders.
        asked: What the main resolution's placeholders lack, as the reply asks for it; empty for nothing.
    """

    brief: Brief
    hits: tuple[Hit, ...]
    situation: Situation
    asked: str = ""

    @cached_property
    def rendered(self) -> Rendered:
        """The reply itself, made shorter and shorter until it fits its channel."""
        brief = self.brief
        plan = plan_tone(
            brief.message,
            brief.analysis,
            brief.policy,
            self._answers,
            self.situation,
            language=brief.language,
            wish=brief.wish,
        )
        found = self._render(plan)
        while self._too_long(found) and (shorter := shortened(found.plan)) is not None:
            found = self._render(shorter)
        return found

    def alternatives(self) -> Iterator[Alternative]:
        """Yield the answer in full, in one line, and by an everyday comparison, where it passes the draft's checks."""
        seen = {self.rendered.text}
        for explanation in _EXPLANATIONS:
            if explanation == self.rendered.plan.explanation:
                continue
            other = self._render(self.rendered.plan.model_copy(update={"explanation": explanation}))
            if other.text not in seen and not self._too_long(other) and passes_beside(other.given, self.rendered.given):
                seen.add(other.text)
                yield Alternative(name=explanation, text=other.text)

    def notes(self, also: tuple[Hit, ...]) -> tuple[str, ...]:
        """Return the notes to the agent; ``also`` is what answers second questions of the message."""
        brief = self.brief
        withheld = withheld_facts(brief.message, brief.policy, self._answers[0].tags)
        cited = {source for step in self.rendered.steps for source in step.sources}
        solves = StepName.SOLVE in self.rendered.plan.steps
        parts = str(segments(self.rendered.text)) if brief.channel.max_segments is not None else ""
        return (
            *(line for hit in self.hits for line in source_notes(hit, brief.policy, brief.notes_language)),
            *(line for source in self.rendered.sources for line in source.contradictions),
            *self._other_questions(also),
            *([brief.note("facts_withheld", facts=", ".join(withheld))] if withheld else []),
            *([brief.note("segments", count=parts)] if parts else []),
            *([brief.note("missing_slots", slots=self.asked)] if "policy:ask_slot" in cited else []),
            *([brief.note("tried")] if self.situation.tried and solves else []),
            *([brief.note("still_unsolved")] if self.situation.turn.solved is False else []),
            *brief.message_notes(),
        )

    def next_questions(self, found: SearchResult) -> tuple[FollowUp, ...]:
        """Return what the customer may ask next, answered from reliable sources among what was found."""
        brief = self.brief
        others = [item.resolution for item in found.hits if item.freshness.reliable]
        asked = next_questions(brief.message, self._answers[0], others, brief.language, draft=self.rendered.text)
        if brief.policy.manners.digits != "as_customer":
            return asked
        return tuple(
            FollowUp(question=digits_like(item.question, brief.words), answer=digits_like(item.answer, brief.words))
            for item in asked
        )

    def _too_long(self, found: Rendered) -> bool:
        most = self.brief.channel.max_segments
        return len(found.text) > found.plan.max_characters or (most is not None and segments(found.text) > most)

    @cached_property
    def _answers(self) -> tuple[Resolution, ...]:
        return tuple(hit.resolution for hit in self.hits)

    @cached_property
    def undertaken(self) -> Commitment | None:
        """What the policy undertakes for such a customer; None without a time from which to count."""
        brief, given = self.brief, self.brief.policy.undertaking
        calendar = brief.policy.calendar
        if given is None or calendar is None or brief.now is None:
            return None
        if brief.analysis.anger.level not in given.levels or brief.language not in given.owner:
            return None
        due = calendar.due(brief.now, hours=given.working_hours)
        owner, day = given.owner[brief.language], written_day(due.date(), brief.policy, brief.language)
        when = brief.phrasing.pick("due_time", day=day, hour=written_hour(due, brief.language))
        text = brief.phrasing.pick("undertaking", owner=owner, due=when)
        return Commitment(text=text, owner=owner, due=due, source="policy:undertaking")

    @property
    def _policy_phrases(self) -> dict[str, str]:
        """The policy's own words in steps that also rest on a resolution."""
        phrasing = self.brief.phrasing
        phrases = {"policy:tried_all": phrasing.pick("tried_all")}
        if self.asked:
            phrases["policy:ask_slot"] = phrasing.pick("ask_slot", slot=self.asked)
        if self.undertaken is not None:
            phrases["policy:undertaking"] = self.undertaken.text
        return phrases

    @cached_property
    def _mentions(self) -> str:
        return mentions(self.brief.slots, self.brief.policy, self.brief.language)

    @cached_property
    def _comparison(self) -> str | None:
        main = self._answers[0]
        return comparison(f"{main.problem}. {main.answer}", self.brief.language)

    def _writing(self, plan: TonePlan) -> Writing:
        brief = self.brief
        explains = StepName.EXPLAIN in plan.steps
        main = self._answers[0]
        return Writing(
            message=brief.message,
            analysis=brief.analysis,
            answers=self._answers,
            policy=brief.policy,
            plan=plan,
            phrasing=brief.phrasing,
            situation=self.situation,
            facts=said_facts(brief.message, brief.policy, brief.language, main.tags) if explains else (),
            # A phone note is the agent's own: the customer does not "mention" what stands there.
            mentions="" if brief.message.channel is Channel.PHONE_NOTE else self._mentions,
            missing=self.asked,
            comparison=self._comparison,
            undertaken=self.undertaken,
        )

    def _render(self, plan: TonePlan) -> Rendered:
        brief = self.brief
        writing = self._writing(plan)
        steps = finish(writing, write_steps(writing))
        text = join_steps(steps, plan)
        cited = {source for step in steps for source in step.sources}
        sources = (
            brief.source(self.hits[0]),
            *(brief.source(hit) for hit in self.hits[1:] if hit.resolution.id in cited),
            *(item.source for item in writing.facts),
            *glossary_sources(steps, brief.language, self._comparison),
            *policy_sources(steps, self._policy_phrases),
        )
        given = CheckInput(
            text,
            brief.language,
            sources,
            brief.policy,
            brief.message,
            plan,
            steps,
            notes_language=brief.notes_language,
        )
        return Rendered(plan, steps, text, sources, given)

    def _other_questions(self, also: tuple[Hit, ...]) -> Iterator[str]:
        """Yield notes on second questions: what the draft answers besides, and what it does not."""
        cited = {source.id for source in self.rendered.sources}
        asked = [hit for hit in also if hit.resolution.language == self.brief.language and asks_more(self.brief.words)]
        others = {hit.resolution.id: hit.resolution for hit in (*self.hits[1:], *asked)}
        others.pop(self.hits[0].resolution.id, None)
        for other in others.values():
            key = "answers_two" if other.id in cited else "also_asks"
            yield self.brief.note(key, id=other.id, problem=as_name(other.problem))
