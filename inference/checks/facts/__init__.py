"""Facts: figures, addresses and names of a reply must stand in a source, a fact, the policy or the conversation."""

from inference.checks.facts.addresses import check_addresses
from inference.checks.facts.figures import check_figures
from inference.checks.facts.names import check_names

__all__ = ["check_addresses", "check_figures", "check_names"]
