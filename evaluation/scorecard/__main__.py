"""``python -m evaluation.scorecard``: the rubric's page, or the schema for editors of a rubric of one's own."""

import json
from pathlib import Path
from typing import Annotated

import typer

from evaluation.scorecard import load_rubric, rubric_schema
from evaluation.scorecard.page import page


def main(
    rubric: Annotated[Path | None, typer.Option(help="A rubric of one's own; the shipped one if left out.")] = None,
    docs: Annotated[Path | None, typer.Option(help="Where the page is written; else it is printed.")] = None,
    schema: Annotated[bool, typer.Option(help="Print the JSON Schema of a rubric instead.")] = False,
) -> None:
    """Read a rubric, telling every fault of it with its line, and print or write its page."""
    if schema:
        typer.echo(json.dumps(rubric_schema(), ensure_ascii=False, indent=2))
        return
    text = page(load_rubric(rubric))
    if docs is None:
        typer.echo(text)
    else:
        docs.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
