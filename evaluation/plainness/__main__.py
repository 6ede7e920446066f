"""``python -m evaluation.plainness``: check the plainness score against texts of known difficulty."""

import json
import time
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from evaluation.bootstrap import METHOD
from evaluation.plainness.fit import fit_weights
from evaluation.plainness.measure import Measured, arabic, english, names, sample
from evaluation.plainness.texts import has_pairs, has_samer
from evaluation.publish import publish, run_info
from evaluation.report import table
from evaluation.result import RunInfo
from evaluation.revisions import code_revision
from inference.types import Record
from models.errors import ConfigurationError
from models.sets.folder import sets_folder

SEED = 20260115
_READING = (
    "The score goes from 0 (hard) to 100 (plain). Its weights were fitted on the train parts (`--fit`); the SAMER and "
    "plainlanguage.gov figures are of parts that the fit never saw. The glossary was revised while the sample's "
    "resolutions were read, so the jargon left there is no estimate for other texts. In brackets: the 95% interval "
    f"({METHOD}), over whole chapters for SAMER. SAMER's levels are readers' judgements of the words of Arabic "
    "novels: they test rare words, not long sentences, passives or jargon; those weights are the English pairs'. "
    "Unexplained jargon counts as rare words; brackets make sentences longer while they explain, so that a score may "
    "fall as its jargon goes."
)


class PlainnessResult(Record):
    """The figures of a run, and what could not be measured here, with the reason."""

    code: str
    seed: int
    figures: tuple[Measured, ...]
    skipped: tuple[str, ...] = ()


class PlainnessReport(Record):
    """A result and the run that made it: what stands in the JSON file."""

    result: PlainnessResult
    run: RunInfo


def measure_all(*, seed: int = SEED) -> PlainnessResult:
    """Measure all that the data sets here allow."""
    figures: list[Measured] = []
    skipped: list[str] = []
    try:
        folder: Path | None = sets_folder()
    except ConfigurationError as error:
        folder = None
        skipped.append(error.message)
    if folder is not None:
        for has, run, name in ((has_samer, arabic, "samer"), (has_pairs, english, "plainlanguage")):
            if has(folder):
                figures += run(folder, seed=seed)
            else:
                skipped.append(f"There is no folder {name} among the data sets.")
    figures += sample(datetime.now(UTC).date(), seed=seed)
    return PlainnessResult(code=code_revision(), seed=seed, figures=tuple(figures), skipped=tuple(skipped))


def to_markdown(report: PlainnessReport) -> str:
    """Return the report: one table for each thing measured."""
    result, run, machine = report.result, report.run, report.run.machine
    facts = {
        "code": result.code,
        "seed": result.seed,
        "run": f"{run.started_at}, {run.seconds:.0f} s: `{run.command}`",
        "machine": f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python}",
    }
    lines = [f"- {name}: {value}" for name, value in facts.items()]
    parts = ["# plainness", "\n".join([*lines, *(f"- skipped: {why}" for why in result.skipped)]), _READING]
    for name in names(result.figures):
        rows = [
            [item.figure, str(item.n), f"{item.point:.3f}", f"[{item.low:.3f}, {item.high:.3f}]"]
            for item in result.figures
            if item.of == name
        ]
        parts += [f"## {name}", table(["figure", "n", "value", "95% interval"], rows)]
    return "\n\n".join(parts) + "\n"


def main(
    *,
    out: Annotated[Path | None, typer.Option(help="Folder for plainness.json.gz and .md; else printed.")] = None,
    fit: Annotated[
        bool, typer.Option("--fit", help="Fit the weights on the train parts anew, and measure nothing.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = SEED,
) -> None:
    """Check the plainness score against texts of known difficulty."""
    if fit:
        _fit()
        return
    started, clock = datetime.now(UTC), time.perf_counter()
    result = measure_all(seed=seed)
    run = run_info(("python", "-m", "evaluation.plainness"), started, clock)
    report = PlainnessReport(result=result, run=run)
    publish("plainness", report, to_markdown(report), out)


def _fit() -> None:
    """Write the weights beside the score that uses them."""
    path = Path(str(files("inference.plain") / "weights.json"))
    path.write_text(json.dumps(fit_weights(sets_folder()), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
