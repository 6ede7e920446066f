"""Spans of time as people write them in options and settings: 14d, 26w, 6m, 1y."""

import re
from datetime import timedelta

from models.errors import InputError

_SPAN = re.compile(r"(\d{1,5})\s*(d|w|m|y)", re.IGNORECASE)
_UNITS = {"d": 1, "w": 7, "m": 30, "y": 365}


def parse_span(text: str, name: str) -> timedelta:
    """Read a span of days, weeks, months (30 days) or years (365 days).

    Args:
        text: what somebody wrote.
        name: of the option or setting, for the message.

    Raises:
        InputError: it is none.
    """
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        msg = f"{name} '{text}' is no span of time: write 180d, 26w, 6m or 1y."
        raise InputError(msg, field=name.lstrip("-").replace("-", "_").lower())
    return timedelta(days=int(match[1]) * _UNITS[match[2].lower()])
