"""The tone plan: which steps a reply takes, in which order, how long and how formal; all of it from policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from inference.policy import ChannelRules, Manner, Policy
from inference.situation import Situation
from inference.thread import own_words
from inference.tone_evidence import speaks_to_us, tone_phrases
from inference.triage import greets_with_salam
from inference.types import (
    Analysis,
    AngerLevel,
    Grievance,
    Message,
    Resolution,
    SentimentLabel,
    SignalName,
    StepName,
    TechnicalLevel,
    TonePlan,
    Wish,
)

_EXPLANATIONS: dict[Wish | None, Literal["short", "comparison"]] = {
    Wish.SHORTER: "short",
    Wish.SIMPLER: "comparison",
}
_MORE_TERMS = 2
_MANNERS: dict[AngerLevel, Manner] = {
    AngerLevel.IRRITATED: "irritated",
    AngerLevel.ANGRY: "angry",
    AngerLevel.FURIOUS: "furious",
}
_STEP_DOWN = {
    AngerLevel.IRRITATED: AngerLevel.CALM,
    AngerLevel.ANGRY: AngerLevel.IRRITATED,
    AngerLevel.FURIOUS: AngerLevel.ANGRY,
}
_LAST = (StepName.LISTEN, StepName.FOLLOW_UP, StepName.SOLVE)
_LAST_OF_SAFETY = (StepName.APOLOGISE, StepName.FOLLOW_UP, StepName.EXPLAIN)
_ANSWER = (StepName.EXPLAIN, StepName.SOLVE)


def plan_tone(
    message: Message,
    analysis: Analysis,
    policy: Policy,
    answers: Sequence[Resolution],
    situation: Situation,
    *,
    language: str,
    wish: Wish | None = None,
) -> TonePlan:
    """Plan the reply to ``message`` from the resolutions that answer it, the main one first.

    Steps that have nothing to say are left out; what only a second resolution says is planned a second time.
    """
    return _Planning(message, analysis, policy, answers, situation, language, wish).plan()


@dataclass(frozen=True)
class _Planning:
    message: Message
    analysis: Analysis
    policy: Policy
    answers: Sequence[Resolution]
    situation: Situation
    language: str
    wish: Wish | None

    def plan(self) -> TonePlan:
        channel, situation, wish = self.channel, self.situation, self.wish
        manner = self.manner
        steps = self._private_steps() if channel.private else self._steps(self.policy.tone[manner].steps)
        apology = self._apology(steps, manner)
        # In public a wait would be a fact about the customer.
        weighing = [item for item in situation.grievances if not (channel.private and item is Grievance.WAIT)]
        owned = next(iter(weighing), None) if apology == "regret" and not situation.bereaved else None
        more_terms = _MORE_TERMS if wish is Wish.SIMPLER else 0
        return TonePlan(
            steps=steps,
            language=self.language,
            level=self.level,
            manner=manner,
            wish=wish,
            technical=TechnicalLevel.LAYMAN if wish is Wish.SIMPLER else self.analysis.technical_level,
            formality=channel.formality,
            max_characters=channel.max_characters,
            numbered=channel.numbered,
            explanation=_EXPLANATIONS.get(wish, channel.explanation),
            terms=0 if channel.private else self.policy.manners.explain_terms + more_terms,
            apology=apology,
            named=tuple(item for item in situation.grievances if item is not owned) if StepName.LISTEN in steps else (),
            owned=owned,
            condolence=situation.bereaved and manner == "bereaved",
            forbidden=self.policy.forbidden_at(self.analysis.anger.level),
        )

    @property
    def channel(self) -> ChannelRules:
        return self.policy.channels[self.message.channel]

    @property
    def calm(self) -> bool:
        return self.analysis.anger.level is AngerLevel.CALM

    @cached_property
    def manner(self) -> Manner:
        if set(self.answers[0].tags) & set(self.policy.scope.safety_tags):
            return "safety"
        if self.situation.bereaved:
            return "bereaved"
        level = self.level
        if level is not AngerLevel.CALM:
            return _MANNERS[level]
        sad = self.analysis.sentiment.label is SentimentLabel.NEGATIVE
        pressing = self.situation.weary or self.situation.owed or self.analysis.has(SignalName.URGENCY)
        worried = sad or pressing or not self.calm or self.wish is Wish.WARMER
        return "worried" if worried else "calm"

    @cached_property
    def level(self) -> AngerLevel:
        """The anger that the reply goes by: one step less than was read where nothing in the message shows it.

        Who may not be irritated at all is not told that we are sorry for their trouble.
        """
        read = self.analysis.anger.level
        if self.situation.grievances or read not in _STEP_DOWN:
            return read
        irritated = read is AngerLevel.IRRITATED
        doubtful = self.analysis.uncertain and irritated
        accuses = not irritated and speaks_to_us(self.analysis.evidence)
        shown = accuses or self.analysis.signals or not self.analysis.evidence or self._feels
        return read if shown and not doubtful else _STEP_DOWN[read]

    @cached_property
    def _feels(self) -> bool:
        """Whether words of the message say what its writer feels."""
        return self.situation.weary or bool(tone_phrases(self.message.text, self.analysis.evidence))

    def _apology(self, steps: Sequence[StepName], manner: Manner) -> Literal["none", "regret", "own"]:
        if StepName.APOLOGISE not in steps:
            return "none"
        owns = self.situation.erred and not self.situation.bereaved and not self.channel.private
        return "own" if owns else self.policy.tone[manner].apology

    def _steps(self, planned: tuple[StepName, ...]) -> tuple[StepName, ...]:
        dropped = self._dropped()
        steps = [step for step in planned if step not in dropped]
        if self.situation.erred and not self.situation.turn.apologised and StepName.APOLOGISE not in steps:
            steps.insert(_before_answer(steps), StepName.APOLOGISE)
        if greets_with_salam(own_words(self.message)) and StepName.GREET not in steps:
            steps.insert(0, StepName.GREET)
        return _with_second(steps, self.channel, self.answers)

    @property
    def _regrets(self) -> bool:
        return not self.calm and self.policy.tone[self.manner].apology != "none"

    @property
    def _unheard(self) -> set[StepName]:
        """What is left out where there is nothing to have listened to: who asks one calm line wants the answer."""
        wordings = self.policy.slots.get(self.language, {})
        repeated = {name for name, wording in wordings.items() if wording.mention}
        named = any(slot.said and slot.name.value in repeated for slot in self.situation.slots)
        told = named or self.situation.grievances or self.situation.turn.solved is False
        few = len(own_words(self.message).split()) < self.policy.manners.restate_from_words
        return {StepName.LISTEN} if self.manner == "calm" and few and not told else set()

    @property
    def _unfelt(self) -> set[StepName]:
        """What is left out where no feeling and no wait is told: even words are not told how their writer feels."""
        if self.manner != "worried" or self.situation.grievances or self.situation.owed:
            return set()
        told = self.analysis.has(SignalName.URGENCY, least=self._sure) or self._feels
        return set() if told else {StepName.EMPATHISE}

    @property
    def _sure(self) -> float:
        return self.policy.signals.speak_of_from

    def _dropped(self) -> set[StepName]:
        """What the channel, the turn of the conversation and the agent's wish leave out."""
        dropped = set(self.channel.drop) | (set(self.channel.drop_calm) if self.calm else set())
        dropped |= self._unheard | self._unfelt
        if self.manner == "safety":
            dropped.discard(StepName.SOLVE)  # what protects money is not what room is saved on
        if not self.channel.greet or self.situation.turn.greeted:
            dropped.add(StepName.GREET)  # in a running conversation nobody greets anew ...
        if self.situation.turn.apologised or not (self.situation.erred or self._regrets):
            dropped.add(StepName.APOLOGISE)  # ... or apologises anew
        if self.wish is Wish.SHORTER:
            dropped |= {StepName.EMPATHISE, StepName.CLOSE}
        if self.wish is Wish.WARMER:
            dropped -= {StepName.LISTEN, StepName.EMPATHISE, StepName.FOLLOW_UP, StepName.CLOSE}
        if self.situation.bereaved:
            dropped.discard(StepName.EMPATHISE)  # condolence is not what room is saved on
        if not self.answers[0].steps:
            dropped.add(StepName.SOLVE)
        elif len(self.situation.tried) == len(self.answers[0].steps):
            dropped.discard(StepName.FOLLOW_UP)  # what else is there to say?
        if self.situation.overran:
            dropped.discard(StepName.FOLLOW_UP)  # who has waited longer than it takes needs what comes after
        return dropped

    def _private_steps(self) -> tuple[StepName, ...]:
        """In public neither names nor facts are given: regret where due, and an invitation to a private channel."""
        greets = greets_with_salam(own_words(self.message)) and not self.situation.turn.greeted
        regrets = not self.calm and not self.situation.turn.apologised
        opening = (*[StepName.GREET] * greets, *[StepName.APOLOGISE] * regrets)
        return (*opening, StepName.FOLLOW_UP)


def _before_answer(steps: Sequence[StepName]) -> int:
    return next((place for place, step in enumerate(steps) if step in _ANSWER), len(steps))


def _with_second(steps: list[StepName], channel: ChannelRules, answers: Sequence[Resolution]) -> tuple[StepName, ...]:
    """Plan an explanation, and steps where there is room for a list, for a second question."""
    if len(answers) > 1 and StepName.EXPLAIN in steps:
        behind = max(place for place, step in enumerate(steps) if step in _ANSWER) + 1
        listed = channel.numbered and answers[1].steps and StepName.SOLVE not in channel.drop
        steps[behind:behind] = _ANSWER if listed else _ANSWER[:1]
    return tuple(steps)


def shortened(plan: TonePlan) -> TonePlan | None:
    """Give up, in this order, what a reply can best do without; None when nothing is left to give up."""
    if plan.explanation != "short":
        return plan.model_copy(update={"explanation": "short"})
    if plan.terms:
        return plan.model_copy(update={"terms": 0})
    twice = [name for name in (StepName.SOLVE, StepName.EXPLAIN) if plan.steps.count(name) > 1]
    last = _LAST_OF_SAFETY if plan.manner == "safety" else _LAST
    for name in (*twice, StepName.CLOSE, StepName.EMPATHISE, *last):
        if name in plan.steps and not (name is StepName.EMPATHISE and plan.condolence):
            place = len(plan.steps) - 1 - plan.steps[::-1].index(name)
            changes: dict[str, object] = {"apology": "none", "owned": None} if name is StepName.APOLOGISE else {}
            if name is StepName.LISTEN:
                changes["named"] = ()
            return plan.model_copy(update={"steps": (*plan.steps[:place], *plan.steps[place + 1 :]), **changes})
    return plan.model_copy(update={"named_problem": False}) if plan.named_problem else None
