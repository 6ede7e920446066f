"""Steps: what the plan asks for is there, and nothing stands where no reading can put it right."""

from collections.abc import Iterator, Sequence

from inference.checks.base import CheckInput
from inference.checks.step_hints import Hints
from inference.checks.steps import Reader, TakenStep, read_steps
from inference.lexicons import load_lexicon
from inference.types import Finding, StepName

_HEAD = 2
"""Sentences that head a reply: its greeting, and the first that says something."""
_BEFORE = (StepName.GREET, StepName.LISTEN, StepName.EMPATHISE, StepName.APOLOGISE)


def check_steps(given: CheckInput) -> Iterator[Finding]:
    """Find planned steps that are missing, and steps out of order."""
    if given.plan is None:
        return
    for step in given.steps:
        if not step.text.strip(" .\n"):
            yield given.finding("empty_step", step=_called(step.name, given))
    reader = None if given.steps else Reader(given)
    taken = read_steps(given) if reader is None else tuple(reader.taken())
    present = {step.name for step in taken}
    # Of free wording a step can be taken in a way that no rule reads: that is a word to the agent, no verdict, and only
    # where no sentence is left that could be meant as the step.
    code = "step_not_seen" if reader else "missing_step"
    late = None if reader else _displaced(given.plan.steps, taken)
    missing = [name for name in dict.fromkeys(given.plan.steps) if name not in present]
    if reader and (missing or _late(given.plan.steps, taken)):
        hints = tuple(Hints(reader).steps())
        missing = [name for name in missing if all(name is not hint.name for hint in hints)]
        late = _late(given.plan.steps, taken, hints)
    for name in missing:
        yield given.finding(code, step=_called(name, given))
    if late is not None:
        yield given.finding(
            "steps_out_of_order", span=late.span if late.span.text else None, step=_called(late.name, given)
        )


def _called(name: StepName, given: CheckInput) -> str:
    """Return what agents call a step."""
    names: dict[str, dict[str, str]] = load_lexicon("step_names")
    return names.get(given.notes_language, names["en"])[name.value]


def _displaced(planned: Sequence[StepName], taken: Sequence[TakenStep]) -> TakenStep | None:
    """Return the first step of a composed draft that stands where another was planned."""
    present = [step.name for step in taken]
    order = [name for name in planned if name in present]
    late = next((step for step, name in zip(taken, order, strict=False) if step.name is not name), None)
    return late or (taken[-1] if present != order else None)


def _late(planned: Sequence[StepName], taken: Sequence[TakenStep], hints: Sequence[TakenStep] = ()) -> TakenStep | None:
    """Return a step of free wording that stands surely in the wrong place.

    Only what no reading can put right counts, since agents merge steps: the opening after the last advice, a follow-up
    at the head. What a sentence may be meant as (``hints``) can be a step of the opening, too.
    """
    places: dict[StepName, list[TakenStep]] = {}
    for step in sorted([*taken, *(hint for hint in hints if hint.name in _BEFORE)], key=lambda item: item.order):
        places.setdefault(step.name, []).append(step)
    advice = [step.order for step in places.get(StepName.SOLVE, ())]
    answer = [*advice, *(step.order for step in places.get(StepName.EXPLAIN, ()))]
    for name in dict.fromkeys(planned) if answer else ():
        found = places.get(name, [])
        if found and name is StepName.FOLLOW_UP and found[-1].order < min(*answer, _HEAD):
            return found[-1]
        first = StepName.SOLVE not in planned or planned.index(name) < planned.index(StepName.SOLVE)
        if found and first and name in _BEFORE and found[0].order > max(advice or answer):
            return found[0]
    return None
