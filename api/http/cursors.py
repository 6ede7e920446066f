"""Cursors of listings: the last id of a page, so written that it can stand in an address."""

import base64
from typing import Annotated

from fastapi import Query

from models.errors import InputError
from retrieval.clean import text_fault

CursorParameter = Annotated[str | None, Query(max_length=2_000, description="``next`` of the page before.")]
LimitParameter = Annotated[int, Query(ge=1, le=200, description="Most items of the page.")]


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
    try:
        after = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("utf-8")
    except ValueError as error:  # not base64, or not UTF-8
        raise foreign_cursor() from error
    if text_fault(after) is not None:
        raise foreign_cursor()
    return after


def read_number(cursor: str | None, first: int) -> int:
    """Return the number behind which a page of a numbered listing begins; ``first`` without a cursor.

    Raises:
        InputError: as for ``read_cursor``.
    """
    after = read_cursor(cursor)
    if after is None:
        return first
    if not (after.isascii() and after.isdigit() and len(after) < 17):
        raise foreign_cursor()
    return int(after)


def foreign_cursor() -> InputError:
    """Return the error of a cursor that no listing gave."""
    return InputError("The cursor is not one that a listing gave: start again without it.", field="cursor")
