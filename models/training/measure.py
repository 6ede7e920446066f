"""Measure an artefact: fidelity to the untrimmed float32 model, latency, official tests, support behaviour."""

import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from models.encoder import Encoded, Encoder, feed
from models.sets.catalogue import load_set
from models.sets.rows import NEGATIVE, Row
from models.training.convert import Checkpoint, build_tokenizer
from models.training.network import reference_vectors, token_ids, torch_model
from models.training.recipe import OWN
from models.training.scores import BENCHMARKS, Guess, score_benchmark

SAMPLE = 2000
HALF = 0.5
_NEAR = 0.05
_SOURCES = (
    "arsarcasm_v2",
    "arabic_company_reviews",
    "arbanking77",
    "banking77_en",
    "xlmt_umsab",
    "narabizi",
    "brighter",
)


def real_messages(count: int = SAMPLE) -> list[str]:
    """Return ``count`` real test messages, the sets taking turns: text that the vocabulary was not chosen from."""
    groups = []
    for name in _SOURCES:
        rows = [row for row in load_set(name) if row.split == "test"]
        step = max(1, len(rows) // (count // 3))
        groups.append([row.text for row in rows[::step]])
    taken: list[str] = []
    for turn in range(max(len(group) for group in groups)):
        taken += [group[turn] for group in groups if turn < len(group)]
    return taken[:count]


def fidelity(
    encoder: Encoder, tuned: Checkpoint, whole: tuple[tuple[str, float], ...], texts: Sequence[str]
) -> dict[str, float | int]:
    """Compare with the float32 network: cosine mean and worst; and the share of texts cut as by all of e5's pieces."""
    tokenizer = build_tokenizer(whole)
    pieces = [
        [tokenizer.id_to_token(index) for index in row] for row in token_ids(tokenizer, texts, encoder.max_tokens)
    ]
    same = [left == right for left, right in zip(pieces, encoder.pieces(texts), strict=True)]
    reference = reference_vectors(torch_model(tuned), encoder.ids(texts))
    cosines = (reference * encoder.encode(texts).vectors).sum(axis=1)
    return {
        "n": len(texts),
        "cosine_mean": round(float(cosines.mean()), 5),
        "cosine_worst": round(float(cosines.min()), 5),
        "cosine_1st_percentile": round(float(np.quantile(cosines, 0.01)), 5),
        "tokenised_identically": round(float(np.mean(same)), 4),
    }


def agreement(encoder: Encoder, exact: Encoder, texts: Sequence[str]) -> dict[str, float | int]:
    """Compare the labels that the packed graph and the float32 one give.

    Near a cut two networks may well differ; ``away`` leaves out the texts whose float32 answer lies within .05 of
    probability (sentiment: of the runner-up; anger: of one half; level: of a cut) of another label.
    """
    packed, full = encoder.encode(texts), exact.encode(texts)
    ranked = np.sort(full.sentiment, axis=1)
    reached = 1 - np.cumsum(full.level, axis=1)[:, :-1]
    answers = {
        "sentiment": (packed.sentiment.argmax(1) == full.sentiment.argmax(1), ranked[:, -1] - ranked[:, -2]),
        "anger": ((packed.anger >= HALF) == (full.anger >= HALF), np.abs(full.anger - HALF)),
        "level": (packed.called == full.called, np.abs(reached - exact.cuts[None, :]).min(axis=1)),
    }
    found: dict[str, float | int] = {"n": len(texts)}
    for name, (same, gap) in answers.items():
        away = gap > _NEAR
        found[name] = round(float(same.mean()), 4)
        found[f"{name}_away"] = round(float(same[away].mean()), 4)
        found[f"{name}_away_n"] = int(away.sum())
    return found


def latency(run: Callable[[], object], repeats: int = 200) -> dict[str, float | int]:
    """Time a call: median and 95th percentile in milliseconds, after ten unmeasured calls."""
    for _ in range(10):
        run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    return {
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(float(np.quantile(times, 0.95)), 2),
        "n": repeats,
    }


def text_of_tokens(encoder: Encoder, tokens: int = 32) -> str:
    """Return an Arabic message that the encoder cuts into exactly ``tokens`` tokens."""
    words = ["لم", "تصل", "بطاقتي", "حتى", "الآن", "وقد", "طلبتها", "قبل", "أسبوعين", "فأين", "هي"]
    text = ""
    for turn in range(10 * tokens):
        longer = f"{text} {words[turn % len(words)]}".strip()
        if len(encoder.pieces([longer])[0]) > tokens:
            break
        text = longer
    while len(encoder.pieces([text])[0]) < tokens:
        text += " ،"
    return text


def machine() -> str:
    """Name the processor and its core count."""
    import os  # noqa: PLC0415

    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.processor()}, {os.cpu_count()} cores"


def speed(encoder: Encoder, threads: int) -> dict[str, Any]:
    """Time one 32-token text and a sorted sweep of real messages."""
    text = text_of_tokens(encoder)
    bare = feed(encoder.ids([text]))
    texts = real_messages(300)
    start = time.perf_counter()
    encoder.encode(texts)
    sweep = time.perf_counter() - start
    return {
        "machine": machine(),
        "date": datetime.now(tz=UTC).date().isoformat(),
        "threads": threads,
        "one_text_of_32_tokens": latency(lambda: encoder.encode([text])),
        "bare_graph_of_32_tokens": latency(lambda: encoder.backend.run(**bare)),
        "texts_per_second": round(len(texts) / sweep, 1),
        "texts_in_sweep": len(texts),
    }


def test_rows(name: str) -> list[Row]:
    """Return the official test rows of a benchmark's source."""
    return _rows(name, "test")


def _rows(source: str, split: str) -> list[Row]:
    folder = source if source.startswith("semeval2018") else source.partition("/")[0]
    name = "/".join(folder.split("/")[:2])
    return [row for row in load_set(name) if row.source == source and row.split == split]


def official_tests(encoder: Encoder, dev: Mapping[str, Sequence[Row]]) -> dict[str, dict[str, Any]]:
    """Score every benchmark with the artefact itself, as it is served.

    Args:
        encoder: The artefact.
        dev: Dev rows by source, without overlaps, for the cut of anger.
    """
    found = {}
    for benchmark in BENCHMARKS:
        test, own_dev = test_rows(benchmark.source), list(dev.get(benchmark.source, ()))
        figure = score_benchmark(
            benchmark, _guess(encoder, benchmark.task, test), test, own_dev, _guess(encoder, benchmark.task, own_dev)
        )
        found[benchmark.name] = {
            "metric": benchmark.metric, "figure": round(figure, 4), "n": len(test), "target": benchmark.target
        }  # fmt: skip
    return found


def _guess(encoder: Encoder, task: str, rows: Sequence[Row]) -> Guess:
    made = encoder.encode([row.text for row in rows])
    return {"sentiment": made.sentiment, "anger": made.anger, "intensity": made.intensity}[task]


def support_behaviour(encoder: Encoder) -> dict[str, Any]:
    """Say how the artefact treats support messages: our own test part, and reviews whose emoji are angry."""
    angry = [row.text for row in load_set("arabic_company_reviews") if row.split == "test" and _is_furious(row)]
    rows = [row for row in load_set(OWN) if row.split == "test"]
    made = encoder.encode([row.text for row in rows])
    truth, guess = np.array([row.level for row in rows]), made.called
    table = np.zeros((4, 4), int)
    np.add.at(table, (truth, guess), 1)
    return {
        "arabic_company_reviews test, negative with an angry emoji": _calmness(encoder.encode(angry)),
        f"{OWN} test": {
            "n": len(rows),
            "level_accuracy": round(float((truth == guess).mean()), 4),
            "level_within_one": round(float((np.abs(truth - guess) <= 1).mean()), 4),
            "anger_accuracy_at_half": round(float(((made.anger >= HALF) == (truth > 0)).mean()), 4),
            "confusion_rows_true": table.tolist(),
        },
    }


def _is_furious(row: Row) -> bool:
    return row.sentiment == NEGATIVE and any(emoji in row.text for emoji in "😡😠🤬")


def _calmness(made: Encoded) -> dict[str, float | int]:
    return {
        "n": len(made.anger),
        "level_calm": round(float((made.called == 0).mean()), 4),
        "anger_below_half": round(float((made.anger < HALF).mean()), 4),
        "mean_intensity": round(float(made.intensity.mean()), 3),
    }


def batch_independence(encoder: Encoder, texts: Sequence[str]) -> float:
    """Return the largest difference of any probability between alone and in a batch."""
    together = encoder.encode(texts)
    worst = 0.0
    for index, text in enumerate(texts):
        alone = encoder.encode([text])
        for name in ("sentiment", "anger", "intensity", "level"):
            worst = max(worst, float(np.abs(getattr(alone, name)[0] - getattr(together, name)[index]).max()))
    return worst
