"""``python -m retrieval.calibrate``: print the figures as JSON and write ``retrieval/relevance.json``.

The store is the sample helpdesk, whole and with intents left out; a question counts as answered when the best hit has
its intent. Only dev parts are read, of banking77, ArBanking77, our own sets and MultiDoGO (without finance); and, which
nothing here learns from, HINT3's train part, Tatoeba and Bagisto.
"""

import json
import random
import sys
from pathlib import Path
from typing import Annotated

import typer

from inference.encoder import open_encoder
from retrieval.calibrate.bench import Bench
from retrieval.calibrate.fit import fit
from retrieval.calibrate.questions import load_questions
from retrieval.relevance import FEATURES
from retrieval.search import Weights

OUTPUT = Path(__file__).parents[1] / "relevance.json"


def main(
    measure: Annotated[bool, typer.Option(help="Only measure the search; write nothing.")] = False,
    per_language: Annotated[int, typer.Option(help="Banking questions of each language.")] = 800,
    per_set: Annotated[int, typer.Option(help="Questions of each other set.")] = 120,
    model: Annotated[Path | None, typer.Option(help="Folder of another artefact than the shipped one.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of every random choice.")] = 0,
) -> None:
    """Measure the search and fit the relevance model on train-side questions."""
    generator = random.Random(seed)  # noqa: S311 - a repeatable sample, no secret
    encoder = open_encoder(model, threads=2)
    questions = load_questions(per_language, per_set, generator)
    bench = Bench(questions, lambda texts: encoder.encode(texts).search, encoder.space, encoder.dimension)
    weights = {
        "shipped": Weights(),
        "vectors_only": Weights(lexical=0.0),
        "best_key_only": Weights(agreement=0.0, lexical=0.0),
    }
    report: dict[str, object] = {name: bench.recall(choice) for name, choice in weights.items()}
    if not measure:
        fitted = fit(bench.observe(Weights(), generator), seed=seed)
        report["relevance"] = fitted.figures
        written = {
            "intercept": fitted.relevance.intercept,
            "weights": dict(zip(FEATURES, fitted.relevance.weights, strict=True)),
            "thresholds": fitted.relevance.thresholds,
            "encoder": encoder.revision,
            "figures": report,
        }
        OUTPUT.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
