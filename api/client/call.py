"""One request to the service as data: what to send, how to read the answer, and when it may be sent again."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter

from inference.types import Record

Answer_co = TypeVar("Answer_co", covariant=True)
Kind = TypeVar("Kind")


class Repeat(StrEnum):
    """When a request may be sent again: whenever no good answer came, or only where the service refused to begin."""

    ALWAYS = "always"
    REFUSED = "refused"


@dataclass(frozen=True)
class Received:
    """An answer as it arrived; ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Call(Generic[Answer_co]):
    """A request to be sent.

    Attributes:
        method: HTTP's.
        path: from the service's root, quoted.
        read: makes the answer out of a response below 400.
        query: parameters; those that are None are left out.
        body: what is sent as JSON; None for no body.
        headers: beside those that every request has.
        repeat: when it may be sent again.
    """

    method: str
    path: str
    read: Callable[[Received], Answer_co]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeat: Repeat = Repeat.ALWAYS


def reader(kind: Any) -> Callable[[Received], Any]:  # noqa: ANN401 - any type that pydantic knows
    """Return a reader of JSON answers; fields that are newer than this client are let through."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    return lambda received: adapter.validate_json(received.content, extra="ignore")


def nothing(_received: Received) -> None:
    """Read an answer without content."""


def fresh_key(given: str | None) -> dict[str, str]:
    """Return the header that lets a POST be repeated: the caller's key, or a new one."""
    return {"Idempotency-Key": given or str(uuid.uuid4())}


def condition(etag: str | None) -> dict[str, str]:
    """Return the header that makes a write depend on what was read."""
    return {} if etag is None else {"If-Match": etag}


def at(template: str, *ids: str) -> str:
    """Return a path with ids in it; they may hold anything, slashes too."""
    return template.format(*(quote(id_, safe="") for id_ in ids))


def sent(record: Record) -> dict[str, Any]:
    """Return a record as JSON, without what was left out."""
    return record.model_dump(mode="json", exclude_unset=True)
