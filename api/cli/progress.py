"""Progress bars on standard error, and only where that is a terminal."""

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class LineProgress:
    """Counts what has been done of something whose total is unknown, such as lines of an open standard input."""

    def __init__(self, noun: str = "messages") -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn(f"{{task.completed:.0f}} {noun}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._task = self._progress.add_task(noun, total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def advance(self, count: int) -> None:
        """Count ``count`` more."""
        self._progress.advance(self._task, count)


def index_progress() -> Callable[[int, int], None] | None:
    """Return a callback that draws the progress of an index build, or None where nobody watches."""
    if not sys.stderr.isatty():
        return None
    progress = Progress(
        TextColumn("indexing"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True), transient=True
    )
    task = progress.add_task("indexing")

    def report(done: int, total: int) -> None:
        progress.start()
        progress.update(task, completed=done, total=total)
        if done >= total:
            progress.stop()

    return report
