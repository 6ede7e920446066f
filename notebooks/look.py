"""One look for all plots, and tables whose cells take the direction of their own text."""

import warnings
from collections.abc import Iterable, Sequence
from html import escape

import matplotlib as mpl
from IPython.display import HTML
from matplotlib import pyplot as plt

warnings.filterwarnings("ignore", message="IProgress not found")  # tqdm's, of a progress bar that nobody shows

INK, RED, BLUE, GREY = "#22313f", "#b5483a", "#2f6f9f", "#9aa5b1"
LEVEL_COLOURS = {"calm": "#7aa6c2", "irritated": "#e3b062", "angry": "#d5763f", "furious": "#a8322d"}


def use_style() -> None:
    """Give every plot the same quiet look."""
    mpl.rcParams.update(
        {
            "figure.figsize": (7.2, 3.4),
            "figure.dpi": 90,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": INK,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.grid": True,
            "grid.color": "#e6e9ed",
            "axes.axisbelow": True,
            "figure.constrained_layout.use": True,
        }
    )
    plt.close("all")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> HTML:
    """Return a table whose cells take the direction of their own text."""
    style = "text-align:start;vertical-align:top;max-width:34em;padding:.3em .6em;white-space:pre-line"
    top = "".join(f'<th style="{style}">{escape(str(cell))}</th>' for cell in head)
    body = "".join(
        "<tr>" + "".join(f'<td dir="auto" style="{style}">{escape(_said(cell))}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    return HTML(f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>")


def _said(cell: object) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)
