"""The text of each planned step, with the sources that it rests on."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import groupby

from inference.compose.answer import explain, solve
from inference.compose.writing import Writing, as_name, as_sentence
from inference.signs import asked_about, is_asking
from inference.slots import period_words
from inference.thread import own_words
from inference.triage import greets_with_salam
from inference.types import AngerLevel, Channel, DraftStep, Grievance, StepName, TonePlan

# A name is a few words of letters: whatever else stands in the field (a sentence, an amount, a link) is not repeated.
_LETTERS = r"(?:[^\W\d_][\u064b-\u0652]*)+"
_NAME = re.compile(rf"{_LETTERS}[.'’]?(?:[ \-'’]{_LETTERS}[.'’]?){{0,3}}")
_LONGEST_NAME = 50
_OPENING = frozenset({StepName.LISTEN, StepName.EMPATHISE, StepName.APOLOGISE})


def write_steps(writing: Writing) -> tuple[DraftStep, ...]:
    """Write the planned steps, in order."""
    turns: Counter[StepName] = Counter()
    written = []
    for name in writing.plan.steps:
        answering = _ANSWERING.get(name)
        written.append(answering(writing, turns[name]) if answering else _WRITERS[name](writing))
        turns[name] += 1
    return tuple(written)


def join_steps(steps: tuple[DraftStep, ...], plan: TonePlan) -> str:
    """Join steps into a reply, in order: neighbours that listen and feel form one paragraph, the rest stands apart."""
    groups = groupby(enumerate(steps), key=lambda item: "opening" if item[1].name in _OPENING else item[0])
    paragraphs = [" ".join(step.text for _, step in group) for _, group in groups]
    return ("\n\n" if plan.numbered else " ").join(paragraphs)


def _greet(writing: Writing) -> DraftStep:
    phrasing, customer = writing.phrasing, writing.message.customer
    name = " ".join(part for part in (customer.title, customer.name) if part)
    name = name if len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) else ""
    formal = "greet_formal" if writing.plan.formality == "formal" else "greet"
    if greets_with_salam(own_words(writing.message)):
        text = phrasing.pick("greet_salam")
    elif name:
        text = phrasing.pick(f"{formal}_named", name=name)
    else:
        text = _dialect_greeting(writing) or phrasing.pick(formal)
    return DraftStep(name=StepName.GREET, text=text, sources=("policy:greet",))


def _dialect_greeting(writing: Writing) -> str:
    """The policy's greeting in the customer's dialect, in a friendly channel; empty where it has none."""
    dialect = writing.analysis.dialect
    if dialect is None or writing.plan.formality == "formal" or writing.plan.language != "ar":
        return ""
    return writing.policy.manners.dialect_greetings.get(dialect, "")


def _listen(writing: Writing) -> DraftStep:
    resolution, level = writing.answers[0], writing.plan.level
    if writing.situation.turn.solved is False:
        text = writing.phrasing.pick("still_unsolved")
        return DraftStep(name=StepName.LISTEN, text=text, sources=("policy:still_unsolved",))
    history = "".join(_of(writing, "history", item) for item in writing.plan.named)
    if resolution.restatement is None:
        text = writing.phrasing.pick("listen_generic", problem=as_name(resolution.problem), history=history)
    elif writing.message.channel is Channel.PHONE_NOTE:
        text = writing.phrasing.pick("listen_call", restatement=resolution.restatement.rstrip(" ."), history=history)
    elif level is not AngerLevel.CALM and is_asking(resolution.restatement):
        # The angry accuse: "I understand that you're asking about a fee" would not be what they said.
        matter = asked_about(resolution.restatement.rstrip(" ."))
        text = (
            writing.phrasing.pick("listen_about", matter=matter, history=history)
            if matter
            else writing.phrasing.pick("listen_generic", problem=as_name(resolution.problem), history=history)
        )
    else:
        text = writing.phrasing.pick(
            f"listen_{level}", restatement=resolution.restatement.rstrip(" ."), history=history
        )
    if writing.mentions:
        text = f"{text} {writing.phrasing.pick('mention', slots=writing.mentions)}"
    return DraftStep(name=StepName.LISTEN, text=text, sources=(resolution.id,))


def _of(writing: Writing, kind: str, grievance: Grievance) -> str:
    """Return the policy's words about a grievance: its history, or the regret of it."""
    wait = writing.situation.wait
    period = period_words(wait, writing.plan.language) if grievance is Grievance.WAIT and wait else ""
    return writing.phrasing.pick(f"{kind}_{grievance}", period=period)


def _empathise(writing: Writing) -> DraftStep:
    resolution, level = writing.answers[0], writing.plan.level
    if writing.plan.condolence:
        return DraftStep(
            name=StepName.EMPATHISE, text=writing.phrasing.pick("condolence"), sources=("policy:condolence",)
        )
    general = writing.phrasing.pick(f"empathise_{level}")
    strong = writing.plan.manner in {"angry", "furious"}
    # In a chat whoever is angry waits for the answer behind this: the opening has named the matter already.
    if resolution.empathy is None or (strong and writing.plan.formality != "formal"):
        return DraftStep(name=StepName.EMPATHISE, text=general, sources=("policy:empathise",))
    own = as_sentence(resolution.empathy)
    text = f"{general} {own}" if strong else own
    return DraftStep(name=StepName.EMPATHISE, text=text, sources=(resolution.id,))


def _apologise(writing: Writing) -> DraftStep:
    """Own what a fact says was our fault; else regret what weighs most, or what happened."""
    level = max(writing.plan.level, AngerLevel.IRRITATED, key=lambda item: item.rank)
    if writing.plan.apology == "own":
        return DraftStep(
            name=StepName.APOLOGISE, text=writing.phrasing.pick(f"own_{level}"), sources=("policy:ownership",)
        )
    owned = writing.plan.owned
    text = _of(writing, "regret", owned) if owned else writing.phrasing.pick(f"regret_{level}")
    return DraftStep(name=StepName.APOLOGISE, text=text, sources=("policy:regret",))


def _follow_up(writing: Writing) -> DraftStep:
    resolution = writing.answers[0]
    if writing.policy.channels[writing.message.channel].private:
        return DraftStep(
            name=StepName.FOLLOW_UP, text=writing.phrasing.pick("private_invite"), sources=("policy:private_invite",)
        )
    if resolution.if_unsolved is None:
        text, source = writing.phrasing.pick("follow_up_generic"), "policy:follow_up"
    else:
        text, source = as_sentence(resolution.if_unsolved), resolution.id
    if writing.undertaken is None:
        return DraftStep(name=StepName.FOLLOW_UP, text=text, sources=(source,))
    text = f"{text} {writing.undertaken.text}"
    return DraftStep(name=StepName.FOLLOW_UP, text=text, sources=(source, "policy:undertaking"))


def _close(writing: Writing) -> DraftStep:
    text = writing.phrasing.pick(f"close_{writing.plan.level}")
    if writing.policy.channels[writing.message.channel].sign:
        text = f"{text}\n\n{writing.phrasing.signature}"
    return DraftStep(name=StepName.CLOSE, text=text, sources=("policy:close",))


_ANSWERING: dict[StepName, Callable[[Writing, int], DraftStep]] = {StepName.EXPLAIN: explain, StepName.SOLVE: solve}
_WRITERS: dict[StepName, Callable[[Writing], DraftStep]] = {
    StepName.GREET: _greet,
    StepName.LISTEN: _listen,
    StepName.EMPATHISE: _empathise,
    StepName.APOLOGISE: _apologise,
    StepName.FOLLOW_UP: _follow_up,
    StepName.CLOSE: _close,
}
