"""From a message, its analysis and what was found to a checked draft with a status."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from inference.bereavement import deaths
from inference.checks import CheckInput, run_checks
from inference.checks.facts import promises
from inference.compose.choice import choose_source
from inference.compose.notes import contradiction_notes, message_notes, note, source_notes
from inference.compose.phrasing import Phrasing
from inference.compose.steps import Writing, join_steps, write_steps
from inference.policy import Policy
from inference.text import fold
from inference.thread import own_words
from inference.tone import plan_tone
from inference.triage import Kind, classify, greets_with_salam
from inference.types import (
    Alternative,
    Analysis,
    AngerLevel,
    Commitment,
    Contradictions,
    Draft,
    DraftStep,
    Finding,
    Hit,
    Message,
    Reason,
    SearchResult,
    Severity,
    SignalName,
    Source,
    SourceKind,
    Status,
    StepName,
    TonePlan,
)


def compose(
    message: Message,
    analysis: Analysis,
    found: SearchResult,
    policy: Policy,
    *,
    agent_language: str | None = None,
    contradictions: Contradictions = lambda _: (),
) -> Draft:
    """Draft a reply to ``message``, or say why there is none; the same input gives the same draft, byte for byte.

    Args:
        message: The customer's message.
        analysis: What was understood of it.
        found: The search result for it; freshness was judged by the searcher.
        policy: The tenant's policy.
        agent_language: Language of the notes to the agent; the draft's language where None.
        contradictions: What contradicts a resolution; the agent is told of what contradicts the source.
    """
    return _Composition(message, analysis, found, policy, agent_language, contradictions).draft()


@dataclass(frozen=True)
class _Composition:
    message: Message
    analysis: Analysis
    found: SearchResult
    policy: Policy
    agent_language: str | None
    contradictions: Contradictions

    @property
    def language(self) -> str:
        return self.policy.reply_language(self.message, self.analysis.language)

    @property
    def notes_language(self) -> str:
        chosen = self.agent_language or self.language
        return chosen if chosen in self.policy.notes else self.policy.default_language

    def draft(self) -> Draft:
        if escalations := list(self.policy.escalating(self.analysis).values()):
            return self._refuse(escalations[0].reason, *(item.note[self.notes_language] for item in escalations))
        kind = classify(own_words(self.message), self.analysis)
        if kind is Kind.EMPTY:
            return self._refuse(Reason.EMPTY, self._note("empty"))
        if self.language not in self.policy.languages:
            return self._refuse(Reason.UNSUPPORTED_LANGUAGE, self._note("unsupported_language", language=self.language))
        return self._answer() if kind is Kind.PROBLEM else self._without_source(kind)

    def _without_source(self, kind: Kind) -> Draft:
        if kind in {Kind.THANKS, Kind.GREETING}:
            return self._courtesy("thanks" if kind is Kind.THANKS else "greeting_only")
        return self._ask(self._question(()))

    def _question(self, rivals: tuple[Hit, ...]) -> str:
        """One good question: between two likely readings, to confirm one, or an open one."""
        names = [rival.resolution.problem.rstrip(" .؟?") for rival in rivals]
        if len(names) > 1:
            return self._phrasing.pick("ask_between", first=names[0], second=names[1])
        if names:
            return self._phrasing.pick("ask_confirm", first=names[0])
        calm = self.analysis.anger.level is AngerLevel.CALM
        return self._phrasing.pick("ask_open" if calm else "ask_open_angry")

    def _answer(self) -> Draft:
        protect = self.analysis.has(SignalName.FRAUD_OR_THEFT, least=self.policy.signals.protect_from)
        choice = choose_source(self.found, self.policy, self.language, protect=protect)
        hit = choice.hit
        if choice.reason is Reason.OUT_OF_SCOPE:
            return self._refuse(Reason.OUT_OF_SCOPE, self._note("out_of_scope"))
        if hit is None:
            return self._ask(self._question(choice.rivals), self._note("ambiguous"), hits=choice.rivals)
        if choice.reason is Reason.NO_SOURCE_IN_LANGUAGE:
            values = {"id": hit.resolution.id, "language": hit.resolution.language}
            return self._refuse(choice.reason, self._note("other_language", **values), hits=(hit,))
        if choice.reason is not None:
            return self._refuse(choice.reason, *source_notes(hit, self.policy, self.notes_language), hits=(hit,))
        if self._is_about_whom(hit):
            return self._ask(self._phrasing.pick("ask_bereaved"), hits=(hit,))
        return self._compose(hit)

    def _is_about_whom(self, hit: Hit) -> bool:
        """Tell whether the account may be a deceased person's, for which the usual steps do not hold."""
        answers_it = set(hit.resolution.tags) & set(self.policy.scope.bereavement_tags)
        protects = set(hit.resolution.tags) & set(self.policy.scope.safety_tags)
        public = self.policy.channels[self.message.channel].private
        return bool(deaths(own_words(self.message))) and not (answers_it or protects or public)

    def _compose(self, hit: Hit) -> Draft:
        plan = plan_tone(self.message, self.analysis, self.policy, hit.resolution, language=self.language)
        steps, text = self._render(hit, plan)
        while len(text) > plan.max_characters and (shorter := _shorten(plan)) is not None:
            plan = shorter
            steps, text = self._render(hit, plan)
        sources = (self._as_source(hit), *self._policy_sources(steps))
        given = CheckInput(text, self.language, sources, self.policy, self.message, plan, steps)
        findings = run_checks(given)
        if _blocks(findings):
            return self._refuse(Reason.FAILED_CHECKS, self._note("failed_checks"), hits=(hit,), findings=findings)
        return self._build(
            Status.READY,
            text,
            steps=steps,
            plan=plan,
            sources=sources,
            findings=findings,
            alternatives=tuple(item for item in self._alternatives(hit, plan) if item.text != text),
            follow_ups=hit.resolution.follow_ups,
            commitments=self._commitments(given, hit),
            notes=(
                *source_notes(hit, self.policy, self.notes_language),
                *sources[0].contradictions,
                *self._other_questions(hit),
                *self._message_notes(),
            ),
        )

    def _alternatives(self, hit: Hit, plan: TonePlan) -> Iterator[Alternative]:
        """Yield the same answer in another length, where it passes the checks that the draft has passed."""
        other = plan.model_copy(update={"explanation": "full" if plan.explanation == "short" else "short"})
        steps, text = self._render(hit, other)
        sources = (self._as_source(hit), *self._policy_sources(steps))
        given = CheckInput(text, self.language, sources, self.policy, self.message, other, steps)
        if not _blocks(run_checks(given)):
            yield Alternative(name=other.explanation, text=text)

    def _render(self, hit: Hit, plan: TonePlan) -> tuple[tuple[DraftStep, ...], str]:
        steps = write_steps(Writing(self.message, self.analysis, hit.resolution, self.policy, plan, self._phrasing))
        return steps, join_steps(steps, plan)

    def _commitments(self, given: CheckInput, hit: Hit) -> tuple[Commitment, ...]:
        spans = (given.folded.span(start, end) for start, end in promises(given))
        own = fold(hit.resolution.quote).text
        return tuple(
            Commitment(
                text=span.text.strip(),
                owner=hit.resolution.owner,
                source=hit.resolution.id if fold(span.text).text.strip(" .") in own else "policy",
            )
            for span in spans
        )

    def _courtesy(self, key: str) -> Draft:
        greeting = f"{self._phrasing.pick('greet_salam')} " if self._salam and key != "thanks" else ""
        step = DraftStep(name=StepName.CLOSE, text=greeting + self._phrasing.pick(key), sources=(f"policy:{key}",))
        return self._build(
            Status.READY, step.text, steps=(step,), sources=self._policy_sources((step,)), notes=self._message_notes()
        )

    def _ask(self, question: str, *notes: str, hits: tuple[Hit, ...] = ()) -> Draft:
        opening = ["greet_salam"] * self._salam + ["condolence"] * bool(deaths(own_words(self.message)))
        text = " ".join([*map(self._phrasing.pick, opening), question])
        step = DraftStep(name=StepName.ASK, text=text, sources=("policy:ask",))
        return self._build(
            Status.NEEDS_INFORMATION,
            step.text,
            reason=Reason.TOO_VAGUE,
            steps=(step,),
            sources=(*map(self._as_source, hits), *self._policy_sources((step,))),
            notes=(*notes, *self._message_notes()),
        )

    def _refuse(self, reason: Reason, *notes: str, hits: tuple[Hit, ...] = (), **fields: Any) -> Draft:  # noqa: ANN401
        sources = tuple(map(self._as_source, hits))
        notes = (*notes, *self._message_notes())
        return self._build(Status.NO_SAFE_DRAFT, "", reason=reason, sources=sources, notes=notes, **fields)

    def _build(self, status: Status, text: str, **fields: Any) -> Draft:  # noqa: ANN401 - Draft's own fields
        return Draft(
            status=status,
            text=text,
            language=self.language,
            direction="rtl" if self.language in {"ar", "fa", "ur", "he", "ps", "ckb"} else "ltr",
            model=self.analysis.model,
            model_revision=self.analysis.revision,
            index_generation=self.found.generation,
            policy_revision=self.policy.revision,
            **fields,
        )

    @property
    def _phrasing(self) -> Phrasing:
        return Phrasing(self.policy, self.language, self.message.text)

    @property
    def _salam(self) -> bool:
        return greets_with_salam(own_words(self.message))

    def _note(self, key: str, /, **values: str) -> str:
        return note(self.policy, self.notes_language, key, **values)

    def _message_notes(self) -> tuple[str, ...]:
        return tuple(message_notes(self.message, self.analysis, self.policy, self.notes_language))

    def _as_source(self, hit: Hit) -> Source:
        return Source(
            id=hit.resolution.id,
            kind=SourceKind.RESOLUTION,
            quote=hit.resolution.quote,
            score=hit.score,
            parts=hit.parts,
            match=hit.match,
            freshness=hit.freshness,
            outcome=hit.resolution.outcome,
            contradictions=self._contradicting(hit),
        )

    def _contradicting(self, hit: Hit) -> tuple[str, ...]:
        pairs = self.contradictions(hit.resolution.id)
        return tuple(contradiction_notes(hit.resolution.id, pairs, self.policy, self.notes_language))

    def _other_questions(self, answered: Hit) -> tuple[str, ...]:
        others = (hit.resolution for hit in self.found.also if hit.resolution.id != answered.resolution.id)
        return tuple(self._note("also_asks", id=other.id, problem=other.problem.rstrip(" .؟?")) for other in others)

    def _policy_sources(self, steps: tuple[DraftStep, ...]) -> tuple[Source, ...]:
        return tuple(
            Source(id=source, kind=SourceKind.POLICY, quote=step.text)
            for step in steps
            for source in step.sources
            if source.startswith("policy:")
        )


def _blocks(findings: Sequence[Finding]) -> bool:
    return any(finding.severity is Severity.BLOCK for finding in findings)


def _shorten(plan: TonePlan) -> TonePlan | None:
    """Give up, in this order, what a reply can best do without; None when nothing is left to give up."""
    if plan.explanation == "full":
        return plan.model_copy(update={"explanation": "short"})
    for name in (StepName.CLOSE, StepName.EMPATHISE, StepName.LISTEN, StepName.FOLLOW_UP, StepName.SOLVE):
        if name in plan.steps and not (name is StepName.EMPATHISE and plan.condolence):
            return plan.model_copy(update={"steps": tuple(step for step in plan.steps if step is not name)})
    return None
