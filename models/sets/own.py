"""Loaders of our own corpora, which lie in the repository: messages with anger levels, and messages with signals."""

import bz2
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from models.sets.rows import CALM, LEVELS, SENTIMENTS, Language, Row, Split

OWN_DATA = Path(__file__).parents[1] / "data"
"""The folder of our own corpora, one folder each, every text in ``CORPUS``."""
CORPUS = "messages.jsonl.bz2"
ANSWERS = "answers.jsonl.bz2"
NOT_ANSWERED = "NO_NODES_DETECTED"
"""The intent of messages that nothing answers, as HINT3 writes it."""


def support_messages(folder: Path) -> Iterator[Row]:
    """Support messages at four levels of anger over the same facts; irritated and above count as anger present."""
    for line in read_corpus(folder):
        variety = "/".join(filter(None, (line["variety"], line["region"])))
        yield _row(line, "support_messages", group=f"{line['problem']}/{variety}", problem=line["problem"])


def support_signals(folder: Path) -> Iterator[Row]:
    """Support messages that carry a signal, and near-misses that only look as if they did."""
    for line in read_corpus(folder):
        span = None if line["span"] is None else (line["span"][0], line["span"][1])
        yield _row(line, "support_signals", block=line["block"], positive=line["positive"], span=span)


def bank_messages(folder: Path) -> Iterator[Row]:
    """The banking messages of ``support_messages``, with the sample resolutions that answer each; split by problem."""
    texts = {line["id"]: line for line in read_corpus(folder.parent / "support_messages")}
    for answer in read_corpus(folder, ANSWERS):
        told = texts[answer["id"]] | {"split": answer["split"]}
        intent, near = "|".join(answer["right"]) or NOT_ANSWERED, "|".join(answer["near"])
        yield _row(told, "bank_messages", intent=intent, near=near, told=answer["says"], problem=told["problem"])


def bank_stories(folder: Path) -> Iterator[Row]:
    """What customers tell of the sample helpdesk's matters, each with the one resolution that it was written to."""
    for line in read_corpus(folder):
        yield Row(line["text"], "bank_stories", line["split"], line["language"], intent=line["intent"])


def bank_questions(folder: Path) -> Iterator[Row]:
    """Short questions on the sample helpdesk's matters in the dialects, each with the resolution it was written to."""
    for line in read_corpus(folder):
        about = {"intent": line["intent"], "variety": line["variety"]}
        yield Row(line["text"], "bank_questions", line["split"], line["language"], **about)


def despair_probe(folder: Path) -> Iterator[Row]:
    """What customers in danger say outright or only hint at, and what only looks like it, by writers apart."""
    for line in read_corpus(folder):
        signals = frozenset({"self_harm"} if line["danger"] else ())
        variety = line["variety"]
        about = {"variety": variety, "signals": signals, "block": "self_harm", "positive": line["danger"]}
        yield Row(line["text"], "despair_probe", line["split"], _language(variety), told=not line["hint"], **about)


def support_titles(folder: Path = OWN_DATA / "support_titles") -> Iterator[tuple[str, str]]:
    """How a help centre, and a calm customer, put the problems of ``support_messages``: (problem, text)."""
    for line in read_corpus(folder):
        for text in (*line["ar"], *line["en"]):
            yield line["problem"], text


def read_corpus(folder: Path, name: str = CORPUS) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file of one of our own corpora as they are written."""
    for line in bz2.decompress((folder / name).read_bytes()).decode("utf-8").splitlines():
        yield json.loads(line)


def _row(line: dict[str, Any], source: str, **extra: Any) -> Row:  # noqa: ANN401 - the fields of Row
    level = LEVELS.index(line["level"])
    variety = line["variety"]
    return Row(
        line["text"],
        source,
        cast("Split", line["split"]),
        _language(variety),
        sentiment=SENTIMENTS.index(line["sentiment"]),
        anger=int(level > CALM),
        level=level,
        variety=variety,
        region=line["region"],
        target=line["target"] if level > CALM else None,
        signals=None if line["signals"] is None else frozenset(line["signals"]),
        technical=line["technical_level"],
        **extra,
    )


def _language(variety: str) -> Language:
    return "arabizi" if variety == "arabizi" else "en" if variety.startswith("english") else "ar"
