"""What JSON may carry but no text of ours can hold: NUL and halves of surrogate pairs."""

import json
from typing import Any

from retrieval.clean import text_fault

_SENTENCES = {
    "nul": "holds a NUL character: remove it.",
    "lone_surrogate": "holds half of a surrogate pair (broken Unicode): remove that character.",
    "invalid_utf8": "holds half of a surrogate pair (broken Unicode): remove that character.",
}


class BrokenTextError(ValueError):
    """A text that cannot be handled; ``place`` is its path in the JSON value, ``code`` what is wrong."""

    def __init__(self, place: str, fault: str) -> None:
        self.place = place
        self.code = "nul_character" if fault == "nul" else "broken_unicode"
        self.message = f"The field '{place}' {_SENTENCES[fault]}" if place else f"A field name {_SENTENCES[fault]}"
        super().__init__(self.message)


def read_json(data: bytes) -> Any:  # noqa: ANN401 - JSON holds anything
    """Parse JSON strictly: UTF-8, no NaN or Infinity, bounded nesting.

    Raises:
        ValueError: it is not JSON that can be read; the message says why, without quoting it.
    """
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        msg = "it is not valid UTF-8"
        raise ValueError(msg) from error
    except json.JSONDecodeError as error:
        msg = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise ValueError(msg) from error
    except RecursionError as error:
        msg = "it is nested too deeply"
        raise ValueError(msg) from error


def check_text(value: Any) -> None:  # noqa: ANN401 - JSON holds anything
    """Look at every string of a JSON value.

    Raises:
        BrokenTextError: the first one that holds NUL or broken Unicode.
    """
    # A stack of our own: the value may be nested as deeply as the parser allows.
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        place, item = stack.pop()
        if isinstance(item, str):
            if (fault := text_fault(item)) is not None:
                raise BrokenTextError(place, fault)
        elif isinstance(item, dict):
            for key, child in item.items():
                if (fault := text_fault(key)) is not None:
                    raise BrokenTextError("", fault)
                stack.append((f"{place}.{key}".lstrip("."), child))
        elif isinstance(item, list):
            stack.extend((f"{place}.{index}".lstrip("."), child) for index, child in enumerate(item))


def _no_constant(name: str) -> Any:  # noqa: ANN401 - json's hook
    msg = f"{name} is not a number in JSON"
    raise ValueError(msg)
