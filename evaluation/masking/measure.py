"""How well personal data is found: recall and precision by kind, from exact spans, with cluster bootstrap intervals.

A find counts where its kind and both ends are those of the truth. What is covered but under another kind or a longer
span is no leak; ``covered`` says how much of the truth no reader of the masked text can see.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.bootstrap import Estimate, estimate, unanimous_bound
from evaluation.masking.generate import Sentence, Truth
from evaluation.masking.values import rules
from evaluation.metrics import mean
from inference.personal import IdPattern, Personal, Settings, find
from inference.types import Record

ALL = "all"


class Share(Record):
    """A share with its 95% interval, resampled by whole frames of sentences; ``count`` of ``n``."""

    n: int
    count: int
    point: float
    low: float
    high: float


class KindFigures(Record):
    """The figures of one kind of personal data; None where nothing was there to count."""

    kind: str
    recall: Share | None
    precision: Share | None
    covered: Share | None


@dataclass(frozen=True)
class Judged:
    """One sentence with what was found in it."""

    sentence: Sentence
    found: tuple[Personal, ...]

    def mistakes(self) -> list[str]:
        """Describe what was missed and what was found in vain."""
        text, truth, found = self.sentence.text, set(map(_key, self.sentence.truth)), set(map(_key, self.found))
        missed = [f"missed {kind} «{text[start:end]}»" for kind, start, end in sorted(truth - found)]
        return [*missed, *(f"false {kind} «{text[start:end]}»" for kind, start, end in sorted(found - truth))]


def tenants() -> Settings:
    """Return settings with the ids configured that the generated sentences use."""
    return Settings(ids=tuple(IdPattern(name=name, pattern=pattern) for name, pattern in rules().items()))


def judge(sentences: Iterable[Sentence], settings: Settings) -> list[Judged]:
    """Find personal data in every sentence."""
    return [Judged(sentence, find(sentence.text, settings)) for sentence in sentences]


def measure(judged: Sequence[Judged], *, seed: int) -> list[KindFigures]:
    """Return the figures of every kind that occurs, then of all kinds together."""
    kinds = sorted(
        {item.kind for one in judged for item in one.sentence.truth}
        | {f.kind.value for one in judged for f in one.found}
    )
    return [_figures(kind, judged, seed) for kind in [*kinds, ALL]]


def _figures(kind: str, judged: Sequence[Judged], seed: int) -> KindFigures:
    recall, precision, covered = [], [], []
    for one in judged:
        frame, found = (one.sentence.language, one.sentence.frame), {_key(item) for item in one.found}
        truth = {_key(item) for item in one.sentence.truth}
        for item in one.sentence.truth:
            if kind in {ALL, item.kind}:
                recall.append((frame, _key(item) in found))
                covered.append((frame, _is_covered(item, one)))
        precision += [(frame, key in truth) for key in found if kind in {ALL, key[0]}]
    return KindFigures(
        kind=kind, recall=_share(recall, seed), precision=_share(precision, seed), covered=_share(covered, seed)
    )


def _share(rows: Sequence[tuple[tuple[str, int], bool]], seed: int) -> Share | None:
    if not rows:
        return None
    values = np.array([value for _, value in rows], dtype=np.bool_)
    names = {frame: place for place, frame in enumerate(dict.fromkeys(frame for frame, _ in rows))}
    units = np.array([names[frame] for frame, _ in rows], dtype=np.intp)
    found = estimate(mean(values).statistic, len(rows), seed=seed, units=units)
    found = _widened(found, len(rows))
    return Share(
        n=len(rows),
        count=int(values.sum()),
        point=round(found.point, 4),
        low=round(found.low, 4),
        high=round(found.high, 4),
    )


def _widened(found: Estimate, n: int) -> Estimate:
    if found.point == 1.0:
        return Estimate(1.0, 1.0 - unanimous_bound(n), 1.0)
    return Estimate(0.0, 0.0, unanimous_bound(n)) if found.point == 0.0 else found


def _key(item: Truth | Personal) -> tuple[str, int, int]:
    return str(item.kind), item.start, item.end


def _is_covered(item: Truth, one: Judged) -> bool:
    """Whether every letter and digit is masked under some kind: a comma that stays tells nothing."""
    hidden = {place for other in one.found for place in range(other.start, other.end)}
    return all(place in hidden for place in range(item.start, item.end) if one.sentence.text[place].isalnum())
