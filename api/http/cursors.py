"""Cursors of listings: the last id of a page, so written that it can stand in an address."""

import base64

from models.errors import InputError
from retrieval.clean import text_fault


def make_cursor(last: str | None) -> str | None:
    """Return the cursor of the page behind an id; None at the end."""
    return None if last is None else base64.urlsafe_b64encode(last.encode()).decode()


def read_cursor(cursor: str | None) -> str | None:
    """Return the id behind which a page begins.

    Raises:
        InputError: the cursor is none that a listing gave.
    """
    if cursor is None:
        return None
    msg = "The cursor is not one that a listing gave: start again without it."
    try:
        after = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("utf-8")
    except ValueError as error:  # not base64, or not UTF-8
        raise InputError(msg, field="cursor") from error
    if text_fault(after) is not None:
        raise InputError(msg, field="cursor")
    return after
