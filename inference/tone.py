"""The tone plan: which steps a reply takes, in which order, how long and how formal; all of it from policy."""

from collections.abc import Sequence

from inference.policy import ChannelRules, Manner, Policy
from inference.situation import Situation
from inference.thread import own_words
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
    channel = policy.channels[message.channel]
    manner = _manner(analysis, policy, answers[0], situation)
    if wish is Wish.WARMER and manner == "calm":
        manner = "worried"
    if channel.private:
        steps = _private_steps(analysis)
    else:
        steps = _steps(policy.tone[manner].steps, message, analysis, channel, answers, situation, wish)
    apology = policy.tone[manner].apology if StepName.APOLOGISE in steps else "none"
    if situation.erred and StepName.APOLOGISE in steps and not situation.bereaved:
        apology = "own"
    owned = next(iter(situation.grievances), None) if apology == "regret" and not situation.bereaved else None
    return TonePlan(
        steps=steps,
        language=language,
        level=analysis.anger.level,
        manner=manner,
        wish=wish,
        technical=TechnicalLevel.LAYMAN if wish is Wish.SIMPLER else analysis.technical_level,
        formality=channel.formality,
        max_characters=channel.max_characters,
        numbered=channel.numbered,
        explanation="short" if wish is Wish.SHORTER else channel.explanation,
        apology=apology,
        named=tuple(item for item in situation.grievances if item is not owned) if StepName.LISTEN in steps else (),
        owned=owned,
        condolence=situation.bereaved and manner == "bereaved",
        forbidden=policy.forbidden_at(analysis.anger.level),
    )


def _manner(analysis: Analysis, policy: Policy, resolution: Resolution, situation: Situation) -> Manner:
    if set(resolution.tags) & set(policy.scope.safety_tags):
        return "safety"
    if situation.bereaved:
        return "bereaved"
    match analysis.anger.level:
        case AngerLevel.IRRITATED:
            return "irritated"
        case AngerLevel.ANGRY:
            return "angry"
        case AngerLevel.FURIOUS:
            return "furious"
        case AngerLevel.CALM:
            pass
    sad = analysis.sentiment.label is SentimentLabel.NEGATIVE
    return "worried" if sad or analysis.has(SignalName.URGENCY) else "calm"


def _steps(
    planned: tuple[StepName, ...],
    message: Message,
    analysis: Analysis,
    channel: ChannelRules,
    answers: Sequence[Resolution],
    situation: Situation,
    wish: Wish | None,
) -> tuple[StepName, ...]:
    calm = analysis.anger.level is AngerLevel.CALM
    dropped = set(channel.drop) | (set(channel.drop_calm) if calm else set())
    if calm and not situation.erred:
        dropped.add(StepName.APOLOGISE)
    if not answers[0].steps:
        dropped.add(StepName.SOLVE)
    if wish is Wish.SHORTER:
        dropped |= {StepName.EMPATHISE, StepName.CLOSE}
    if wish is Wish.WARMER:
        dropped -= {StepName.LISTEN, StepName.EMPATHISE, StepName.FOLLOW_UP, StepName.CLOSE}
    if situation.bereaved:
        dropped.discard(StepName.EMPATHISE)  # condolence is not what room is saved on
    steps = [step for step in planned if step not in dropped and (step is not StepName.GREET or channel.greet)]
    if situation.erred and StepName.APOLOGISE not in steps:
        steps.insert(_before_answer(steps), StepName.APOLOGISE)
    if greets_with_salam(own_words(message)) and StepName.GREET not in steps:
        steps.insert(0, StepName.GREET)
    return _with_second(steps, channel, answers)


def _before_answer(steps: Sequence[StepName]) -> int:
    return next((place for place, step in enumerate(steps) if step in _ANSWER), len(steps))


def _with_second(steps: list[StepName], channel: ChannelRules, answers: Sequence[Resolution]) -> tuple[StepName, ...]:
    """Plan an explanation, and steps where there is room for a list, for a second question."""
    if len(answers) > 1 and StepName.EXPLAIN in steps:
        behind = max(place for place, step in enumerate(steps) if step in _ANSWER) + 1
        listed = channel.numbered and answers[1].steps and StepName.SOLVE not in channel.drop
        steps[behind:behind] = _ANSWER if listed else _ANSWER[:1]
    return tuple(steps)


def _private_steps(analysis: Analysis) -> tuple[StepName, ...]:
    """In public neither names nor facts are given: regret where due, and an invitation to a private channel."""
    regret = analysis.anger.level is not AngerLevel.CALM
    return (StepName.APOLOGISE, StepName.FOLLOW_UP) if regret else (StepName.FOLLOW_UP,)


def shortened(plan: TonePlan) -> TonePlan | None:
    """Give up, in this order, what a reply can best do without; None when nothing is left to give up."""
    if plan.explanation == "full":
        return plan.model_copy(update={"explanation": "short"})
    twice = plan.steps.count(StepName.SOLVE) > 1
    for name in (*([StepName.SOLVE] if twice else []), StepName.CLOSE, StepName.EMPATHISE, *_LAST):
        if name in plan.steps and not (name is StepName.EMPATHISE and plan.condolence):
            place = len(plan.steps) - 1 - plan.steps[::-1].index(name)
            return plan.model_copy(update={"steps": (*plan.steps[:place], *plan.steps[place + 1 :])})
    return None


_LAST = (StepName.LISTEN, StepName.FOLLOW_UP, StepName.SOLVE)


def speaks_of(plan: TonePlan, grievance: Grievance) -> bool:
    """Tell whether a reply by this plan names a grievance."""
    return grievance in plan.named or grievance is plan.owned
