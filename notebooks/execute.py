"""``python notebooks/execute.py FOLDER``: run the notebooks from their paired text, write them with what they show."""

import sys
from pathlib import Path

import jupytext
from nbclient import NotebookClient
from nbformat import NotebookNode

HERE = Path(__file__).parent
NOTEBOOKS = sorted(HERE.glob("[0-9]*.py"))
SECONDS = 900
"""After which a cell is given up: several times what the slowest takes on a busy machine."""


def execute(path: Path) -> NotebookNode:
    """Run a notebook from its paired text in a kernel of its own, beside the modules that it imports.

    Raises:
        CellExecutionError: a cell fails.
    """
    book = jupytext.read(path)
    resources = {"metadata": {"path": str(HERE)}}
    NotebookClient(book, timeout=SECONDS, kernel_name="python3", resources=resources).execute()
    return book


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for notebook in NOTEBOOKS:
        jupytext.write(execute(notebook), target / f"{notebook.stem}.ipynb")
        print(target / f"{notebook.stem}.ipynb")
