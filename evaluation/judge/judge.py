"""A judge: asks a language model several times, in both orders, and makes cards and verdicts of what agrees."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median_low
from typing import Generic, Literal, TypeVar

from evaluation.judge.addresses import addresses_judge
from evaluation.judge.answer import (
    ChoiceAnswer,
    JudgeAnswerError,
    RubricAnswer,
    ScoreAnswer,
    read_choice,
    read_scores,
)
from evaluation.judge.prompt import Case, compare_question, prompt_revision, score_question
from evaluation.llm.asking import Asker, Reply
from evaluation.scorecard import CriterionScore, Level, Proof, Rubric, Scorecard, Scorer
from inference.types import Span

Answer = TypeVar("Answer")
Better = Literal["a", "b", "neither"]
UNPARSABLE = "unparsable"
ADDRESSED = "addresses_judge"
_SPREAD = 1
"""Most levels by which readings of one criterion may differ for a card to hold a score."""
_NOTE = 2_000


@dataclass(frozen=True)
class Judged:
    """A reply to be scored; ``id`` names it in what is found."""

    id: str
    case: Case
    reply: str


@dataclass(frozen=True)
class Pair:
    """Two replies to one message; ``known``: which is better, where that is known from elsewhere than the judge."""

    id: str
    case: Case
    a: str
    b: str
    known: Better | None = None


@dataclass(frozen=True)
class Reading(Generic[Answer]):
    """One answer of the judge; ``fault`` says why there is none.

    Attributes:
        backwards: whether the replies, or the rubric's criteria, were shown in the other order.
        repeat: its number, from 0.
        read: tokens of the prompt.
        written: tokens of the answer.
    """

    backwards: bool
    repeat: int
    answer: Answer | None
    fault: str = ""
    read: int = 0
    written: int = 0


@dataclass(frozen=True)
class Scored:
    """A reply with all readings, and the card that they come to: without scores where the reply speaks to its judge."""

    item: Judged
    readings: tuple[Reading[RubricAnswer], ...]
    card: Scorecard
    addressed: bool


@dataclass(frozen=True)
class Compared:
    """A pair with all readings; ``better`` is what most readings of both orders say, None where they do not settle it.

    ``addressed``: one of the replies speaks to its judge, so that nothing is concluded.
    """

    pair: Pair
    readings: tuple[Reading[ChoiceAnswer], ...]
    better: Better | None
    addressed: bool


class Judge:
    """A language model that judges replies by a rubric.

    Args:
        asker: the model, greedy where it runs here, at temperature 0 behind a server.
        rubric: what it judges by.
        repeats: how often each question is asked in each order.
    """

    def __init__(self, asker: Asker, rubric: Rubric, *, repeats: int = 2) -> None:
        self._asker = asker
        self._rubric = rubric
        self._variants = tuple(product((False, True), range(repeats)))

    @property
    def name(self) -> str:
        """The model with its revision and the prompt's: cards of another are cards of another judge."""
        return f"{self._asker.name}+judge-{prompt_revision()}"

    async def score(self, items: Sequence[Judged]) -> list[Scored]:
        """Score replies; nothing that fails to parse counts."""
        rubric = self._rubric
        questions = [
            score_question(item.case, item.reply, rubric, backwards=backwards, repeat=repeat)
            for item in items
            for backwards, repeat in self._variants
        ]
        replies = iter(await self._asker.ask(questions))
        return [self._scored(item, [next(replies) for _ in self._variants]) for item in items]

    async def compare(self, pairs: Sequence[Pair]) -> list[Compared]:
        """Prefer one of each two replies, each order as often as the other."""
        questions = [
            compare_question(pair.case, *_shown(pair, backwards=backwards), self._rubric, repeat=repeat)
            for pair in pairs
            for backwards, repeat in self._variants
        ]
        replies = iter(await self._asker.ask(questions))
        return [self._compared(pair, [next(replies) for _ in self._variants]) for pair in pairs]

    def _scored(self, item: Judged, replies: Sequence[Reply]) -> Scored:
        readings = tuple(
            _reading(variant, reply, lambda text: read_scores(text, self._rubric))
            for variant, reply in zip(self._variants, replies, strict=True)
        )
        addressed = addresses_judge(item.reply)
        return Scored(item, readings, self._card(item, readings, addressed=addressed), addressed)

    def _compared(self, pair: Pair, replies: Sequence[Reply]) -> Compared:
        readings = tuple(
            _reading(variant, reply, read_choice) for variant, reply in zip(self._variants, replies, strict=True)
        )
        addressed = addresses_judge(pair.a) or addresses_judge(pair.b)
        return Compared(pair, readings, None if addressed else _settled(readings), addressed)

    def _card(self, item: Judged, readings: Sequence[Reading[RubricAnswer]], *, addressed: bool) -> Scorecard:
        rubric, answers = self._rubric, [found.answer for found in readings if found.answer is not None]
        trusted, why = not addressed and 2 * len(answers) > len(readings), ADDRESSED if addressed else UNPARSABLE
        scores = {
            criterion.id: _criterion([answer.scores[criterion.id] for answer in answers])
            if trusted
            else CriterionScore(reason=why)
            for criterion in rubric.criteria
        }
        return Scorecard(
            rubric=rubric.id,
            revision=rubric.revision,
            scorer=Scorer.JUDGE,
            name=self.name[:200],
            scores=scores,
            failures=dict(_failures(item.reply, answers, rubric)) if trusted else {},
            notes=f"{len(answers)} of {len(readings)} readings",
        )


def better_of(reading: Reading[ChoiceAnswer]) -> Better | None:
    """Return which reply of the pair a reading prefers; None where it could not be read."""
    if reading.answer is None:
        return None
    if reading.answer.better == "neither":
        return "neither"
    return "a" if (reading.answer.better == "first") is not reading.backwards else "b"


def _shown(pair: Pair, *, backwards: bool) -> tuple[str, str]:
    return (pair.b, pair.a) if backwards else (pair.a, pair.b)


def _reading(variant: tuple[bool, int], reply: Reply, read: Callable[[str], Answer]) -> Reading[Answer]:
    (backwards, repeat), fault = variant, reply.error
    answer: Answer | None = None
    if reply.text is not None:
        try:
            answer = read(reply.text)
        except JudgeAnswerError as error:
            fault = error.fault
    return Reading(backwards, repeat, answer, fault, reply.read, reply.written)


def _settled(readings: Sequence[Reading[ChoiceAnswer]]) -> Better | None:
    """Return what over half of all readings say; one that could not be read says nothing."""
    counted = Counter(better for reading in readings if (better := better_of(reading)) is not None)
    best, votes = counted.most_common(1)[0] if counted else (None, 0)
    return best if 2 * votes > len(readings) else None


def _criterion(found: Sequence[ScoreAnswer]) -> CriterionScore:
    levels = [item.score for item in found if item.score is not None]
    proofs = tuple(Proof(note=item.why[:_NOTE]) for item in found if item.why)
    if 2 * len(levels) <= len(found):
        return CriterionScore(reason="the judge says that it does not apply", proofs=proofs)
    if max(levels) - min(levels) > _SPREAD:
        said = ", ".join(map(str, levels))
        return CriterionScore(reason=f"the judge contradicts itself: {said}", proofs=proofs)
    level: Level = median_low(levels)
    return CriterionScore(score=level, proofs=proofs)


def _failures(reply: str, answers: Sequence[RubricAnswer], rubric: Rubric) -> Iterator[tuple[str, tuple[Proof, ...]]]:
    """Yield the failures that most readings name; a quotation that is not in the reply is none of them."""
    for item in rubric.auto_fails:
        proofs = [
            proof
            for answer in answers
            for failure in answer.failures
            if failure.id == item.id and (proof := _proof(reply, failure.quote)) is not None
        ]
        if 2 * len(proofs) > len(answers):
            yield item.id, tuple(dict.fromkeys(proofs))


def _proof(reply: str, quote: str) -> Proof | None:
    if not quote.strip():
        return Proof(note="the judge says that something is missing")
    at = reply.find(quote)
    return None if at < 0 else Proof(span=Span(start=at, end=at + len(quote), text=quote))
