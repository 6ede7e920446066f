"""Runs a small suite of every kind of answer and prints the run, but for the block that tells when: for a test.

``python -m tests.evaluation.same_bytes THREADS`` is started in several processes, and their output compared.
"""

import asyncio
import sys
from typing import TYPE_CHECKING

from evaluation.runner import Options, run_suite
from evaluation.suite import Suite, load_suite
from tests.evaluation.toy import open_oracle

if TYPE_CHECKING:
    from evaluation.runs.record import TaskRows


def suite() -> Suite:
    """Cases that were held out, through the toy copilot; checks, attacks and heads through the real ones."""
    smoke = load_suite("smoke")
    heads = next(task for task in load_suite("honesty").tasks if task.name == "Honesty of anger, our support messages")
    score = load_suite("scorecard").tasks[0]
    return smoke.model_copy(update={"tasks": (*smoke.tasks[1:], heads, score)})


def main() -> None:
    """Print the result and its rows."""
    rows: list[TaskRows] = []
    options = Options(resamples=50, limit=12, threads=int(sys.argv[1]), record=rows.append)
    result = asyncio.run(run_suite(suite(), open_oracle, options))
    sys.stdout.write("\n".join([result.model_dump_json(), *(item.model_dump_json() for item in rows)]))


if __name__ == "__main__":
    main()
