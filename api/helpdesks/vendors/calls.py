"""Calls to a helpdesk: what each answer, or its absence, means for what was to be left there."""

import math
import re
from collections.abc import Container, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from models.errors import ConfigurationError, HelpdeskError

LONGEST_PAUSE = 3_600.0
"""Seconds of a Retry-After that are obeyed at most."""
_MENDING_PAUSE = 300.0
"""Seconds until a refused token or address is tried again: nothing on the connection can go well meanwhile."""
_ID = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""An id of a helpdesk's: it stands in addresses that are called later, so nothing else may hide in it."""
_SOON = {408, 409, 425}
_LATER = {429, 503}


async def call(
    client: httpx.AsyncClient,
    method: str,
    path: str,
    *,
    json: Any | None = None,  # noqa: ANN401 - JSON holds anything
    params: Mapping[str, str | int] | None = None,
    data: Mapping[str, str] | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    gone_is_fine: bool = False,
    accept: Container[int] = (),
) -> httpx.Response:
    """Make one call and return its successful answer.

    Args:
        client: calls one connection's address only.
        method: such as ``POST``; all but ``GET`` may have had an effect where no answer came.
        path: below the connection's address, beginning with a slash.
        json: the body, as JSON.
        params: of the query.
        data: the body, as a form.
        content: the body, as it is.
        headers: the vendor's authentication among them.
        gone_is_fine: return an answer 404 or 410 too, for what is deleted or looked up.
        accept: further statuses that are returned, because the caller knows what they mean.

    Raises:
        HelpdeskError: the helpdesk did not take it; ``unsure`` where it may have done so all the same.
    """
    writes = method != "GET"
    try:
        answer = await client.request(
            method,
            path,
            json=json,
            params=params,
            data=data,
            content=content,
            headers=headers,
        )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise HelpdeskError(f"The helpdesk cannot be reached ({type(error).__name__}).") from error
    except httpx.TransportError as error:
        msg = f"The helpdesk gave no whole answer ({type(error).__name__})."
        raise HelpdeskError(msg, unsure=writes) from error
    except ConfigurationError as error:  # an address that may not be called (api.outbound): an operator must mend it
        raise HelpdeskError(error.message, retry_after=_MENDING_PAUSE) from error
    except httpx.HTTPError as error:
        raise HelpdeskError(f"The call is not one that a helpdesk answers ({type(error).__name__}).") from error
    fine = answer.status_code in accept or (gone_is_fine and answer.status_code in {404, 410})
    if answer.is_success or fine:
        return answer
    raise _refused(answer, writes=writes)


def answer_object(answer: httpx.Response) -> dict[str, Any]:
    """Return an answer's JSON object.

    Raises:
        HelpdeskError: it is none. What was to be left may have been taken: ``unsure``.
    """
    try:
        value = answer.json()
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise strange_answer(answer)
    return value


def answer_id(answer: httpx.Response, *path: str) -> str:
    """Return the id that an answer's JSON object holds behind these field names.

    Raises:
        HelpdeskError: it holds none; as for ``answer_object``.
    """
    value: Any = answer_object(answer)
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | str) or not _ID.fullmatch(str(value)):
        raise strange_answer(answer)
    return str(value)


def answer_list(answer: httpx.Response) -> list[dict[str, Any]]:
    """Return the objects of an answer's JSON list.

    Raises:
        HelpdeskError: it is none; as for ``answer_object``.
    """
    try:
        value = answer.json()
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, list):
        raise strange_answer(answer)
    return [item for item in value if isinstance(item, dict)]


def strange_answer(answer: httpx.Response) -> HelpdeskError:
    """Return the error of an answer that is not of the API's shape: what was sent may have been taken all the same."""
    msg = "The helpdesk's answer is not the one that its API gives: is the connection's address right?"
    return HelpdeskError(msg, unsure=answer.request.method != "GET")


def _refused(answer: httpx.Response, *, writes: bool) -> HelpdeskError:
    status = answer.status_code
    said = f"The helpdesk answered {status}"
    if status in _LATER:
        return HelpdeskError(f"{said}: it asks to be left alone.", retry_after=retry_after(answer) or 5.0)
    if status == 401:
        return HelpdeskError(f"{said}: check the connection's token.", retry_after=_MENDING_PAUSE)
    if status >= 500:
        return HelpdeskError(f"{said}: something is wrong over there.", unsure=writes, retry_after=retry_after(answer))
    if status in _SOON:
        return HelpdeskError(f"{said}: it may take it in a moment.", retry_after=retry_after(answer))
    return HelpdeskError(f"{said}: it will not take this.", lasting=True)


def retry_after(answer: httpx.Response) -> float | None:
    """Return the seconds for which an answer asks to be left alone.

    Told as seconds or as a date by ``Retry-After``, as seconds by Help Scout's ``X-RateLimit-Retry-After``, and as a
    moment (seconds since 1970) by Intercom's ``X-RateLimit-Reset``.
    """
    given = answer.headers.get("retry-after", answer.headers.get("x-ratelimit-retry-after", "")).strip()
    now = datetime.now(UTC)
    try:
        reset = answer.headers.get("x-ratelimit-reset", "nan")
        seconds = float(given) if given else float(reset) - now.timestamp()
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(given).astimezone(UTC) - now).total_seconds()
        except (ValueError, OverflowError):  # a day beyond the calendar, in UTC
            return None
    return None if math.isnan(seconds) else min(max(seconds, 0.0), LONGEST_PAUSE)
