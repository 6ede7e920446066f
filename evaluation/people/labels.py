"""Texts that people judged, from public sets; none of their rows is kept here.

Politeness: Danescu-Niculescu-Mizil et al. 2013, five raters a request. Empathy: EPITOME, Sharma et al. 2020. Anger:
SemEval-2018 task 1 EI-oc (Mohammad et al. 2018) and BRIGHTER (Muhammad et al. 2025). Complaints: Preotiuc-Pietro et al.
2019. Readability: SAMER, Alhafni et al. 2024. A set without parts of its own is halved by the digest of its texts: the
half ``read`` may be looked at and chooses the baseline, the half ``measured`` is only measured.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from evaluation.plainness.texts import fragments, passages
from models.sets.catalogue import load_set
from models.sets.emotion import read_table_quiet
from models.sets.rows import hashed_split, read_table

Half = Literal["read", "measured"]

POLITENESS = {"questions on Stack Exchange": "stack-exchange", "requests on Wikipedia": "wikipedia"}
MECHANISMS = {"emotional reactions": "empathise", "interpretations": "listen", "explorations": "ask"}
"""EPITOME's mechanisms, and the step of a reply that is nearest to each."""
_RATERS = 5
_ANGER_ARABIC = Path("semeval2018", "Arabic", "EI-oc")
_ANGER_PARTS = {"read": "development/*anger*dev*", "measured": "test-gold/*anger*test*"}


@dataclass(frozen=True)
class Judged:
    """A text and what people said of it.

    Attributes:
        text: What was judged.
        said: The people's judgement, as a number; what it means is the set's.
        unit: What rows share that are not independent.
        asked: The message that the text replies to.
        raters: Each person's own judgement, where the set tells.
    """

    text: str
    said: float
    unit: str
    asked: str = ""
    raters: tuple[float, ...] = ()


def politeness(folder: Path, community: str, half: Half) -> list[Judged]:
    """Return requests with their politeness: the mean over the raters of each one's standardised score."""
    found = [
        Judged(
            text=row["Request"],
            said=float(row["Normalized Score"]),
            unit=row["Id"],
            raters=tuple(float(row[f"Score{number}"]) for number in range(1, _RATERS + 1)),
        )
        for row in read_table(folder / "stanford_politeness" / f"{POLITENESS[community]}.annotated.csv")
    ]
    return _half(found, half)


def empathy(folder: Path, mechanism: str, half: Half) -> list[Judged]:
    """Return replies of peers to somebody in distress, with how strongly they show a mechanism of empathy: 0, 1, 2."""
    name = f"{mechanism.replace(' ', '-')}-reddit.csv"
    found = [
        Judged(row["response_post"], float(row["level"]), row["sp_id"], asked=row["seeker_post"])
        for row in read_table(folder / "epitome_empathy" / name)
        if row["response_post"].strip() and row["seeker_post"].strip()
    ]
    return _half(found, half)


def anger(folder: Path, language: str, half: Half) -> list[Judged]:
    """Return posts with how strong their writer's anger is: 0 none, 1 low, 2 moderate, 3 high; the sets' own parts.

    Arabic rows are EI-oc tweets, drawn by words of anger; English ones BRIGHTER's, drawn without.
    """
    if language == "ar":
        (path,) = (folder / _ANGER_ARABIC).glob(_ANGER_PARTS[half])
        rows = read_table_quiet(path)
        return [Judged(row["Tweet"], float(row["Intensity Class"][0]), row["ID"]) for row in rows]
    part = "test" if half == "measured" else "dev"
    found = [row for row in load_set("brighter", folder) if row.source == "brighter/eng" and row.split == part]
    return [Judged(row.text, 3 * (row.intensity or 0.0), row.text) for row in found]


def complaints(folder: Path, half: Half) -> list[Judged]:
    """Return tweets to brands: 1 for one that says a breach of what was expected, else 0."""
    found = [Judged(row.text, float(row.intent == "complaint"), row.text) for row in load_set("complaints", folder)]
    return _half(found, half)


def readability(folder: Path, half: Half) -> list[Judged]:
    """Return passages of Arabic novels with the mean level (3 easy to 5 hard) that readers gave their words."""
    rows = passages(fragments(folder, "test" if half == "measured" else "train"))
    return [Judged(row.text, row.level, str(row.chapter)) for row in rows]


def drawn(rows: list[Judged], most: int, *, seed: int) -> list[Judged]:
    """Return at most so many rows, drawn by chance, in their order."""
    if len(rows) <= most:
        return rows
    chosen = np.sort(np.random.default_rng(seed).permutation(len(rows))[:most])
    return [rows[place] for place in chosen]


def _half(rows: Iterable[Judged], half: Half) -> list[Judged]:
    wanted = "test" if half == "measured" else "dev"
    return [row for row in rows if row.text.strip() and hashed_split(row.text, dev=0.5, test=0.5) == wanted]
