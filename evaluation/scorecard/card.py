"""A scorecard: how one scorer judged one reply by a rubric, and its total."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from evaluation.scorecard.rubric import ItemId, Level, Rubric
from inference.types import Channel, Record, Span
from models.errors import InputError


class Scorer(StrEnum):
    """What kind of scorer made a card; cards of different kinds are shown side by side and never averaged."""

    CHECKS = "checks"
    JUDGE = "judge"
    PERSON = "person"


class Proof(Record):
    """What a score or a failure rests on.

    Attributes:
        code: Of the finding or measure that shows it (``inference/lexicons/findings.yaml``); empty for a person's.
        span: Where in the reply; None where it is about what is absent.
        note: In words.
    """

    code: str = Field(default="", max_length=60)
    span: Span | None = None
    note: str = Field(default="", max_length=2_000)


class CriterionScore(Record):
    """A score of one criterion, 1 to 4; None: it does not apply, or this scorer cannot tell, as ``reason`` says."""

    score: Level | None = None
    reason: str = Field(default="", max_length=500, description="Why there is no score.")
    proofs: tuple[Proof, ...] = ()


class Scorecard(Record):
    """How one scorer judged one reply.

    Attributes:
        rubric: ``name@version`` of the rubric.
        revision: Of the rubric's file.
        scorer: What kind of scorer.
        name: Which: the revision of the policy for checks, a model for a judge, a person's id for a person.
        scores: By criterion id; a criterion that is absent was not looked at.
        failures: What shows each auto-fail item that the reply has, by its id; empty: it has none.
        notes: What the scorer adds.
    """

    rubric: str
    revision: str = ""
    scorer: Scorer
    name: str = Field(default="", max_length=200)
    scores: dict[ItemId, CriterionScore] = Field(default_factory=dict)
    failures: dict[ItemId, tuple[Proof, ...]] = Field(default_factory=dict)
    notes: str = Field(default="", max_length=5_000)

    def level(self, criterion: str) -> Level | None:
        """Return the score of a criterion; None where it has none."""
        found = self.scores.get(criterion)
        return found.score if found else None


class Total(Record):
    """What a card comes to on a channel.

    Attributes:
        points: Weighted share of the reachable points of the criteria that were scored, 0 (all 1) to 100 (all 4);
            None where none was. Two totals compare only where about the same criteria were scored.
        scored: How many criteria with a weight have a score ...
        of: ... of how many.
        failed: The auto-fail items that the reply has: it fails, whatever its points.
    """

    points: float | None = Field(default=None, ge=0, le=100)
    scored: int
    of: int
    failed: tuple[str, ...] = ()


def total(card: Scorecard, rubric: Rubric, channel: Channel) -> Total:
    """Return what a card comes to: its points, of how many criteria, and the auto-fail items beside them.

    Raises:
        InputError: the card was made by another rubric.
    """
    require_fit(card, rubric)
    weights = {item.id: rubric.weight(item.id, channel) for item in rubric.criteria}
    counted = {name: weight for name, weight in weights.items() if weight}
    levels = {name: level for name in counted if (level := card.level(name)) is not None}
    reachable = sum(3 * counted[name] for name in levels)
    gained = sum((level - 1) * counted[name] for name, level in levels.items())
    return Total(
        points=round(100 * gained / reachable, 1) if reachable else None,
        scored=len(levels),
        of=len(counted),
        failed=tuple(item.id for item in rubric.auto_fails if item.id in card.failures),
    )


def require_fit(card: Scorecard, rubric: Rubric) -> None:
    """Refuse a card that another rubric made, or that scores what the rubric does not have.

    Raises:
        InputError: names what does not fit.
    """
    if card.rubric != rubric.id:
        raise InputError(
            f"The card was made by the rubric {card.rubric}, not {rubric.id}: use that one.", field="rubric"
        )
    _require_known(card.scores, {item.id for item in rubric.criteria}, "scores", rubric)
    _require_known(card.failures, {item.id for item in rubric.auto_fails}, "failures", rubric)


def _require_known(given: Mapping[str, object], known: set[str], field: str, rubric: Rubric) -> None:
    if unknown := sorted(set(given) - known):
        raise InputError(
            f"The rubric {rubric.id} has no '{unknown[0]}': it has {', '.join(sorted(known))}.",
            field=f"{field}.{unknown[0]}",
        )
