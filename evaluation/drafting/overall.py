"""A thousand real messages on the sample helpdesk: which faults their drafts have, and what became of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluation.copilot import CopilotLike
from evaluation.drafting.answered import Answered, answer, composed_again
from evaluation.drafting.judge import Judged, judge
from evaluation.drafting.messages import PORTIONS, Asked
from evaluation.drafting.shares import Figure, shares
from inference.policy import Policy
from inference.types import AngerLevel, Message, Status, StepName

_FEWEST = 10


@dataclass(frozen=True)
class Outcome:
    """One message of the draw with its draft, judged; ``same`` where a second run made the same text."""

    asked: Asked
    item: Answered
    judged: Judged
    same: bool

    @property
    def answers_two(self) -> bool:
        """Whether the draft answers a second question too."""
        steps = [step.name for step in self.item.draft.steps]
        return steps.count(StepName.EXPLAIN) > 1


async def outcomes(copilot: CopilotLike, asked: Sequence[Asked], policy: Policy) -> list[Outcome]:
    """Have every message answered, as a chat message of its own, and judge the drafts."""
    answered = await answer(copilot, [Message(text=row.text) for row in asked])
    return [
        Outcome(row, item, judge(item, policy, language=row.language), _is_same(item, policy))
        for row, item in zip(asked, answered, strict=True)
    ]


def _is_same(item: Answered, policy: Policy) -> bool:
    other = composed_again(item, policy)
    return (other.text, other.status, other.steps) == (item.draft.text, item.draft.status, item.draft.steps)


def fault_figures(found: Sequence[Outcome], *, seed: int) -> list[Figure]:
    """Return the share of each fault among drafts with a text, and of drafts that a second run made alike."""
    texts = [one for one in found if one.item.draft.text]
    planned = [one for one in texts if one.item.draft.plan is not None]
    names = texts[0].judged.faults if texts else ()
    rows = {name: [one.judged.faults[name] for one in texts] for name in names} | {
        "of those with a plan: the planned steps are all there, in order": [
            not one.judged.out_of_order for one in planned
        ],
        "of replies to questions of one intent (Banking77, ArBanking77): a second question is answered too": [
            one.answers_two for one in texts if "Banking77" in one.asked.source
        ],
        "a second run, in other company, made the same": [one.same for one in found],
    }
    return shares(rows, seed=seed)


def status_figures(found: Sequence[Outcome], *, seed: int) -> list[Figure]:
    """Return the share of each status, by source and by the anger that was read."""
    groups = {portion.name: [one for one in found if one.asked.source == portion.name] for portion in PORTIONS}
    for level in AngerLevel:
        groups[f"read as {level.value}"] = [one for one in found if one.item.analysis.anger.level is level]
    varieties = sorted({one.asked.variety for one in found if one.asked.source == PORTIONS[0].name})
    for variety in varieties:
        groups[f"{PORTIONS[0].name}, {variety}"] = [
            one for one in found if (one.asked.source, one.asked.variety) == (PORTIONS[0].name, variety)
        ]
    rows = {
        f"{name}: {status.value.replace('_', ' ')}": [one.item.draft.status is status for one in group]
        for name, group in groups.items()
        if len(group) >= _FEWEST
        for status in Status
    }
    return shares(rows, seed=seed)


def faults_found(found: Sequence[Outcome]) -> Iterator[str]:
    """Yield what is wrong with each draft that has a fault: our words alone, for many messages may not be shown."""
    for one in found:
        judged = one.judged
        for name, present in judged.faults.items():
            if present:
                shown = ", ".join((*judged.jargon, *judged.invented, *judged.forbidden, *judged.explained_twice))
                yield f"{one.asked.source}: {name}" + (f" ({shown})" if shown else "")
