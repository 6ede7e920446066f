"""The text of each planned step, with the sources that it rests on."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from inference.compose.phrasing import Phrasing
from inference.policy import Policy
from inference.thread import own_words
from inference.triage import greets_with_salam
from inference.types import Analysis, AngerLevel, DraftStep, Message, Resolution, SignalName, StepName, TonePlan

_FIGURE = re.compile(r"\d[\d,.]*\d|\d")
# A name is a few words of letters: whatever else stands in the field (a sentence, an amount, a link) is not repeated.
_NAME = re.compile(r"[^\W\d_]+[.'’]?(?:[ \-'’][^\W\d_]+[.'’]?){0,4}")
_SENTENCE_END = (".", "!", "?", "؟", "…")


@dataclass(frozen=True)
class Writing:
    """All that a step may draw on."""

    message: Message
    analysis: Analysis
    resolution: Resolution
    policy: Policy
    plan: TonePlan
    phrasing: Phrasing


def write_steps(writing: Writing) -> tuple[DraftStep, ...]:
    """Write the planned steps, in order."""
    return tuple(_WRITERS[name](writing) for name in writing.plan.steps)


_HISTORY = {SignalName.BROKEN_PROMISE: "history_promise", SignalName.REPEAT_CONTACT: "history_repeat"}
_OPENING = frozenset({StepName.LISTEN, StepName.EMPATHISE, StepName.APOLOGISE})


def join_steps(steps: tuple[DraftStep, ...], plan: TonePlan) -> str:
    """Join steps into a reply, in order: neighbours that listen and feel form one paragraph, the rest stands apart."""
    groups = groupby(enumerate(steps), key=lambda item: "opening" if item[1].name in _OPENING else item[0])
    paragraphs = [" ".join(step.text for _, step in group) for _, group in groups]
    return ("\n\n" if plan.numbered else " ").join(paragraphs)


def _greet(writing: Writing) -> DraftStep:
    phrasing, customer = writing.phrasing, writing.message.customer
    if greets_with_salam(own_words(writing.message)):
        text = phrasing.pick("greet_salam")
    else:
        formal = "greet_formal" if writing.plan.formality == "formal" else "greet"
        name = " ".join(part for part in (customer.title, customer.name) if part)
        name = name if _NAME.fullmatch(name) else ""
        text = phrasing.pick(f"{formal}_named", name=name) if name else phrasing.pick(formal)
    return DraftStep(name=StepName.GREET, text=text, sources=("policy:greet",))


def _listen(writing: Writing) -> DraftStep:
    resolution, level = writing.resolution, writing.analysis.anger.level
    if resolution.restatement is None:
        text = writing.phrasing.pick("listen_generic", problem=resolution.problem.rstrip(" .؟?"))
    else:
        history = "" if level is AngerLevel.CALM else _history(writing)
        text = writing.phrasing.pick(
            f"listen_{level}", restatement=resolution.restatement.rstrip(" ."), history=history
        )
    return DraftStep(name=StepName.LISTEN, text=text, sources=(resolution.id,))


def _history(writing: Writing) -> str:
    """Name a broken promise or a repeated contact: what was said before weighs more than that it was said again."""
    for name, key in _HISTORY.items():
        if writing.analysis.has(name, least=writing.policy.signals.speak_of_from):
            return writing.phrasing.pick(key)
    return ""


def _empathise(writing: Writing) -> DraftStep:
    resolution, level = writing.resolution, writing.analysis.anger.level
    if writing.plan.condolence:
        return DraftStep(
            name=StepName.EMPATHISE, text=writing.phrasing.pick("condolence"), sources=("policy:condolence",)
        )
    general = writing.phrasing.pick(f"empathise_{level}")
    if resolution.empathy is None:
        return DraftStep(name=StepName.EMPATHISE, text=general, sources=("policy:empathise",))
    own = as_sentence(resolution.empathy)
    text = f"{general} {own}" if level is AngerLevel.FURIOUS else own
    return DraftStep(name=StepName.EMPATHISE, text=text, sources=(resolution.id,))


def _apologise(writing: Writing) -> DraftStep:
    text = writing.phrasing.pick(f"regret_{writing.analysis.anger.level}")
    return DraftStep(name=StepName.APOLOGISE, text=text, sources=("policy:regret",))


def _explain(writing: Writing) -> DraftStep:
    resolution = writing.resolution
    answer, short = as_sentence(resolution.answer), resolution.short and as_sentence(resolution.short)
    # After protective steps the one-line answer would only say them again.
    if short and not _protects(writing.plan):
        brief = writing.plan.explanation == "short"
        answer = short if brief else f"{short} {answer}" if _adds(short, answer) else answer
    return DraftStep(name=StepName.EXPLAIN, text=answer, sources=(resolution.id,))


def _protects(plan: TonePlan) -> bool:
    """Tell whether the plan puts the steps first, to protect the customer's money."""
    order = [name for name in plan.steps if name in {StepName.EXPLAIN, StepName.SOLVE}]
    return order == [StepName.SOLVE, StepName.EXPLAIN]


def _adds(short: str, answer: str) -> bool:
    """Tell whether the one-line answer says what the explanation does not: a figure, or else mostly other words."""
    if figures := set(_FIGURE.findall(short)):
        return not figures <= set(_FIGURE.findall(answer))
    words = set(re.findall(r"\w{3,}", short))
    return len(words & set(re.findall(r"\w{3,}", answer))) < len(words) / 3


def _solve(writing: Writing) -> DraftStep:
    resolution = writing.resolution
    lines = [as_sentence(step) for step in resolution.steps]
    if not writing.plan.numbered:
        return DraftStep(name=StepName.SOLVE, text=" ".join(lines), sources=(resolution.id,))
    lead = writing.phrasing.pick("solve_lead_safety" if _protects(writing.plan) else "solve_lead_many")
    numbered = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
    return DraftStep(name=StepName.SOLVE, text=f"{lead}\n{numbered}", sources=(resolution.id,))


def _follow_up(writing: Writing) -> DraftStep:
    resolution = writing.resolution
    if writing.policy.channels[writing.message.channel].private:
        return DraftStep(
            name=StepName.FOLLOW_UP, text=writing.phrasing.pick("private_invite"), sources=("policy:private_invite",)
        )
    if resolution.if_unsolved is None:
        text = writing.phrasing.pick("follow_up_generic")
        return DraftStep(name=StepName.FOLLOW_UP, text=text, sources=("policy:follow_up",))
    return DraftStep(name=StepName.FOLLOW_UP, text=as_sentence(resolution.if_unsolved), sources=(resolution.id,))


def _close(writing: Writing) -> DraftStep:
    text = writing.phrasing.pick(f"close_{writing.analysis.anger.level}")
    if writing.policy.channels[writing.message.channel].sign:
        text = f"{text}\n\n{writing.phrasing.signature}"
    return DraftStep(name=StepName.CLOSE, text=text, sources=("policy:close",))


def as_sentence(text: str) -> str:
    """End a text with a full stop where it has no closing mark."""
    text = re.sub(r"\s+", " ", text).strip()
    return text if text.endswith(_SENTENCE_END) else f"{text}."


_WRITERS: dict[StepName, Callable[[Writing], DraftStep]] = {
    StepName.GREET: _greet,
    StepName.LISTEN: _listen,
    StepName.EMPATHISE: _empathise,
    StepName.APOLOGISE: _apologise,
    StepName.EXPLAIN: _explain,
    StepName.SOLVE: _solve,
    StepName.FOLLOW_UP: _follow_up,
    StepName.CLOSE: _close,
}
