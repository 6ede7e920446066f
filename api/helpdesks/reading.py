"""Reading deliveries: a body as JSON, its identity, its moments; whatever is wrong with it is an ``InputError``."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from api.helpdesks.adapter import Delivery
from api.untrusted import read_json
from models.errors import InputError, RifqError
from retrieval.rows import RowFault
from retrieval.tickets import fields

MOST_KEY = 200
"""Longest identity of a delivery or message."""
AHEAD = timedelta(minutes=5)
"""By how much a helpdesk's clock may run ahead of ours; later moments are taken for now."""
_NUMBER = re.compile(r"[0-9]{1,30}")
Given = ParamSpec("Given")
Result = TypeVar("Result")


def body_of(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery's body, which is a JSON object.

    Raises:
        InputError: it is none.
    """
    try:
        value = read_json(delivery.body)
    except ValueError as error:
        raise InputError(f"The delivery cannot be read as JSON: {error}.") from error
    if not isinstance(value, dict):
        raise InputError("The delivery must be a JSON object.")
    return value


def key_of(delivery: Delivery, *headers: str) -> str:
    """Return a delivery's identity: the first of these headers that holds one, or else a digest of the body.

    Args:
        delivery: as it arrived.
        headers: names in lower case.
    """
    for name in headers:
        value = delivery.headers.get(name, "").strip()
        if value and len(value) <= MOST_KEY and value.isascii() and value.isprintable():
            return value
    return hashlib.sha256(delivery.body).hexdigest()


def moment_of(values: Mapping[str, Any], *names: str, default: datetime) -> datetime:
    """Return the first of the fields that is a moment; ``default`` where none is, or where it lies in the future.

    Args:
        values: of a JSON object.
        names: of fields that hold seconds since 1970, ISO 8601, or ``2020-03-03 13:05:57 UTC``.
        default: when the delivery arrived.
    """
    for name in names:
        value = values.get(name)
        found = fields.moment(value.strip().removesuffix(" UTC") if isinstance(value, str) else value)
        if found is not None:
            return found if found <= default + AHEAD else default
    return default


def number_of(values: Mapping[str, Any], *names: str) -> str:
    """Return the first of the fields that is a number, as text: fit to stand in an address.

    Raises:
        InputError: none of them is; names the first.
    """
    for name in names:
        value = values.get(name)
        if isinstance(value, int | str) and _NUMBER.fullmatch(str(value)):
            return str(value)
    raise InputError(f"The delivery has no number in '{names[0]}'.", field=names[0])


def read_safely(read: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """Call what reads a delivery; whatever a strange body makes it raise is an ``InputError``.

    Raises:
        InputError: the body is not what this helpdesk sends.
    """
    try:
        return read(*args, **named)
    except RifqError:
        raise
    except RowFault as fault:
        raise InputError(fault.message, field=fault.field) from fault
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        msg = f"The delivery is not what this helpdesk sends ({type(error).__name__})."
        raise InputError(msg) from error
