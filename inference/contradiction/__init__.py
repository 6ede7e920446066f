"""What two resolutions say differently about one matter: amounts, periods, dates, numbers to call, rules."""

from inference.contradiction.compare import differences, overlap
from inference.contradiction.statement import Statement, read_statement

__all__ = ["Statement", "differences", "overlap", "read_statement"]
