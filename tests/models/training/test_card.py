import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.registry import CARD
from models.training.calibrate import Calibration
from models.training.card import render, write
from models.training.recipe import Recipe
from models.training.scores import BENCHMARKS

CARD_FIELDS: dict[str, Any] = {
    "name": "rifq-test",
    "revision": "abc123",
    "dimension": 384,
    "max_tokens": 512,
    "start": "a public encoder",
    "level_thresholds": [0.0, 1.0, 2.0],
    "signal_head": {"train_rows": 1234, "everyday": 56},
    "level_cuts": [0.21, 0.32, 0.43],
    "files": {name: {"sha256": "0" * 64, "bytes": 1000} for name in ("model.onnx", "tokenizer.json.gz", "means.json")},
    "sets": [{"name": "support_messages", "licence": "CC BY 4.0", "permissive": True, "train": 7, "dev": 8}],
    "training": {
        "run": {
            "recipe": asdict(Recipe()),
            "rounds": [
                {"phase": "public", "round": 1, "seconds": 120, "dev": {"level": 0.5}},
                {"phase": "support", "round": 1, "seconds": 60, "dev": {"level": 0.7, "pairs": 0.9}},
            ],
        },
        "data": {"support_messages": "f" * 64},
        "calibration": vars(Calibration(1.5, 2.0, -1.0, 0.5, (0.0, 1.0, 2.0), (0.21, 0.32, 0.43))),
    },
}
FIGURES: dict[str, Any] = {
    "tests": {each.name: {"metric": each.metric, "figure": 0.5, "n": 10, "target": each.target} for each in BENCHMARKS},
    "tests_float32": {each.name: {"figure": 0.51} for each in BENCHMARKS},
    "agreement_with_float32": {"n": 9}
    | {
        f"{name}{part}": value
        for name in ("sentiment", "anger", "level")
        for part, value in (("", 0.98), ("_away", 0.99), ("_away_n", 8))
    },
    "test_looks": 1,
    "baseline": {each.name: {"figure": 0.4} for each in BENCHMARKS},
    "support": {"support_messages test": {"n": 4, "confusion_rows_true": [[1, 0, 0, 0]] * 4}},
    "fidelity": {
        "n": 9,
        "cosine_mean": 0.99,
        "cosine_worst": 0.9,
        "cosine_1st_percentile": 0.95,
        "tokenised_identically": 0.98,
    },
    "batch_difference": 0.001,
    "speed": {
        "machine": "a processor",
        "date": "2026-11-22",
        "threads": 2,
        "one_text_of_32_tokens": {"p50_ms": 5.0, "p95_ms": 6.0, "n": 200},
        "bare_graph_of_32_tokens": {"p50_ms": 4.0, "p95_ms": 5.0, "n": 200},
        "texts_per_second": 100.0,
        "texts_in_sweep": 300,
    },
}


def test_a_card_without_figures_tells_how_it_was_made() -> None:
    text = render(json.loads(json.dumps(CARD_FIELDS)))
    assert "'public' then 'small' then 'support'" in text
    assert "0.21, 0.32, 0.43" in text
    assert "ffffffffffffffff" in text
    assert "1,234 messages whose signals are labelled and, for self-harm and theft, 56 everyday ones" in text
    assert "| support | 1 | 1 | 0.7 | 0.9 |" in text
    assert "## Official tests" not in text


def test_a_measured_card_shows_every_test_and_where_it_errs(tmp_path: Path) -> None:
    (tmp_path / CARD).write_text(json.dumps(CARD_FIELDS | {"figures": FIGURES}), encoding="utf-8")
    text = write(tmp_path).read_text(encoding="utf-8")
    assert all(f"| {each.name} |" in text for each in BENCHMARKS)
    assert "level 0.980 (0.990 of 8)" in text
    assert "| furious | 1 | 0 | 0 | 0 |" in text
    assert "{" not in text


def test_layers_of_search_are_told_where_there_are_any() -> None:
    assert "Search has layers" not in render(CARD_FIELDS)
    adapter = {
        "first": 8,
        "rank": 12,
        "steps": 9,
        "texts": 77,
        "left_out": ["banking"],
        "data": {"bank_stories": "e" * 64},
    }
    page = render(CARD_FIELDS | {"search_adapter": adapter})
    assert "those from 8 on again" in page
    assert "over 77 texts" in page
    assert "the trade banking" in page
    assert f"`bank_stories` SHA-256 `{'e' * 16}`" in page
