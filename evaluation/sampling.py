"""Risk-weighted sampling of what people review: every case that can do harm, and a random share of the rest by strata.

Each item keeps the probability with which it was taken, so that figures of the sample can be weighted back to all that
it was drawn from (Horvitz and Thompson 1952). The same items, seed and sizes give the same sample, in any order.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from pydantic import Field

from evaluation.bootstrap import Estimate, Floats, estimate
from inference.types import Record


class Risk(StrEnum):
    """Why an item is read whatever chance says."""

    COMPLAINT = "complaint"
    FRAUD = "fraud"
    SELF_HARM = "self_harm"
    REGULATOR = "regulator"
    LEGAL = "legal"


@dataclass(frozen=True)
class Candidate:
    """Something that could be reviewed.

    Attributes:
        id: Names it; the draw hangs on it and the seed alone.
        stratum: Its language, channel and anger, say: of each stratum the same share is taken.
        risks: Why it must be read; none: chance says.
    """

    id: str
    stratum: tuple[str, ...]
    risks: tuple[Risk, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """An item of the sample; ``probability`` is its own to be taken, in (0, 1]."""

    candidate: Candidate
    stratum: str
    probability: float


class StratumShare(Record):
    """Of how many items of a stratum how many were taken."""

    name: str
    all: int
    taken: int


class SampleReport(Record):
    """What was taken, and what was left out and why.

    Attributes:
        candidates: Items that could have been taken.
        taken: Items that were.
        risks: How many of those that were taken must be read, by reason; one may have several.
        strata: Each stratum; those of the cases that must be read begin with ``risk``.
        left_out: Items that were not taken, by reason: ``chance``, ``limit`` (more must be read than the limit lets
            through), and what whoever gathered them set aside.
    """

    candidates: int
    taken: int
    risks: dict[Risk, int] = Field(default_factory=dict)
    strata: tuple[StratumShare, ...] = ()
    left_out: dict[str, int] = Field(default_factory=dict)


RISK = "risk"
POOLED = "others"


def risk_weighted(
    candidates: Sequence[Candidate],
    *,
    limit: int,
    share: float,
    seed: int,
    set_aside: Mapping[str, int] | None = None,
) -> tuple[tuple[Drawn, ...], SampleReport]:
    """Draw a sample without replacement, in the seed's order.

    All items with a risk come first; where there are more than ``limit``, each is drawn with the same probability. Of
    the rest ``share`` is taken, as far as the limit allows, spread over the strata by their sizes with at least one of
    each; where there are more strata than places, all the rest is one, so that no item's probability is 0.

    Args:
        candidates: ids must differ.
        limit: most items that are taken, at least 1.
        share: of the rest, in [0, 1]; with 0 nothing is known of the rest.
        seed: of the draw.
        set_aside: items that were no candidates, by reason, for the report.
    """
    shuffled = sorted(candidates, key=lambda item: _chance(seed, item.id))
    risky = [item for item in shuffled if item.risks]
    rest = [item for item in shuffled if not item.risks]
    drawn = [Drawn(item, RISK, min(1.0, limit / len(risky))) for item in risky[:limit]]
    strata = [StratumShare(name=RISK, all=len(risky), taken=len(drawn))] if risky else []
    places = min(limit - len(drawn), _places(share, len(rest)))
    for name, items, taken in _spread(rest, places):
        strata.append(StratumShare(name=name, all=len(items), taken=taken))
        drawn += [Drawn(item, name, taken / len(items)) for item in items[:taken]]
    drawn.sort(key=lambda item: _chance(seed, item.candidate.id))
    reasons = Counter(risk for item in drawn for risk in item.candidate.risks)
    left = {"chance": len(rest) + len(risky[:limit]) - len(drawn), "limit": len(risky[limit:]), **(set_aside or {})}
    report = SampleReport(
        candidates=len(candidates),
        taken=len(drawn),
        risks={risk: reasons[risk] for risk in Risk if reasons[risk]},
        strata=tuple(strata),
        left_out={reason: count for reason, count in left.items() if count},
    )
    return tuple(drawn), report


def weighted_mean(values: Sequence[float], probabilities: Sequence[float], *, seed: int) -> Estimate:
    """Return the mean of what a sample was drawn from: Hajek's ratio of two Horvitz-Thompson sums.

    Its interval resamples items. It takes the draw for one with replacement, and so is too wide where much of a stratum
    was taken. Where all values are the same it has no width: ``agreement.mean`` says what those items can hide.

    Args:
        values: one an item [n], at least one.
        probabilities: of taking each item [n], in (0, 1].
        seed: of the bootstrap.
    """
    given, weights = np.asarray(values, np.float64), 1.0 / np.asarray(probabilities, np.float64)

    def mean(times: Floats) -> Floats:
        drawn: Floats = times @ (weights * given)
        held: Floats = times @ weights
        return drawn / held

    return estimate(mean, len(given), seed=seed)


def _spread(rest: Sequence[Candidate], places: int) -> Iterable[tuple[str, list[Candidate], int]]:
    """Yield each stratum with its items and how many of them are taken: largest remainders, at least one of each."""
    by_name: dict[str, list[Candidate]] = {}
    for item in rest:
        by_name.setdefault("/".join(item.stratum), []).append(item)
    if len(by_name) > places:
        if rest:
            yield POOLED, list(rest), places
        return
    exact = {name: places * len(items) / len(rest) for name, items in by_name.items()}
    taken = {name: max(1, int(size)) for name, size in exact.items()}
    _settle(taken, places, lambda name: exact[name] - taken[name])
    for name in sorted(by_name):
        yield name, by_name[name], taken[name]


def _settle(taken: dict[str, int], places: int, lacking: Callable[[str], float]) -> None:
    """Bring the sum to the number of places: add where most is lacking, take where there is most too much."""
    while (missing := places - sum(taken.values())) != 0:
        if missing > 0:
            taken[max(sorted(taken), key=lacking)] += 1
        else:
            taken[min(sorted(name for name in taken if taken[name] > 1), key=lacking)] -= 1


def _places(share: float, size: int) -> int:
    """Return a share of so many items, rounded up past the noise of floating point; any share is at least one."""
    return max(1, int(np.ceil(share * size - 1e-9))) if share and size else 0


def _chance(seed: int, id_: str) -> str:
    """Return where the seed places an item: the same whatever else there is."""
    return hashlib.sha256(f"{seed}:{id_}".encode()).hexdigest()
