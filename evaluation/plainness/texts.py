"""Texts of known difficulty: passages with readers' word levels (SAMER), and texts before and after a plain rewrite.

The SAMER corpus (Alhafni et al. 2024, https://github.com/CAMeL-Lab/samer-arabic-readability) is measured only: none of
its rows is kept. The English pairs are those of plainlanguage.gov (public domain).
"""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Literal

Part = Literal["train", "test"]
PASSAGE = 8
"""Fragments of one chapter that make a passage: about the length of a reply."""
_LEAST_WORDS = 8
_SAMER_FOLDER, _PAIRS_FOLDER = "samer", "plainlanguage"
_TABLES = ("avoid-hidden-verbs.md", "avoid-jargon.md")
_HEADING = re.compile(r"^[ \t*]*#+[ \t]*(before|after)\b[^\n]*$", re.IGNORECASE | re.MULTILINE)
_END = re.compile(r"^(?:\{: *\.example|#{1,3} (?!before|after))", re.IGNORECASE | re.MULTILINE)
_ROW = re.compile(r"^(?!-)([^|\n]+)\|([^|\n]+)$", re.MULTILINE)
_MARKUP = re.compile(r"\{::?[^}]*\}|<[^>]+>|!?\[([^\]]*)\]\([^)]*\)|[*_`#>]+|^ *\|? *-{3,}.*$", re.MULTILINE)


@dataclass(frozen=True)
class Levelled:
    """A text with its difficulty (higher is harder) and the number of the chapter that it is from."""

    text: str
    level: float
    highest: int
    chapter: int


@dataclass(frozen=True)
class Pair:
    """A text before and after it was made plain."""

    name: str
    before: str
    after: str


def has_samer(folder: Path) -> bool:
    """Tell whether the levelled Arabic fragments are there."""
    return (folder / _SAMER_FOLDER / "all_test_aligned.csv").is_file()


def has_pairs(folder: Path) -> bool:
    """Tell whether the English pairs are there."""
    return (folder / _PAIRS_FOLDER / "before-and-after").is_dir()


def fragments(folder: Path, part: Part) -> list[Levelled]:
    """Return the levelled fragments of a part: the mean and the highest level (3 to 5) of each one's words."""
    with (folder / _SAMER_FOLDER / f"all_{part}_aligned.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    chapters: dict[tuple[str, str], int] = {}
    found = []
    for row in rows:
        words = [word.rsplit("#", 1) for word in row[1].split()]
        levels = [int(level) for _, level in words if level.isdigit() and int(level) >= 3]
        if levels:
            chapter = chapters.setdefault((row[2], row[3]), len(chapters))
            text = " ".join(word for word, _ in words)
            found.append(Levelled(text, sum(levels) / len(levels), max(levels), chapter))
    return found


def passages(rows: list[Levelled]) -> list[Levelled]:
    """Join neighbouring fragments of a chapter, one a line; the level is the mean over their words."""
    joined = []
    for chapter, group in groupby(rows, key=lambda row: row.chapter):
        items = list(group)
        for start in range(0, len(items) - PASSAGE + 1, PASSAGE):
            part = items[start : start + PASSAGE]
            sizes = [len(item.text.split()) for item in part]
            level = sum(item.level * size for item, size in zip(part, sizes, strict=True)) / sum(sizes)
            highest = max(item.highest for item in part)
            joined.append(Levelled("\n".join(item.text for item in part), level, highest, chapter))
    return joined


def pairs(folder: Path, part: Part) -> list[Pair]:
    """Return the pairs of a half; the digest of its name decides to which half a pair belongs."""
    return [pair for pair in _all_pairs(folder / _PAIRS_FOLDER) if _half(pair.name) == part]


def _half(name: str) -> Part:
    return "train" if hashlib.sha256(name.encode()).digest()[0] % 2 else "test"


def _all_pairs(folder: Path) -> Iterator[Pair]:
    seen: set[str] = set()
    for file in [*sorted((folder / "before-and-after").glob("*.md")), *(folder / name for name in _TABLES)]:
        text = file.read_text(encoding="utf-8").partition("\n---\n")[2]
        found = list(_headed(text)) or ([] if _HEADING.search(text) else list(_rows(text)))
        for number, (before, after) in enumerate(found):
            if before in seen or min(len(before.split()), len(after.split())) < _LEAST_WORDS:
                continue
            seen.add(before)
            yield Pair(f"{file.stem} {number}", before, after)


def _headed(text: str) -> Iterator[tuple[str, str]]:
    marks = list(_HEADING.finditer(text))
    for first, second in pairwise(marks):
        if first[1].lower() == "before" and second[1].lower() == "after":
            yield _clean(text[first.end() : second.start()]), _clean(_until_end(text[second.end() :]))


def _until_end(text: str) -> str:
    ends = [match.start() for pattern in (_END, _HEADING) if (match := pattern.search(text))]
    return text[: min(ends, default=len(text))]


def _rows(text: str) -> Iterator[tuple[str, str]]:
    for row in _ROW.finditer(text):
        yield _clean(row[1]), _clean(row[2])


def _clean(text: str) -> str:
    """Strip mark-up, and join lines that only wrap: a line ends a sentence only before a list item or a blank line."""
    plain = _MARKUP.sub(lambda match: match[1] or " ", text).replace("|", "\n")
    joined = re.sub(r"(?<!\n)\n(?!\s*(?:\n|[-*•]|\d+[.)]|\([a-z0-9]+\)))", " ", plain)
    return re.sub(r"[ \t]+", " ", joined).strip()
