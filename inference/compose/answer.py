"""The steps that answer: the explanation, with facts before it, and the numbered steps."""

import re

from inference.compose.writing import COMPARISON, Writing, as_name, as_sentence
from inference.types import DraftStep, Resolution, StepName

_FIGURE = re.compile(r"\d[\d,.]*\d|\d")


def explain(writing: Writing, turn: int) -> DraftStep:
    """Write the explanation of the ``turn``-th answer (from 0).

    Facts of the calling system come before the first, and what is missing to say more is asked for behind it.
    """
    resolution = writing.answers[turn]
    text = _explanation(writing, resolution, repeated=turn == 0 and writing.protects)
    if turn:
        text = f"{writing.phrasing.pick('second_issue', problem=as_name(resolution.problem))} {text}"
        return DraftStep(name=StepName.EXPLAIN, text=text, sources=(resolution.id,))
    facts = [item.sentence for item in writing.facts]
    if writing.plan.named_problem and StepName.LISTEN in writing.policy.channels[writing.message.channel].drop:
        # Where nobody restates the problem, it must show what was understood.
        facts.insert(0, writing.phrasing.pick("about", problem=as_name(resolution.problem)))
    asked = [writing.phrasing.pick("ask_slot", slot=writing.missing)] if writing.missing else []
    compared = writing.comparison is not None and text.endswith(writing.comparison)
    cited = (
        *(item.source.id for item in writing.facts),
        resolution.id,
        *[COMPARISON] * compared,
        *["policy:ask_slot"] * len(asked),
    )
    return DraftStep(
        name=StepName.EXPLAIN, text=" ".join(part for part in (*facts, text, *asked) if part), sources=cited
    )


def _explanation(writing: Writing, resolution: Resolution, *, repeated: bool) -> str:
    answer = as_sentence(resolution.answer) if resolution.answer else ""
    short = resolution.short and as_sentence(resolution.short)
    if writing.plan.explanation == "comparison" and writing.comparison:
        return f"{short or answer} {writing.comparison}"
    # After protective steps the one-line answer would only say them again.
    if not short or repeated:
        return answer
    if writing.plan.explanation != "full":
        return short
    return f"{short} {answer}" if _adds(short, answer) else answer


def _adds(short: str, answer: str) -> bool:
    """Tell whether the one-line answer says what the explanation does not: a figure, or else mostly other words."""
    if figures := set(_FIGURE.findall(short)):
        return not figures <= set(_FIGURE.findall(answer))
    words = set(re.findall(r"\w{3,}", short))
    return len(words & set(re.findall(r"\w{3,}", answer))) < len(words) / 3


def solve(writing: Writing, turn: int) -> DraftStep:
    """Write the steps of the ``turn``-th answer: numbered lines, or sentences where the channel has no lists.

    What the customer has done already is not told again, nor what holds only where they plainly are not.
    """
    resolution = writing.answers[turn]
    done = writing.situation.tried if turn == 0 else frozenset()
    elsewhere = writing.situation.ruled_out if turn == 0 else frozenset()
    lines = [as_sentence(step) for place, step in enumerate(resolution.steps) if place not in done | elsewhere]
    if not lines:
        return DraftStep(
            name=StepName.SOLVE, text=writing.phrasing.pick("tried_all"), sources=(resolution.id, "policy:tried_all")
        )
    if not writing.plan.numbered:
        return DraftStep(name=StepName.SOLVE, text=" ".join(lines), sources=(resolution.id,))
    lead = "solve_lead_second" if turn else "tried_some" if done else "solve_lead_many"
    if writing.protects and not turn:
        lead = "solve_lead_safety"
    numbered = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
    return DraftStep(name=StepName.SOLVE, text=f"{writing.phrasing.pick(lead)}\n{numbered}", sources=(resolution.id,))
