"""Loaders of the sets that say whether anger is present, and how strong it is."""

from collections.abc import Iterator
from pathlib import Path

from models.sets.rows import Language, Row, Split, hashed_split, read_tabbed, read_table

EMOTIONS = (
    "anticipation",
    "disgust",
    "fear",
    "joy",
    "love",
    "optimism",
    "pessimism",
    "sadness",
    "surprise",
    "trust",
)
"""E-c's other emotions: they teach the encoder what anger is not, and are dropped from the shipped heads."""

_LANGUAGES: tuple[tuple[Language, str, str], ...] = (("ar", "Arabic", "Ar"), ("en", "English", "En"))


def semeval_presence(folder: Path) -> Iterator[Row]:
    """SemEval-2018 task 1 E-c: tweets with eleven emotions, of which anger."""
    parts: tuple[tuple[Split, str], ...] = (("train", "train"), ("dev", "dev"), ("test", "test-gold"))
    for language, name, short in _LANGUAGES:
        for split, part in parts:
            for row in read_table_quiet(folder / name / "E-c" / f"2018-E-c-{short}-{part}.txt"):
                emotions = frozenset(emotion for emotion in EMOTIONS if row[emotion] == "1")
                source = f"semeval2018/E-c/{name}"
                yield Row(row["Tweet"], source, split, language, anger=int(row["anger"]), emotions=emotions)


def semeval_intensity(folder: Path) -> Iterator[Row]:
    """SemEval-2018 task 1 EI-reg: anger intensity in [0, 1] of tweets that were chosen for anger words."""
    for language, name, short in _LANGUAGES:
        for path in sorted((folder / name / "EI-reg").rglob(f"*EI-reg-{short}-anger-*.txt")):
            split: Split = "test" if "test" in path.name else "dev" if "dev" in path.name else "train"
            for row in read_table_quiet(path):
                score = float(row["Intensity Score"])
                yield Row(row["Tweet"], f"semeval2018/EI-reg/{name}", split, language, intensity=score)


def read_table_quiet(path: Path) -> Iterator[dict[str, str]]:
    """Read a tab-separated file with a header, where quotation marks are ordinary characters."""
    lines = read_tabbed(path)
    header = next(lines)
    for cells in lines:
        yield dict(zip(header, cells, strict=False))


def brighter(folder: Path) -> Iterator[Row]:
    """BRIGHTER / SemEval-2025 task 11: Algerian, Moroccan and English; intensity 0 to 3 where track B gives it."""
    names: tuple[tuple[Language, str, str], ...] = (("ar", "arq", "b"), ("ar", "ary", "a"), ("en", "eng", "b"))
    parts: tuple[Split, ...] = ("train", "dev", "test")
    for language, name, track in names:
        for split in parts:
            path = folder / f"track_{track}" / split / f"{name}.csv"
            if not path.is_file():
                continue
            for row in read_table(path):
                value = int(row["anger"])
                intensity = value / 3 if track == "b" else None
                yield Row(row["text"], f"brighter/{name}", split, language, anger=int(value > 0), intensity=intensity)


def goemotions(folder: Path) -> Iterator[Row]:
    """GoEmotions: Reddit comments; anger or annoyance counts as anger present."""
    labels = (folder / "original" / "labels.txt").read_text(encoding="utf-8").split()
    angry = {str(labels.index("anger")), str(labels.index("annoyance"))}
    parts: tuple[Split, ...] = ("train", "dev", "test")
    for split in parts:
        for cells in read_tabbed(folder / "original" / f"{split}.tsv"):
            present = int(bool(angry & set(cells[1].split(","))))
            yield Row(cells[0], "goemotions", split, "en", anger=present)


def xed(folder: Path) -> Iterator[Row]:
    """XED: English film subtitles with Plutchik's emotions (1 is anger), and neutral ones; split by hash."""
    for cells in read_tabbed(folder / "AnnotatedData" / "en-annotated.tsv"):
        present = int("1" in [label.strip() for label in cells[-1].split(",")])
        yield Row(cells[0], "xed", hashed_split(cells[0]), "en", anger=present)
    for cells in read_tabbed(folder / "AnnotatedData" / "neu_en.txt"):
        yield Row(cells[-1], "xed", hashed_split(cells[-1]), "en", anger=0)


def aetd(folder: Path) -> Iterator[Row]:
    """AETD: Egyptian tweets with one emotion each; split by hash."""
    for row in read_table(folder / "Emotional-Tone-Dataset.csv"):
        text = row["TWEET"]
        yield Row(text, "aetd_emotional_tone", hashed_split(text), "ar", anger=int(row["LABEL"].strip() == "anger"))
