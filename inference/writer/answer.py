"""The model's answer: one JSON object, read strictly when it is whole and step by step while it is being written."""

import json
import re
import unicodedata
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from inference.types import StepName

MAX_ANSWER = 24_000
"""Most characters of an answer: beyond that a model is only rambling."""
_START = re.compile(r"\s*(?:```(?:json)?\s*)?(?=\{)")


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


class WrittenStep(BaseModel):
    """One step as a model wrote it; what else the model says about it is dropped."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    name: StepName
    text: str = Field(min_length=1, max_length=6_000)


class Answer(BaseModel):
    """A whole answer; what it holds besides the steps is dropped."""

    model_config = ConfigDict(frozen=True)

    steps: tuple[WrittenStep, ...] = Field(min_length=1, max_length=24)


class MalformedAnswerError(ValueError):
    """The answer is not the JSON that was asked for."""


def read_answer(text: str) -> Answer:
    """Read a finished answer: a JSON object, in a code fence or not; what follows it is ignored.

    Raises:
        MalformedAnswerError: it does not begin with a JSON object that fits.
    """
    start = _START.match(text)
    if start is None or len(text) > MAX_ANSWER:
        msg = "the answer is not one JSON object"
        raise MalformedAnswerError(msg)
    try:
        # Line breaks inside strings are a slip of many models, and harmless.
        value, _ = json.JSONDecoder(strict=False).raw_decode(text, start.end())
        return Answer.model_validate(value)
    except (json.JSONDecodeError, RecursionError) as error:
        msg = "the answer is not one whole JSON object"
        raise MalformedAnswerError(msg) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        msg = f"the answer's JSON does not fit at '{place}': {first['msg']}"
        raise MalformedAnswerError(msg) from error


def is_whole(text: str) -> bool:
    """Tell whether an answer holds a whole JSON object, so that nothing more need be generated."""
    start = _START.match(text)
    if start is None:
        return False
    try:
        json.JSONDecoder(strict=False).raw_decode(text, start.end())
    except (json.JSONDecodeError, RecursionError):
        return False
    return True


def partial_steps(text: str) -> list[tuple[StepName, str]]:
    """Return the steps of an answer that is still being written, the last one's text as far as it goes."""
    start = _START.match(text)
    if start is None:
        return []
    try:
        # Inside strings this replaces a line break by a space, outside it changes nothing.
        value = from_json(text[start.end() :].replace("\n", " "), allow_partial="trailing-strings")
    except ValueError:
        return []
    steps = value.get("steps") if isinstance(value, dict) else None
    return [found for item in steps if (found := _step(item))] if isinstance(steps, list) else []


def visible(text: str) -> str:
    """Drop what could hide or reorder text: control, format, unassigned and private characters."""
    unified = re.sub(r"\r\n?", "\n", text)
    return "".join(char for char in unified if char in "\n\t" or unicodedata.category(char) not in _UNSEEN)


def _step(item: Any) -> tuple[StepName, str] | None:  # noqa: ANN401 - whatever the model wrote
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        return None
    try:
        return StepName(item.get("name", "")), item["text"]
    except ValueError:
        return None
