"""Each notebook runs from its paired text, offline, and every plot that it shows has something on it."""

import base64
import io
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import image
from matplotlib import pyplot as plt

PROGRAM = runpy.run_path(str(Path(__file__).parents[2] / "notebooks" / "execute.py"))
NOTEBOOKS: list[Path] = PROGRAM["NOTEBOOKS"]
SATURATED = 0.2
COLOURED = 60
"""Pixels of colour that the emptiest real plot has; axes, ticks and titles are grey."""


def coloured_pixels(png: bytes) -> int:
    """Count the pixels of a picture that are neither grey, black nor white."""
    pixels = image.imread(io.BytesIO(png))[..., :3]
    return int((pixels.max(axis=-1) - pixels.min(axis=-1) > SATURATED).sum())


def pictures(cell: Any) -> list[bytes]:
    """Return the PNG pictures that a cell shows."""
    shown = (output.get("data", {}).get("image/png") for output in cell.outputs)
    return [base64.b64decode(png) for png in shown if png]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_runs_and_its_plots_show_something(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTEBOOK_CASES", "3")
    book = PROGRAM["execute"](path)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    plotted = [cell for cell in cells if "plt.show()" in cell.source]
    assert len(plotted) >= 3
    for cell in plotted:
        found = pictures(cell)
        assert found, f"no plot came of: {cell.source[:80]}"
        assert all(coloured_pixels(png) >= COLOURED for png in found), f"an empty plot came of: {cell.source[:80]}"
    written = "".join(str(output) for cell in cells for output in cell.outputs)
    assert "Traceback" not in written
    assert 'dir="auto"' in written


def test_the_five_notebooks_are_there_in_order() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05"]


def test_an_empty_plot_is_noticed() -> None:
    figure, axes = plt.subplots()
    axes.set(title="Nothing was drawn", xlabel="x", ylabel="y")
    empty, drawn = io.BytesIO(), io.BytesIO()
    figure.savefig(empty, format="png")
    axes.plot(np.arange(5), color="#2f6f9f")
    figure.savefig(drawn, format="png")
    plt.close(figure)
    assert coloured_pixels(empty.getvalue()) < COLOURED <= coloured_pixels(drawn.getvalue())
