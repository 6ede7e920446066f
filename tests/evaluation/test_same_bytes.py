import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_two_processes_with_other_hashes_and_threads_give_the_same_bytes() -> None:
    """The order of sets and dictionaries, and how many threads computed, must not show in any figure, row or text."""
    started = [
        subprocess.Popen(  # noqa: S603 - this interpreter, on a module of these tests
            [sys.executable, "-m", "tests.evaluation.same_bytes", threads],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed, threads in (("1", "1"), ("2", "2"))
    ]
    first, second = (process.communicate()[0] for process in started)

    assert [process.returncode for process in started] == [0, 0]
    assert '"caught"' in first, "the rows of the checks"
    assert '"sources":[[' in first, "the examples with their evidence"
    assert first == second
