"""Loaders of the sets that say which Arabic a text is written in."""

from collections.abc import Iterator
from pathlib import Path

from models.sets.rows import Row, Split, hashed_split, read_table, text_key

_AOC = {"DIAL_EGY": "egyptian", "DIAL_GLF": "gulf", "DIAL_LEV": "levantine", "MSA": "msa"}
_SHORTEST = 15


def aoc(folder: Path) -> Iterator[Row]:
    """AOC-ID: newspaper comments in standard, Egyptian, Gulf and Levantine Arabic; spam repeats are dropped."""
    parts: tuple[tuple[Split, str], ...] = (("train", "MultiDev.csv"), ("test", "MultiTest.csv"))
    for split, name in parts:
        seen = set()
        for row in read_table(folder / name):
            key = text_key(row["text"])
            if key not in seen:
                seen.add(key)
                yield Row(row["text"], "aoc_id", split, "ar", variety=_AOC[row["label"]])


def shami(folder: Path) -> Iterator[Row]:
    """Shami: Lebanese, Palestinian and Jordanian posts; split by hash, shreds dropped."""
    for path in sorted(folder.glob("*.txt")):
        if path.name == "PROVENANCE.txt":
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            if len(line.strip()) >= _SHORTEST:
                yield Row(line.strip(), "shami", hashed_split(line), "ar", variety="levantine")
