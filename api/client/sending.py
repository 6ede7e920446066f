"""What both clients do around the wire, without touching it: requests, waits between attempts, problems, events."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from pydantic import ValidationError

from api.client.call import Call, Received, Repeat
from api.client.errors import ProblemResponseError
from api.client.shapes import Problem, StreamEvent

_REFUSED = {429, 503}
_LOST = {502, 504}
_FIRST_WAIT = 0.5
_LONGEST_GUESS = 8.0
_random = random.SystemRandom()


@dataclass(frozen=True)
class Retries:
    """How often a request is sent at most, and the longest wait in seconds that a ``Retry-After`` may ask for."""

    attempts: int = 5
    longest_wait: float = 60.0


def request_of(call: Call[Any], client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
    """Return the HTTP request of a call."""
    query = {name: _text(value) for name, value in call.query.items() if value is not None}
    content = {} if call.body is None else {"json": call.body}
    return client.build_request(call.method, call.path, params=query, headers=dict(call.headers), **content)


def received(response: httpx.Response) -> Received:
    """Return an answer that was read to its end."""
    return Received(
        response.status_code, {name.lower(): value for name, value in response.headers.items()}, response.content
    )


def answer_or_problem(call: Call[Any], got: Received) -> Any:  # noqa: ANN401 - what the call reads
    """Read an answer.

    Raises:
        ProblemResponseError: it is a problem.
    """
    if got.status >= 400:
        raise ProblemResponseError(_problem(got))
    return call.read(got)


def wait_before_next(call: Call[Any], got: Received | None, attempt: int, retries: Retries) -> float | None:
    """Return the seconds to wait before the next attempt, None where there is none.

    Args:
        call: what was sent.
        got: the answer; None where the connection failed.
        attempt: how many there were.
        retries: the limits.
    """
    if attempt >= retries.attempts:
        return None
    guess: float = min(_LONGEST_GUESS, _FIRST_WAIT * 2 ** (attempt - 1)) * _random.uniform(0.5, 1.0)
    if got is None or got.status in _LOST:
        return guess if call.repeat is Repeat.ALWAYS else None
    if got.status not in _REFUSED and not (got.status == 409 and _problem(got).code == "still_running"):
        return None
    asked = _retry_after(got.headers.get("retry-after"))
    if asked is None:
        return guess
    # Not all at the same moment; never sooner than asked.
    return None if asked > retries.longest_wait else asked + _random.uniform(0.0, 0.1 * asked + 0.1)


class EventReader:
    """Reads server-sent events line by line."""

    def __init__(self) -> None:
        self._event = ""
        self._data: list[str] = []

    def feed(self, line: str) -> Iterator[StreamEvent]:
        """Take a line without its end; yield the event that it completes."""
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value)
        elif not line and self._data:
            event = StreamEvent(event=self._event or "message", data=json.loads("\n".join(self._data)))
            self._event, self._data = "", []
            yield event


def _text(value: Any) -> str:  # noqa: ANN401 - a query's value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _problem(got: Received) -> Problem:
    try:
        return Problem.model_validate_json(got.content)
    except ValidationError:  # a proxy's own page
        return Problem(status=got.status, detail="The answer is not the service's: look at what stands in between.")


def _retry_after(header: str | None) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for: a number, or a date."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
