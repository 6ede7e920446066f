"""``rifq eval list``: what can be measured, on what, and how much of it there is."""

from collections.abc import Iterator

from evaluation.checks.rows import SETS as WRITTEN
from evaluation.data import load_data
from evaluation.suite import Data, Suite, Task, load_suite, suite_names
from models.sets.catalogue import SETS

FIRST = ("understanding", "retrieval", "drafts", "scorecard", "checks", "safety", "performance")
"""What is asked of every release, in this order; the other suites are parts of these, or beside them."""
_OWN = frozenset(info.name for info in SETS if not info.folder) | set(WRITTEN)


def listed(*, whole: bool) -> Iterator[str]:
    """Yield the lines of the list; with ``whole`` also each task."""
    others = [name for name in suite_names() if name not in FIRST]
    for title, names in (("Suites", FIRST), ("Parts of them, and others", others)):
        yield f"{title}:"
        for name in names:
            yield from _suite(load_suite(name), whole=whole)
    yield "Run: rifq eval run SUITE. Sizes of public sets are the sample; 'all' is the whole test part (RIFQ_SETS)."


def _suite(suite: Suite, *, whole: bool) -> Iterator[str]:
    figures = sum(len(task.metrics) for task in suite.tasks)
    yield f"  {suite.name:<15} {suite.line}"
    made = f" = {' + '.join(suite.parts)}" if suite.parts else ""
    yield f"  {'':<15} {len(suite.tasks)} tasks, {figures} figures{made}"
    for task in suite.tasks if whole and not suite.parts else ():
        yield f"  {'':<17} {task.name}: {_rows(task)}; {len(task.metrics)} figures ({task.run.value})"


def _rows(task: Task) -> str:
    sizes: dict[str, list[int | None]] = {}
    for data in task.data:
        sizes.setdefault(data.set, []).append(_size(data))
    return " + ".join(f"{_said(sizes[name])} of {name}" for name in sizes)


def _said(sizes: list[int | None]) -> str:
    known = [size for size in sizes if size is not None]
    return f"{sum(known):,}" if len(known) == len(sizes) else "all"


def _size(data: Data) -> int | None:
    """Return how many rows are asked; None where that takes reading a public set, or the sample helpdesk."""
    return len(load_data(data, seed=0).examples) if data.set in _OWN else data.sample
