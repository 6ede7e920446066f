"""Pairs of texts that mean the same, across languages, scripts and wordings: they teach the search vector."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.sets.folder import sets_folder
from models.sets.rows import read_table

_SHORTEST = 8


@dataclass(frozen=True)
class Pair:
    """Two texts of one meaning, and the set that they come from."""

    left: str
    right: str
    source: str


def load_pairs(*, permissive: bool = False, folder: Path | None = None) -> list[Pair]:
    """Load every pair.

    Args:
        permissive: Leave out sets whose licence is unclear.
        folder: The folder of all sets; by default ``sets_folder()``.
    """
    root = folder or sets_folder()
    found = [*_tatoeba(root), *_doda(root), *_xsid(root), *_bagisto(root)]
    found += [] if permissive else list(_questions(root))
    return [pair for pair in found if min(len(pair.left), len(pair.right)) >= _SHORTEST]


def _tatoeba(root: Path) -> Iterator[Pair]:
    for name in ("ara", "arz"):
        stem = root / "tatoeba_laser" / f"tatoeba.{name}-eng"
        left, right = (Path(f"{stem}.{part}").read_text(encoding="utf-8").splitlines() for part in (name, "eng"))
        for pair in zip(left, right, strict=True):
            yield Pair(*pair, "tatoeba_laser")


def _doda(root: Path) -> Iterator[Pair]:
    with (root / "doda_mit" / "sentences.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Pair(row["darija"], row["english"], "doda_mit")


def _xsid(root: Path) -> Iterator[Pair]:
    for path in sorted((root / "xsid").glob("ar.*.conll")):
        text = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, value = line.removeprefix("# ").partition(" = ")
            if name == "text":
                text = value
            elif name == "text-en":
                yield Pair(text, value, "xsid")


def _bagisto(root: Path) -> Iterator[Pair]:
    for line in (root / "bagisto_ar_en" / "pairs_ar_en.tsv").read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) == 3 and " " in cells[1] and ":" not in cells[2]:
            yield Pair(cells[1], cells[2], "bagisto_ar_en")


def _questions(root: Path) -> Iterator[Pair]:
    for row in read_table(root / "q2q_nsurl2019" / "train.csv"):
        if row["label"] == "1":
            yield Pair(row["question1"], row["question2"], "q2q_nsurl2019")
