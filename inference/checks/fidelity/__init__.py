"""What a reply changed of what its source says: turned round, less a condition, in another order, surer, or wider."""

from inference.checks.fidelity.check import check_fidelity

__all__ = ["check_fidelity"]
