"""All that can be said of a round's questions: among people, by pairs of raters, and of the machine beside them."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from evaluation.agreement.coefficients import Weights, alpha, bias, kappa, percent_agreement
from evaluation.agreement.machine import machine_against_people
from evaluation.agreement.records import (
    Agreement,
    Answered,
    Coefficient,
    Note,
    Pair,
    Question,
    Rating,
    Reliance,
    Scale,
    Value,
)

RELIABLE = 0.8
TENTATIVE = 0.667


def agreement(questions: Sequence[Question], *, weights: Weights | None = None, seed: int = 0) -> tuple[Answered, ...]:
    """Return what was found for each question, in their order.

    Args:
        questions: with the ratings of people and, where there are any, the values of a machine.
        weights: 1 / inclusion probability by item; items that are not named weigh 1.
        seed: of the bootstrap: the same seed gives the same numbers.

    Raises:
        ValueError: values that are no numbers on a scale with an order, or a weight that is not above 0.
    """
    return tuple(
        Answered(
            name=question.name,
            scale=question.scale,
            people=between_people(question.ratings, question.scale, weights=weights, seed=seed),
            machine=machine_against_people(question, weights=weights, seed=seed) if question.machine else None,
        )
        for question in questions
    )


def between_people(
    ratings: Sequence[Rating], scale: Scale, *, weights: Weights | None = None, seed: int = 0
) -> Agreement:
    """Return how far raters agree: all together, and each pair over the items that both rated."""
    by_rater: dict[str, dict[str, Value]] = {}
    for rating in ratings:
        by_rater.setdefault(rating.rater, {})[rating.item] = rating.value
    items = {item for given in by_rater.values() for item in given}
    answers = {item: [given[item] for given in by_rater.values() if item in given] for item in items}
    met = {item: sum(value is not None for value in values) for item, values in answers.items()}
    found = alpha(ratings, scale, weights=weights, seed=seed)
    return Agreement(
        items=sum(count > 0 for count in met.values()),
        shared=sum(count > 1 for count in met.values()),
        raters=sum(any(value is not None for value in given.values()) for given in by_rater.values()),
        ratings=sum(met.values()),
        split=sum(0 < met[item] < len(values) for item, values in answers.items()),
        alpha=found,
        agreement=percent_agreement(ratings, weights=weights, seed=seed),
        reliance=_reliance(found),
        pairs=tuple(_pairs(by_rater, scale, weights, seed)),
    )


def _pairs(
    by_rater: Mapping[str, Mapping[str, Value]], scale: Scale, weights: Weights | None, seed: int
) -> Sequence[Pair]:
    found = []
    for first, second in combinations(sorted(by_rater), 2):
        one, two = by_rater[first], by_rater[second]
        shared = [item for item in one if one[item] is not None and two.get(item) is not None]
        if not shared:
            continue
        both = [Rating(item, rater, by_rater[rater][item]) for rater in (first, second) for item in shared]
        ordinal, ordered = scale is Scale.ORDINAL, scale is not Scale.NOMINAL
        found.append(
            Pair(
                first=first,
                second=second,
                agreement=percent_agreement(both, weights=weights, seed=seed),
                kappa=None if scale is Scale.INTERVAL else kappa(one, two, weights=weights, seed=seed),
                quadratic_kappa=kappa(one, two, quadratic=True, weights=weights, seed=seed) if ordinal else None,
                difference=bias(one, two, weights=weights, seed=seed) if ordered else None,
            )
        )
    return found


def _reliance(found: Coefficient) -> Reliance:
    if found.low is None or found.high is None:
        return Reliance.TOO_FEW if found.note is Note.TOO_FEW else Reliance.UNDECIDED
    if found.low >= RELIABLE:
        return Reliance.RELIABLE
    if found.low >= TENTATIVE:
        return Reliance.TENTATIVE
    return Reliance.UNRELIABLE if found.high < TENTATIVE else Reliance.UNDECIDED
