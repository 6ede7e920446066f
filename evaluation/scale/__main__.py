"""``python -m evaluation.scale``: measure the index at growing sizes, print or write the report and its picture."""

import shlex
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from evaluation.data import load_data
from evaluation.experiments.encoding import encode
from evaluation.machine import Machine, this_machine
from evaluation.performance.timing import Timing
from evaluation.publish import publish
from evaluation.report import table
from evaluation.scale.corpus import Material, sample_texts
from evaluation.scale.growth import Growth, columns, laws
from evaluation.scale.measure import FILTERS, Scale, SearchTiming, measure
from evaluation.scale.plot import svg
from evaluation.suite import Data
from inference.encoder import open_encoder
from inference.types import Record

SEED = 20_260_101
_REAL = 3_000
"""Questions of the public set that join those of the sample helpdesk."""
_READING = (
    "Resolutions made of real ones: their words recombined, their vectors perturbed (`evaluation/scale/corpus.py`); "
    "each has two keys, problem and answer. A search is whole and hybrid, without the encoder's share; one thread. "
    "Recall@10 is that of the vector part against exact search over the same keys. After each change the next search "
    "asked for it; no removed resolution was ever found. Saving and loading check every byte."
)


class ScaleReport(Record):
    """All sizes of one run, on one machine, with the laws by which they grow."""

    started_at: str
    seconds: float
    command: str
    machine: Machine
    model: str
    seed: int
    scales: tuple[Scale, ...]
    laws: tuple[Growth, ...]


def make_material(sets: Path | None) -> tuple[Material, str]:
    """Encode the real texts; return them with the encoder's name and revision.

    Raises:
        ConfigurationError: the public set is absent.
    """
    encoder = open_encoder()
    asked, answers = sample_texts()
    rows = load_data(Data(set="arbanking77", split="train", sample=_REAL), seed=SEED, folder=sets).examples
    asked += [(row.text, "ar") for row in rows]
    questions, languages = zip(*asked, strict=True)
    vectors = np.asarray(encoder.space(encode(encoder, questions).search))
    return Material(questions, languages, vectors, answers), f"{encoder.name}@{encoder.revision}"


def measure_alone(material: Path, size: int) -> Scale:
    """Measure one size in a fresh process: what another size left in memory does not count."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, material, size, SEED).result()


def to_markdown(found: ScaleReport) -> str:
    """Return the report: one column a size, and the laws."""
    machine = found.machine
    facts = {
        "model": found.model,
        "machine": f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python}",
        "run": f"{found.started_at}, {found.seconds:.0f} s: `{found.command}`",
    }
    head = ["resolutions", *(f"{scale.resolutions:,}" for scale in found.scales)]
    parts = [
        "# scale",
        _READING,
        "\n".join(f"- {name}: {value}" for name, value in facts.items()),
        table(head, _rows(found.scales)),
    ]
    if found.laws:
        fitted = [[law.name, f"{law.a:g}", f"{law.b:.2f}", f"{2**law.b:.2f}"] for law in found.laws]
        parts.append("Growth with the number of resolutions n, value = a * n^b:")
        parts.append(table(["figure", "a", "b", "twice as many cost times"], fitted))
    return "\n\n".join(parts) + "\n"


def _rows(scales: Sequence[Scale]) -> list[list[str]]:
    searches = [
        [f"search, {name}, p50 / p95 / p99 ms", *(_tail(scale.searches[place]) for scale in scales)]
        for place, name in enumerate(FILTERS)
    ]
    recalls = [[f"recall@10, {name}", *(f"{scale.recall[name]:.3f}" for scale in scales)] for name in FILTERS]
    return [
        ["keys", *(f"{scale.keys:,}" for scale in scales)],
        *searches,
        *recalls,
        ["add one, p50 / p95 ms", *(_both(scale.add) for scale in scales)],
        ["adds a second, one by one", *(f"{1000 / scale.add.p50_ms:,.0f}" for scale in scales)],
        ["added ones found by the next search", *(f"{scale.seen:.2f}" for scale in scales)],
        ["remove one, p50 / p95 ms", *(_both(scale.remove) for scale in scales)],
        ["build, resolutions a second", *(f"{scale.build_per_s:,.0f}" for scale in scales)],
        ["index in memory, MiB", *(f"{scale.index_mib:,.0f}" for scale in scales)],
        ["whole process in memory, MiB", *(f"{scale.resident_mib:,.0f}" for scale in scales)],
        ["snapshot on disk, MiB", *(f"{scale.snapshot_mib:,.0f}" for scale in scales)],
        ["save / load, s", *(f"{scale.save_s:.2f} / {scale.load_s:.2f}" for scale in scales)],
    ]


def _both(found: Timing) -> str:
    return f"{found.p50_ms:.2f} / {found.p95_ms:.2f}"


def _tail(found: SearchTiming) -> str:
    return f"{_both(found)} / {found.p99_ms:.2f}"


def _picture(scales: Sequence[Scale]) -> str:
    drawn = {name.removesuffix(", p50 ms"): line for name, line in columns(scales).items() if name.endswith("p50 ms")}
    return svg(
        "Search and changes as the knowledge grows",
        [scale.resolutions for scale in scales],
        drawn,
        across="resolutions",
        up="milliseconds, median",
    )


def main(
    sizes: Annotated[str, typer.Option(help="Resolutions, ascending, with commas.")] = "10000,100000,1000000",
    out: Annotated[Path | None, typer.Option(help="Folder for scale.json.gz and .md; else it is printed.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Also draw the medians into this SVG file.")] = None,
    sets: Annotated[Path | None, typer.Option(help="Folder of the public data sets (RIFQ_SETS).")] = None,
) -> None:
    """Measure search, memory, changes and snapshots at each size."""
    started, clock = datetime.now(UTC), time.perf_counter()
    material, model = make_material(sets)
    with TemporaryDirectory(prefix="rifq-scale-") as folder:
        path = Path(folder) / "material.npz"
        material.save(path)
        scales = [measure_alone(path, int(size)) for size in sizes.split(",")]
    found = ScaleReport(
        started_at=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 1),
        command=shlex.join(["python", "-m", "evaluation.scale", *sys.argv[1:]]),
        machine=this_machine(),
        model=model,
        seed=SEED,
        scales=tuple(scales),
        laws=tuple(laws(scales)),
    )
    if plot is not None:
        plot.write_text(_picture(scales), encoding="utf-8")
    publish("scale", found, to_markdown(found), out)


if __name__ == "__main__":
    typer.run(main)
