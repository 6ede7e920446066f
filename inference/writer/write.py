"""Wording a composed draft anew: ask the model, check, have it mended once, else keep what the composer wrote."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum

from inference.checks import CheckInput, run_checks
from inference.compose.cited import commitments
from inference.policy import Policy
from inference.types import (
    Commitment,
    Draft,
    DraftStep,
    Finding,
    Message,
    SearchResult,
    Severity,
    StepName,
)
from inference.writer.answer import MAX_ANSWER, MalformedAnswerError, is_whole, partial_steps, read_answer, visible
from inference.writer.base import Budget, Delta, LanguageModel, WriterError, WriterTimeoutError
from inference.writer.guards import check_writing
from inference.writer.prompt import Request, first_request, repair_request
from inference.writer.task import Task
from inference.writer.wording import prompt_revision, writer_note

Tell = Callable[[Delta], None]


class Outcome(StrEnum):
    """Whose text the agent gets: nothing was open to a model, its first text, its repaired one, or the composer's."""

    UNTOUCHED = "untouched"
    AT_ONCE = "at_once"
    REPAIRED = "repaired"
    FELL_BACK = "fell_back"


@dataclass(frozen=True)
class Written:
    """A checked draft and how it came about.

    Attributes:
        draft: What the agent gets; ``draft.writer`` names the model where the text is its own.
        outcome: Whose text it is.
        why: The error's code, or ``failed_checks``; None unless the model's text was given up.
        refused: What the checks found, for each attempt that failed them.
    """

    draft: Draft
    outcome: Outcome
    why: str | None = None
    refused: tuple[tuple[Finding, ...], ...] = ()


async def write(
    composed: Draft,
    *,
    message: Message,
    found: SearchResult,
    policy: Policy,
    model: LanguageModel,
    budget: Budget,
    agent_language: str | None = None,
    tell: Tell | None = None,
) -> Written:
    """Have a model word the steps of a composed draft; the same checks judge it, and none of its faults comes out.

    Cancelling the call stops the model. A model that fails is no error: the draft is the composer's then, with a note.

    Args:
        composed: The composer's draft for ``message``; only a ready one with a plan is worded anew.
        message: The customer's message.
        found: What the draft was composed from; names the owners of commitments.
        policy: The tenant's policy.
        model: The language model.
        budget: What it may cost.
        agent_language: Language of the notes to the agent; the draft's language where None.
        tell: Called with each piece of text as the model writes it, unchecked.
    """
    task = Task(composed, message, policy)
    if not task.worth_writing:
        return Written(composed, Outcome.UNTOUCHED)
    notes = agent_language or composed.language
    deadline = asyncio.get_running_loop().time() + budget.seconds
    return await _Writing(task, found, model, budget, notes, tell, deadline).run()


@dataclass(frozen=True)
class _Writing:
    """One call of ``write``; ``deadline`` is on the event loop's clock."""

    task: Task
    found: SearchResult
    model: LanguageModel
    budget: Budget
    notes: str
    tell: Tell | None
    deadline: float

    async def run(self) -> Written:
        """Ask at most twice."""
        request = first_request(self.task)
        refused: list[tuple[Finding, ...]] = []
        for attempt, outcome in ((1, Outcome.AT_ONCE), (2, Outcome.REPAIRED)):
            try:
                answer = await self._ask(request, attempt)
            except WriterError as error:
                return self._fallen_back(error.code, refused)
            steps, findings = self._judge(answer, request)
            if not _blocking(findings):
                return Written(self._finished(steps, findings), outcome, refused=tuple(refused))
            refused.append(findings)
            request = repair_request(request, answer, _blocking(findings))
        return self._fallen_back("failed_checks", refused)

    async def _ask(self, request: Request, attempt: int) -> str:
        """Read an answer until it is whole, or the model or its time ends."""
        answer, told = "", _Teller(attempt, self.tell)
        seconds = self.deadline - asyncio.get_running_loop().time()
        schema = answer_schema([step.name for step in self.task.open])
        try:
            async with asyncio.timeout_at(self.deadline):
                stream = self.model.generate(
                    request.prompt, max_tokens=self.budget.tokens, seconds=max(0.1, seconds), schema=schema
                )
                async with aclosing(stream) as pieces:
                    async for piece in pieces:
                        answer += piece
                        told.tell(answer)
                        # What a model rambles on after the object is neither read nor waited for.
                        if len(answer) > MAX_ANSWER or ("}" in piece and is_whole(answer)):
                            break
        except TimeoutError as error:
            msg = f"The language model took longer than {self.budget.seconds:g} s: raise RIFQ_WRITER_SECONDS."
            raise WriterTimeoutError(msg) from error
        return answer

    def _judge(self, answer: str, request: Request) -> tuple[tuple[DraftStep, ...], tuple[Finding, ...]]:
        """Return the answer's steps, joined with those that stay, and all findings."""
        try:
            written = read_answer(answer).steps
        except MalformedAnswerError as error:
            return (), (self.task.given(()).finding("malformed_answer", fault=str(error)),)
        steps = self.task.merge(written)
        given = self.task.given(steps)
        return steps, (*run_checks(given), *check_writing(given, request.instructions, request.fence))

    def _finished(self, steps: tuple[DraftStep, ...], findings: tuple[Finding, ...]) -> Draft:
        given, composed = self.task.given(steps), self.task.composed
        writer = f"{self.model.name}@{self.model.revision}+prompt-{prompt_revision()}"
        changes = {
            "text": given.text,
            "steps": steps,
            "findings": findings,
            "commitments": self._commitments(given),
            "notes": (writer_note(self.notes, "written", writer=self.model.name), *composed.notes),
            "writer": writer,
        }
        return Draft.model_validate(dict(composed) | changes)

    def _commitments(self, given: CheckInput) -> tuple[Commitment, ...]:
        cited = {source.id for source in given.sources}
        answers = {hit.resolution.id: hit.resolution for hit in (*self.found.hits, *self.found.also)}
        used = [answer for id_, answer in answers.items() if id_ in cited]
        undertaken = next((item for item in self.task.composed.commitments if item.due is not None), None)
        return commitments(given, used, undertaken) if used else self.task.composed.commitments

    def _fallen_back(self, why: str, refused: Sequence[tuple[Finding, ...]]) -> Written:
        codes = ", ".join(sorted({finding.code for finding in _blocking(refused[-1])})) if refused else ""
        # A first text that failed, and no second one in time: the failure is what the agent should know.
        reason = "failed_checks" if refused else why
        note = writer_note(self.notes, reason, codes=codes)
        draft = self.task.composed
        return Written(draft.model_copy(update={"notes": (note, *draft.notes)}), Outcome.FELL_BACK, why, tuple(refused))


class _Teller:
    """Tells how an answer grows: only what was added to each step's text."""

    def __init__(self, attempt: int, tell: Tell | None) -> None:
        self._attempt = attempt
        self._tell = tell
        self._told: list[str] = []

    def tell(self, answer: str) -> None:
        """Tell what ``answer``, as far as it goes, holds beyond what was told."""
        if self._tell is None:
            return
        for place, (name, text) in enumerate((name, visible(text)) for name, text in partial_steps(answer)):
            if place == len(self._told):
                self._told.append("")
            before = self._told[place]
            if text != before and text.startswith(before):
                self._told[place] = text
                self._tell(Delta(attempt=self._attempt, step=name, text=text[len(before) :]))


def answer_schema(names: Sequence[StepName]) -> dict[str, object]:
    """Return the JSON schema of an answer with just these steps."""
    step = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "enum": list(dict.fromkeys(name.value for name in names))},
            "text": {"type": "string"},
        },
        "required": ["name", "text"],
        "additionalProperties": False,
    }
    steps = {"type": "array", "items": step, "minItems": len(names), "maxItems": len(names)}
    return {"type": "object", "properties": {"steps": steps}, "required": ["steps"], "additionalProperties": False}


def _blocking(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCK)
