"""What a reply must neither ask nor tell: secrets, account facts too early, reasons of a hold, others' data."""

from inference.checks.disclosure.identity import check_identity
from inference.checks.disclosure.internal import check_internal, check_unfilled
from inference.checks.disclosure.others import check_others
from inference.checks.disclosure.secrets import check_secrets
from inference.checks.disclosure.tipping import check_tipping

__all__ = ["check_identity", "check_internal", "check_others", "check_secrets", "check_tipping", "check_unfilled"]
