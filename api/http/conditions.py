"""Entity tags and conditional requests (RFC 9110, section 13) for what callers read, change and write back."""

import hashlib
from collections.abc import Callable
from typing import Annotated

from fastapi import Header
from fastapi.responses import Response

from inference.types import Record
from models.errors import PreconditionError

IfMatch = Annotated[
    str | None,
    Header(max_length=1_000, description="The ``ETag`` of what you read: refused (412) where it has changed since."),
]
IfNoneMatch = Annotated[
    str | None, Header(max_length=1_000, description="The ``ETag`` of what you have: 304 where it is still so.")
]
ETAG_HEADER = {"ETag": {"description": "Names this state of the content.", "schema": {"type": "string"}}}
NOT_MODIFIED = {"description": "What you have is still so; no content.", "headers": ETAG_HEADER}


def tag_of(record: Record) -> str:
    """Return the strong entity tag of a record: a digest of its fields."""
    return tag_of_text(record.model_dump_json())


def tag_of_text(text: str) -> str:
    """Return the strong entity tag of a text."""
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def tagged(
    content: Record | str, *, if_none_match: str | None = None, media_type: str = "application/json"
) -> Response:
    """Return the answer with its tag, or 304 without content where the caller has it."""
    text = content if isinstance(content, str) else content.model_dump_json()
    tag = tag_of_text(text)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if if_none_match is not None and _names(if_none_match, tag, weakly=True):
        return Response(status_code=304, headers=headers)
    return Response(text, headers=headers, media_type=media_type)


def unchanged_since(if_match: str | None) -> Callable[[Record], None] | None:
    """Return what a store asks of the present state before it changes it; None where the caller sets no condition."""
    if if_match is None:
        return None

    def check(present: Record) -> None:
        if not _names(if_match, tag_of(present), weakly=False):
            msg = "It has changed since you read it: read it again, and send its new ETag as If-Match."
            raise PreconditionError(msg)

    return check


def _names(condition: str, tag: str, *, weakly: bool) -> bool:
    """Tell whether a list of entity tags, or ``*``, names one; weak tags count for reading only."""
    given = [item.strip() for item in condition.split(",")]
    return "*" in given or tag in given or (weakly and f"W/{tag}" in given)
