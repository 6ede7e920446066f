"""The tone plan: which steps a reply takes, in which order, how long and how formal; all of it from policy."""

from inference.bereavement import deaths
from inference.policy import ChannelRules, Manner, Policy
from inference.thread import own_words
from inference.triage import greets_with_salam
from inference.types import (
    Analysis,
    AngerLevel,
    Message,
    Resolution,
    SentimentLabel,
    SignalName,
    StepName,
    TonePlan,
)


def plan_tone(
    message: Message, analysis: Analysis, policy: Policy, resolution: Resolution, *, language: str
) -> TonePlan:
    """Plan the reply to ``message`` from ``resolution``; steps that have nothing to say are left out."""
    channel = policy.channels[message.channel]
    bereaved = bool(deaths(own_words(message)))
    manner = _manner(analysis, policy, resolution, bereaved=bereaved)
    tone = policy.tone[manner]
    steps = _private_steps(analysis) if channel.private else _steps(tone.steps, message, analysis, channel, resolution)
    return TonePlan(
        steps=steps,
        language=language,
        level=analysis.anger.level,
        formality=channel.formality,
        max_characters=channel.max_characters,
        numbered=channel.numbered,
        explanation=channel.explanation,
        apology=tone.apology if StepName.APOLOGISE in steps else "none",
        condolence=manner == "bereaved",
        forbidden=policy.forbidden_at(analysis.anger.level),
    )


def _manner(analysis: Analysis, policy: Policy, resolution: Resolution, *, bereaved: bool) -> Manner:
    if set(resolution.tags) & set(policy.scope.safety_tags):
        return "safety"
    if bereaved:
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
    resolution: Resolution,
) -> tuple[StepName, ...]:
    dropped = set(channel.drop)
    if analysis.anger.level is AngerLevel.CALM:
        dropped |= set(channel.drop_calm)
        dropped.add(StepName.APOLOGISE)
    if not resolution.steps:
        dropped.add(StepName.SOLVE)
    if deaths(own_words(message)):
        dropped.discard(StepName.EMPATHISE)  # condolence is not what room is saved on
    steps = [step for step in planned if step not in dropped and (step is not StepName.GREET or channel.greet)]
    if greets_with_salam(own_words(message)) and StepName.GREET not in steps:
        steps.insert(0, StepName.GREET)
    return tuple(steps)


def _private_steps(analysis: Analysis) -> tuple[StepName, ...]:
    """In public neither names nor facts are given: regret where due, and an invitation to a private channel."""
    regret = analysis.anger.level is not AngerLevel.CALM
    return (StepName.APOLOGISE, StepName.FOLLOW_UP) if regret else (StepName.FOLLOW_UP,)
