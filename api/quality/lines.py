"""The line format of outcomes: one JSON object a line, read in batches."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from pydantic import ValidationError

from api.drafts import storable
from api.quality.records import MAX_OUTCOMES, NewOutcome
from api.untrusted import BrokenTextError, check_text, read_json
from models.errors import InputError

_MAX_LINE = 100_000


@dataclass
class OutcomeBatch:
    """Outcomes of some lines, and what is wrong with others, by their numbers from 1."""

    outcomes: list[NewOutcome] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_outcomes(stream: BinaryIO) -> Iterator[OutcomeBatch]:
    """Yield the outcomes of a stream in batches of 200 lines at most; blank lines are skipped.

    A conversation's fields may come in several lines: what a later one says counts.
    """
    lines = ((number, raw) for number, raw in enumerate(stream, 1) if raw.strip())
    while chunk := list(islice(lines, MAX_OUTCOMES)):
        batch = OutcomeBatch()
        for number, raw in chunk:
            try:
                batch.outcomes.append(_outcome(raw))
            except InputError as error:
                batch.faults.append((number, error.message))
        yield batch


def _outcome(raw: bytes) -> NewOutcome:
    """Read one line.

    Raises:
        InputError: it is no outcome; says what to correct.
    """
    if len(raw) > _MAX_LINE:
        raise InputError(f"the line is longer than {_MAX_LINE} bytes: shorten it.")
    try:
        value = read_json(raw)
        check_text(value)
        return storable(NewOutcome.model_validate(value))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{place + ': ' if place else ''}{first['msg']}") from error
    except BrokenTextError as error:
        raise InputError(f"{error.place}: {error.message}") from error
    except ValueError as error:
        raise InputError(f"it cannot be read as JSON: {error}.") from error
