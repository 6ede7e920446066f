"""Placeholders in a resolution's or a policy's text, and what fills them."""

import re
from collections.abc import Mapping

from inference.types import Record

# A name in braces: no JSON (quotes, colons), no code ("${x}", "{{x}}", "f(){return}"), no empty pair.
_PLACEHOLDER = re.compile(r"(?<![\w${)\]])\{([^\W\d][\w.-]{0,99})\}(?!\})")


class Filled(Record):
    """A text with its placeholders filled.

    Attributes:
        text: None as long as a placeholder has no value, so that no braces and no gap can reach a customer.
        missing: Names without a value, each once, in their order.
    """

    text: str | None
    missing: tuple[str, ...] = ()


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names of a text's placeholders, each once, in their order."""
    return tuple(dict.fromkeys(match[1] for match in _PLACEHOLDER.finditer(text)))


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put values in place of a text's placeholders; braces within a value are not read again.

    Args:
        text: Such as "Order {order_id} left on {date}."; other braces stay as they are.
        values: By name; an empty value is none.
    """
    missing = tuple(name for name in placeholders(text) if not values.get(name, "").strip())
    if missing:
        return Filled(text=None, missing=missing)
    return Filled(text=_PLACEHOLDER.sub(lambda match: values[match[1]], text))
