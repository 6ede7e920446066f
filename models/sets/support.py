"""Loaders of support messages from intent sets: calm questions, crowd-written or typed to a chatbot."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

from models.sets.rows import CALM, Language, Row, Split, hashed_split, read_tabbed, read_table

_SHORTEST = 12


def banking77(folder: Path) -> Iterator[Row]:
    """Banking77: English banking questions with 77 intents; no dev part, so a tenth of train is held out by hash."""
    for split, name in (("train", "train.csv"), ("test", "test.csv")):
        for row in read_table(folder / name):
            part: Split = "test" if split == "test" else hashed_split(row["text"], dev=0.1, test=0)
            yield _calm(row["text"], "banking77_en", part, "en", row["category"])


def arbanking77(folder: Path) -> Iterator[Row]:
    """ArBanking77: the same intents in Modern Standard, Palestinian and Saudi Arabic."""
    for path in sorted(folder.glob("Banking77_Arabized_*.csv")):
        split: Split = "test" if "test" in path.name else "dev" if "val" in path.name else "train"
        variety = path.stem.removeprefix("Banking77_Arabized_").rsplit("_", 1)[0].lower()
        for row in read_table(path):
            yield replace(_calm(row["text"], f"arbanking77/{variety}", split, "ar", row["label"]), variety=variety)


def multidogo(folder: Path) -> Iterator[Row]:
    """MultiDoGO: customers' turns in six support domains, without the greetings and bare slot values."""
    for path in sorted(folder.rglob("*.tsv")):
        split = cast("Split", path.stem)
        rows = read_tabbed(path)
        next(rows)
        for cells in rows:
            if len(cells) > 5 and len(cells[3]) >= _SHORTEST and cells[5] not in {"contentonly", ""}:
                yield _calm(cells[3], "multidogo", split, "en", cells[5])


def dstc11(folder: Path) -> Iterator[Row]:
    """DSTC11 track 2: spoken customer utterances of insurance (train), banking and finance (test)."""
    for path in sorted(folder.glob("*.jsonl")):
        split: Split = "test" if "test" in path.name else "train"
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield _calm(row["utterance"], "dstc11_utts", split, "en", row["intent"])


def hint3(folder: Path) -> Iterator[Row]:
    """HINT3's Curekart part: typed questions to a shop's chatbot, with ``NO_NODES_DETECTED`` for those out of scope."""
    parts: tuple[Split, ...] = ("train", "test")
    for split in parts:
        for row in read_table(folder / "v2" / split / f"curekart_{split}.csv"):
            yield Row(row["sentence"], "hint3", split, "en", intent=row["label"])


def complaints(folder: Path) -> Iterator[Row]:
    """Tweets to brands, complaint or not: all test."""
    with (folder / "complaints-data.csv").open(encoding="utf-8", newline="") as file:
        for cells in csv.reader(file):
            label = "complaint" if cells[2] == "1" else "other"
            yield Row(cells[1], "complaints", "test", "en", intent=label, variety=cells[3])


def _calm(text: str, source: str, split: Split, language: Language, intent: str) -> Row:
    # Crowd-written questions: having a problem is not being angry (DESIGN.md), so they teach what calm looks like.
    return Row(text, source, split, language, anger=0, level=CALM, intent=intent)
