"""What the vendors' payloads have in common: ids that may stand in an address, what was written now, versions."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import httpx

from api.helpdesks.adapter import AgentReply, CustomerMessage, Delivery, Event, Left
from api.helpdesks.reading import MOST_KEY, body_of, key_of
from api.helpdesks.vendors.calls import strange_answer
from inference.thread import own_text
from inference.types import Channel
from models.errors import InputError
from retrieval.rows import RowFault
from retrieval.tickets import fields
from retrieval.tickets.markup import to_text

_PATH_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def event_key(delivery: Delivery, *path: str) -> str:
    """Return a delivery's identity: an id in its body where it has one, or else a digest of the body.

    Args:
        delivery: as it arrived.
        path: of the body's field that holds an id, from the outside in.
    """
    try:
        values: fields.Values = body_of(delivery)
        for name in path[:-1]:
            values = fields.mapping(values, name)
        key = fields.identifier(values, path[-1])
    except (InputError, RowFault):
        return key_of(delivery)
    return key if len(key) <= MOST_KEY and key.isascii() and key.isprintable() else key_of(delivery)


def path_id(values: fields.Values, *names: str) -> str:
    """Return the first id among the fields, fit to stand in an address.

    Raises:
        InputError: none of the fields holds one; names the first.
    """
    for name in names:
        found = optional_id(values, name)
        if found is not None and _PATH_ID.fullmatch(found):
            return found
    msg = f"The delivery has no id in '{names[0]}': letters, digits, '-' and '_' are expected, at most 100."
    raise InputError(msg, field=names[0])


def optional_id(values: fields.Values, name: str) -> str | None:
    """Return an id as text, None where the field holds none."""
    found = values.get(name)
    return str(found) if isinstance(found, int | str) and not isinstance(found, bool) and found != "" else None


def basic(user: str, password: str) -> dict[str, str]:
    """Return the header of HTTP Basic authentication."""
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def words(html: str, channel: Channel) -> str:
    """Return what somebody wrote now: HTML as text, and of an e-mail neither quoted history nor signature."""
    return own_words(to_text(html), channel)


def own_words(text: str, channel: Channel) -> str:
    """Return what somebody wrote now, of plain text."""
    text = fields.tidy(text)
    return own_text(text, channel).text.strip() if channel is Channel.EMAIL and text else text


def names_of(values: fields.Values, field: str, *names: str) -> tuple[str, ...]:
    """Return the names of the attachments in a field's list; what holds none is left out."""
    return tuple(name for item in items_of(values, field) if (name := fields.text(item, *names)))


def items_of(values: fields.Values, field: str) -> list[dict[str, Any]]:
    """Return the objects in a field's list; empty where it is none."""
    found = values.get(field)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def in_order(events: Iterable[Event]) -> Sequence[Event]:
    """Return a conversation's messages by their times; what is read again has the same ids and changes nothing."""
    return sorted((event for event in events if isinstance(event, CustomerMessage | AgentReply)), key=lambda e: e.at)


def with_body(delivery: Delivery, body: bytes) -> Delivery:
    """Return the delivery with another body: what was fetched beside it."""
    return replace(delivery, body=body)


def version_of(html: str) -> str:
    """Return a digest of a text as it is read; another one later means that somebody has edited it."""
    return hashlib.sha256(" ".join(fields.tidy(to_text(html)).split()).encode()).hexdigest()


def left_at(answer: httpx.Response, values: fields.Values, *names: str, version: str | None = None) -> Left:
    """Return where a note lies, by an id of the answer that is fit to stand in an address.

    Raises:
        HelpdeskError: the answer holds none; the note may lie there all the same.
    """
    try:
        return Left(path_id(values, *names), version)
    except InputError:
        raise strange_answer(answer) from None
