"""``python -m evaluation.people``: compare our measures with what people said of public texts."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from evaluation.people.measure import MOST, Bench, Found, measure_all
from evaluation.people.report import to_markdown
from evaluation.publish import publish, run_info
from evaluation.result import RunInfo
from evaluation.revisions import code_revision
from inference.analysis import Analyzer
from inference.encoder import open_encoder
from inference.policy import load_policy
from inference.types import Record
from models.sets.folder import sets_folder

SEED = 20260115


class PeopleReport(Record):
    """What was found and the run that found it: what stands in the JSON file."""

    code: str
    model: str
    seed: int
    result: Found
    run: RunInfo


def main(
    *,
    out: Annotated[Path | None, typer.Option(help="Folder for people.json.gz and people.md; else printed.")] = None,
    most: Annotated[int, typer.Option(min=50, help="Most texts of a set.")] = MOST,
    seed: Annotated[int, typer.Option(help="Seed of the samples and intervals.")] = SEED,
) -> None:
    """Compare our measures with what people said of public texts."""
    started, clock = datetime.now(UTC), time.perf_counter()
    encoder, policy = open_encoder(), load_policy()
    found = measure_all(Bench(sets_folder(), Analyzer(encoder, policy), policy, seed, most))
    run = run_info(("python", "-m", "evaluation.people"), started, clock)
    model = f"{encoder.name}@{encoder.revision}"
    report = PeopleReport(code=code_revision(), model=model, seed=seed, result=found, run=run)
    facts = {"model": model, "code": report.code, "seed": str(seed)}
    publish("people", report, to_markdown(found, run, facts), out)


if __name__ == "__main__":
    typer.run(main)
