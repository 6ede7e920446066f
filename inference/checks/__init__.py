"""Checks of a reply's text: each returns findings with the span that shows the fault."""

from inference.checks.base import CheckInput
from inference.checks.repair import repaired
from inference.checks.runner import passes_beside, run_checks, warm

__all__ = ["CheckInput", "passes_beside", "repaired", "run_checks", "warm"]
