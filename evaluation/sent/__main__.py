"""``python -m evaluation.sent dev|test|all``: measure, and with ``all`` write the report."""

import sys
from pathlib import Path

from evaluation.machine import this_machine
from evaluation.sent.measure import measure, page
from evaluation.sent.pairs import pairs
from inference.encoder import open_encoder

_REPORT = Path(__file__).parents[1] / "results" / "sent.md"


def main(asked: str) -> None:
    """Measure one half, or both."""
    encoder = open_encoder()
    halves = {half: measure(pairs(half), encoder) for half in (("dev", "test") if asked == "all" else (asked,))}
    here = this_machine()
    report = page(halves, f"{here.processor}, {here.cores} cores, Python {here.python}")
    if asked == "all":
        _REPORT.write_text(report, encoding="utf-8")
    sys.stdout.write(report)


main(sys.argv[1] if len(sys.argv) > 1 else "dev")
