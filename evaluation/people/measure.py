"""All comparisons with people that the data sets here allow, and what could not be made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.drafting.shares import Figure, share
from evaluation.people import labels, readings
from evaluation.people.agreement import HumanAgreement, Kind, best_simple, compare
from evaluation.people.labels import Half, Judged
from evaluation.people.readings import Floats
from inference.analysis import Analyzer
from inference.policy import ComplaintRules, Policy
from inference.types import Analysis, Record

MOST = 2_000
"""Texts of a set that are measured at most: enough for an interval of about four points either way."""
_COMPLAINTS = ComplaintRules(country="gb")
_QUARTERS = (0.25, 0.75)

Read = Callable[[Sequence[Judged]], Floats]


class Found(Record):
    """What was measured, how far people agree with each other, and which sets are not there."""

    agreements: tuple[HumanAgreement, ...] = ()
    between: tuple[HumanAgreement, ...] = ()
    shares: tuple[Figure, ...] = ()
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bench:
    """What measuring needs: the folder of the sets, an analyser, a policy, a seed, and the most texts of a set."""

    folder: Path
    analyzer: Analyzer
    policy: Policy
    seed: int
    most: int = MOST

    def load(self, loader: Callable[[Half], list[Judged]]) -> "Texts":
        """Load the texts that may be read, and those that are measured."""
        read, measured = (labels.drawn(loader(half), self.most, seed=self.seed) for half in ("read", "measured"))
        return Texts(read, measured, self.seed)

    def analyses(self, rows: Sequence[Judged]) -> list[Analysis]:
        """Return what is read in each text."""
        return readings.analyses(self.analyzer, rows)


@dataclass(frozen=True)
class Texts:
    """The two halves of a set."""

    read: Sequence[Judged]
    measured: Sequence[Judged]
    seed: int

    def compare(self, of: str, ours: str, kind: Kind, score: Floats, people: Read | None = None) -> HumanAgreement:
        """Compare our scores of the measured half with people, beside the simple measure that is best on the other."""
        people = people or _said
        name, simple = best_simple(kind, people(self.read), readings.counted(self.read))
        return compare(
            of=of,
            ours=ours,
            kind=kind,
            said=people(self.measured),
            score=score,
            beside=(name, simple(readings.counted(self.measured))),
            units=[row.unit for row in self.measured],
            seed=self.seed,
        )


def measure_all(bench: Bench) -> Found:
    """Measure every set whose folder is there."""
    parts: Mapping[str, Callable[[Bench], Found]] = {
        "stanford_politeness": politeness,
        "epitome_empathy": empathy,
        "samer": readability,
        "semeval2018": anger_arabic,
        "brighter_semeval2025": anger_english,
        "complaints": complaints,
    }
    there = {name: (bench.folder / name).is_dir() for name in parts}
    found = [part(bench) for name, part in parts.items() if there[name]]
    return Found(
        agreements=tuple(item for part in found for item in part.agreements),
        between=tuple(item for part in found for item in part.between),
        shares=tuple(item for part in found for item in part.shares),
        skipped=tuple(
            f"There is no folder {name} among the data sets." for name, is_there in there.items() if not is_there
        ),
    )


def politeness(bench: Bench) -> Found:
    """Compare what the check of tone finds, and how a text reads, with five raters' politeness."""
    agreements, between, shares = [], [], []
    for of in labels.POLITENESS:
        texts = bench.load(partial(labels.politeness, bench.folder, of))
        rude, read = readings.rude_findings(texts.measured, bench.policy), bench.analyses(texts.measured)
        ours = {
            "tone findings (fewer)": -rude,
            "sentiment score": readings.mood(read),
            "anger intensity (less)": -readings.intensity(read),
        }
        title = f"politeness of {of}"
        agreements += [texts.compare(title, name, Kind.SPEARMAN, score) for name, score in ours.items()]
        one = np.array([row.raters[0] for row in texts.measured])
        between.append(texts.compare(title, "one rater, by the other four", Kind.SPEARMAN, one, _other_raters))
        shares += _quarters(texts, of, rude > 0)
    return Found(agreements=tuple(agreements), between=tuple(between), shares=tuple(shares))


def empathy(bench: Bench) -> Found:
    """Compare the steps that are seen in a reply with the mechanisms of empathy that trained annotators marked."""
    agreements, shares = [], []
    for mechanism, step in labels.MECHANISMS.items():
        texts = bench.load(partial(labels.empathy, bench.folder, mechanism))
        seen, present = readings.step_seen(texts.measured, mechanism, bench.policy), _present(texts.measured) > 0
        ours = f"step “{step}” seen"
        agreements.append(texts.compare(f"{mechanism} in peers' replies", ours, Kind.KAPPA, seen, _present))
        for name, inside in (("show", present), ("do not show", ~present)):
            rows = [bool(value) for value in seen[inside]]
            shares.append(share(f"{ours}, where annotators say that replies {name} {mechanism}", rows, seed=bench.seed))
    return Found(agreements=tuple(agreements), shares=tuple(shares))


def readability(bench: Bench) -> Found:
    """Compare the plainness score with the levels that readers gave the words of Arabic novels."""
    texts = bench.load(partial(labels.readability, bench.folder))
    hard = readings.hardness(texts.measured)
    of = "difficulty of passages of Arabic novels"
    return Found(agreements=(texts.compare(of, "plainness score (turned round)", Kind.SPEARMAN, hard),))


def anger_arabic(bench: Bench) -> Found:
    """Compare the level of anger with annotators' four classes of Arabic tweets."""
    return _anger(bench, "ar", "anger in Arabic tweets, four classes")


def anger_english(bench: Bench) -> Found:
    """Compare the level of anger with annotators' four classes of English posts."""
    return _anger(bench, "en", "anger in English posts, four classes")


def _anger(bench: Bench, language: str, of: str) -> Found:
    texts = bench.load(partial(labels.anger, bench.folder, language))
    read = bench.analyses(texts.measured)
    return Found(
        agreements=(
            texts.compare(of, "anger level", Kind.WEIGHTED_KAPPA, readings.level(read)),
            texts.compare(of, "anger intensity", Kind.SPEARMAN, readings.intensity(read)),
        )
    )


def complaints(bench: Bench) -> Found:
    """Compare what is registered as a formal complaint, and how a tweet reads, with "complaint or not"."""
    texts = bench.load(partial(labels.complaints, bench.folder))
    read = bench.analyses(texts.measured)
    ours = (
        ("registered as a formal complaint", Kind.KAPPA, readings.raised(texts.measured, read, _COMPLAINTS)),
        ("anger present (not calm)", Kind.KAPPA, np.minimum(readings.level(read), 1.0)),
        ("sentiment score (turned round)", Kind.AUROC, -readings.mood(read)),
        ("anger intensity", Kind.AUROC, readings.intensity(read)),
    )
    of = "tweets to brands, complaint or not"
    return Found(agreements=tuple(texts.compare(of, name, kind, score) for name, kind, score in ours))


def _quarters(texts: Texts, of: str, found: NDArray[np.bool_]) -> list[Figure]:
    """Return how many of the rudest and of the politest quarter of texts have a finding of tone."""
    said = _said(texts.measured)
    low, high = np.quantile(said, _QUARTERS)
    return [
        share(f"a tone finding, {name} quarter of {of}", [bool(value) for value in found[inside]], seed=texts.seed)
        for name, inside in (("rudest", said <= low), ("politest", said >= high))
    ]


def _said(rows: Sequence[Judged]) -> Floats:
    return np.array([row.said for row in rows])


def _present(rows: Sequence[Judged]) -> Floats:
    return (_said(rows) > 0).astype(np.float64)


def _other_raters(rows: Sequence[Judged]) -> Floats:
    return np.array([float(np.mean(row.raters[1:])) for row in rows])
