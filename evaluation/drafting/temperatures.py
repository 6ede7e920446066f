"""One problem worded calm, irritated, angry and furious: the same facts in visibly different replies."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from evaluation.copilot import CopilotLike
from evaluation.drafting.answered import Answered, answer
from evaluation.drafting.backing import values_of
from evaluation.drafting.judge import judge
from evaluation.drafting.problems import LANGUAGES, Problem
from evaluation.drafting.shares import Figure, average, shares
from evaluation.drafting.variety import sentences
from inference.policy import Policy
from inference.sides import ruled_out
from inference.types import AngerLevel, Draft, Message, SourceKind, Status, StepName
from retrieval.sample import intent_of

_FACTS = (StepName.EXPLAIN, StepName.SOLVE)
_FEELING = (StepName.LISTEN, StepName.EMPATHISE, StepName.APOLOGISE)
_BRACKETS = re.compile(r" \([^)]*\)")
_NUMBERED = re.compile(r"(?m)^\d+\. (.+)$")


@dataclass(frozen=True)
class FourTempers:
    """The four answers to one problem in one language, by the anger that its words were written with."""

    problem: Problem
    language: str
    answers: Mapping[AngerLevel, Answered]

    def tone_alone(self, policy: Policy) -> "FourTempers | None":
        """Return the answers with each anger read as it was written, and the same resolutions found for all.

        They are those of the calmest wording that found the right one, without what its own second question found, for
        a customer as technical as that one is; None where none did.
        """
        right = next((item for item in self.answers.values() if self._is_right(item.draft)), None)
        if right is None:
            return None
        found = right.found.model_copy(update={"also": ()})
        technical = {"technical_level": right.analysis.technical_level}
        answers = {
            level: replace(item, found=found, analysis=item.analysis.model_copy(update=technical)).at(level, policy)
            for level, item in self.answers.items()
        }
        return FourTempers(self.problem, self.language, answers)

    @property
    def drafts(self) -> list[Draft]:
        """The drafts, the calmest first."""
        return [item.draft for item in self.answers.values()]

    @property
    def is_right(self) -> bool:
        """Whether all four are ready and rest first on the resolution that answers the problem."""
        return all(map(self._is_right, self.drafts))

    def _is_right(self, draft: Draft) -> bool:
        cited = [source.id for source in draft.sources if source.kind is SourceKind.RESOLUTION]
        return draft.status is Status.READY and bool(cited) and intent_of(cited[0]) == self.problem.intent


async def four_tempers(copilot: CopilotLike, problems: Sequence[Problem]) -> list[FourTempers]:
    """Have every wording answered, as chat messages of their own."""
    asked = [(problem, language) for problem in problems for language in LANGUAGES]
    texts = [text for problem, language in asked for text in problem.wordings(language).values()]
    answered = iter(await answer(copilot, [Message(text=text) for text in texts]))
    return [
        FourTempers(problem, language, {level: next(answered) for level in AngerLevel}) for problem, language in asked
    ]


def measure_temperatures(sets: Sequence[FourTempers], policy: Policy, *, seed: int) -> list[Figure]:
    """Measure reading and finding from end to end, then the tone alone."""
    read = {level: [four.answers[level].analysis.anger.level is level for four in sets] for level in AngerLevel}
    alone = [four for four in (four.tone_alone(policy) for four in sets) if four is not None]
    ready = [four for four in alone if four.is_right]
    apologies = [_apologies(four, policy) for four in ready]
    rows = {
        **{f"{level} is read as {level}": values for level, values in read.items()},
        "all four replies are ready and rest on the right resolution": [four.is_right for four in sets],
        "with the tone alone: all four are ready (what follows is of these)": [four.is_right for four in alone],
        "the same numbers and numbered steps in all four, but for steps that one's words rule out": [
            not differing(four) for four in ready
        ],
        "no two of the four texts are alike": [len({draft.text for draft in four.drafts}) == 4 for four in ready],
        "at most one apology in each": [max(counts) <= 1 for counts in apologies],
        "no apology to the calm, one to the furious": [(counts[0], counts[-1]) == (0, 1) for counts in apologies],
        "no sentence before the answer stands in two of them": [not shared_openings(four) for four in ready],
    }
    apart = {
        f"percent of the words before the answer that differ, {one} and {other}": [
            100 * _apart(four.answers[one].draft, four.answers[other].draft) for four in ready
        ]
        for one, other in pairwise(AngerLevel)
    }
    means = [average(name, values, seed=seed) for name, values in apart.items() if values]
    return [*shares(rows, seed=seed), *means]


def shared_openings(four: FourTempers) -> frozenset[str]:
    """Return the sentences before the answer that two of the four replies have alike."""
    said = [{line for step in _opening(draft) for line in sentences(step)} for draft in four.drafts]
    return frozenset(line for one, other in combinations(said, 2) for line in one & other)


def _opening(draft: Draft) -> list[str]:
    return [step.text for step in draft.steps if step.name in _FEELING]


def _apart(one: Draft, other: Draft) -> float:
    """Return how far two openings differ: 1 less the Jaccard overlap of their words."""
    first, second = (set(" ".join(_opening(draft)).split()) for draft in (one, other))
    return 1 - len(first & second) / len(first | second) if first | second else 0.0


def facts_of(draft: Draft, spared: frozenset[str] = frozenset()) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the numbers that explain and solve, and the numbered steps but ``spared``, without brackets."""
    text = "\n".join(step.text for step in draft.steps if step.name in _FACTS)
    kept = _NUMBERED.sub(lambda line: "" if _bare(line[1]) in spared else line[0], text)
    return values_of(kept), tuple(line for line in _numbered(draft) if line not in spared)


def differing(four: FourTempers) -> bool:
    """Tell whether two of the four say other facts; a step for the other side than one customer's is none (sides)."""
    lines = max(map(_numbered, four.drafts), key=len)
    words = [item.message.text for item in four.answers.values()]
    spared = frozenset(lines[index] for text in words for index in ruled_out(text, lines))
    return len({facts_of(draft, spared) for draft in four.drafts}) > 1


def _numbered(draft: Draft) -> tuple[str, ...]:
    text = "\n".join(step.text for step in draft.steps if step.name in _FACTS)
    return tuple(map(_bare, _NUMBERED.findall(text)))


def _bare(line: str) -> str:
    return _BRACKETS.sub("", line)


def _apologies(four: FourTempers, policy: Policy) -> list[int]:
    return [judge(item, policy, language=four.language).apologies for item in four.answers.values()]
