"""Whether a reply does what somebody's words ordered its writer to do."""

from inference.checks.injection.check import check_injection

__all__ = ["check_injection"]
