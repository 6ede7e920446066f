"""What a model is asked to word: which of the composed steps are open, and which stay as the policy has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from inference.checks import CheckInput
from inference.compose.steps import join_steps
from inference.policy import Policy
from inference.types import Draft, DraftStep, Message, SourceKind, Status, StepName, TonePlan
from inference.writer.answer import WrittenStep

_FORMULAE = frozenset({StepName.GREET, StepName.ASK, StepName.CLOSE})
_PRIVATE = "policy:private_invite"


@dataclass(frozen=True)
class Task:
    """A composed, checked draft whose text is to be worded anew.

    Greeting, condolence, the invitation to a private channel, the closing formula and whatever binds us to a date are
    the policy's own words and stay.
    """

    composed: Draft
    message: Message
    policy: Policy

    @property
    def plan(self) -> TonePlan:
        """The draft's plan.

        Raises:
            ValueError: there is none; ask ``worth_writing`` first.
        """
        if self.composed.plan is None:
            msg = "a draft without a plan is not worded anew"
            raise ValueError(msg)
        return self.composed.plan

    @cached_property
    def open(self) -> tuple[DraftStep, ...]:
        """The steps that the model words, in order."""
        return tuple(step for step in self.composed.steps if not self._stays(step))

    @property
    def worth_writing(self) -> bool:
        """Whether there is anything to word: a ready draft, some of whose open steps rests on more than the policy."""
        if self.composed.status is not Status.READY or self.composed.plan is None:
            return False
        own = {source.id for source in self.composed.sources if source.kind is not SourceKind.POLICY}
        return any(own & set(step.sources) for step in self.open)

    def merge(self, written: Sequence[WrittenStep]) -> tuple[DraftStep, ...]:
        """Put the model's steps, in its order, where the open ones stand; each is given the composed one's sources.

        Steps that should stay are dropped from what the model wrote; missing or swapped ones are for the checks to see.
        """
        left = [step for step in written if step.name not in _FORMULAE]
        merged = []
        for step in self.composed.steps:
            if self._stays(step):
                merged.append(step)
            elif left:
                merged.append(self._sourced(left.pop(0)))
        return (*merged, *map(self._sourced, left))

    def given(self, steps: tuple[DraftStep, ...]) -> CheckInput:
        """Return what the checks judge: the steps joined, beside the sources of the composed draft."""
        return CheckInput(
            text=join_steps(steps, self.plan),
            language=self.composed.language,
            sources=self.composed.sources,
            policy=self.policy,
            message=self.message,
            plan=self.plan,
            steps=steps,
        )

    def _sourced(self, step: WrittenStep) -> DraftStep:
        alike = (item.sources for item in self.open if item.name is step.name)
        return DraftStep(
            name=step.name, text=step.text, sources=tuple(dict.fromkeys(id_ for ids in alike for id_ in ids))
        )

    def _stays(self, step: DraftStep) -> bool:
        bound = any(promise.due is not None and promise.text in step.text for promise in self.composed.commitments)
        condoles = self.plan.condolence and step.name is StepName.EMPATHISE
        return step.name in _FORMULAE or condoles or bound or _PRIVATE in step.sources
