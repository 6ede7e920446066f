"""What the review pages share: from a form to an answer, what is missing in one, and how faults are shown."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import Response

from api.console.routes import Page
from api.drafts import storable
from api.review import Answer, RoundKind
from evaluation.scorecard import Rubric
from inference.types import Record
from models.errors import InputError, RifqError

Made = TypeVar("Made", bound=Record)
STATUS = {
    "invalid_input": 422,
    "incomplete": 422,
    "not_found": 404,
    "conflict": 409,
    "forbidden": 403,
    "overloaded": 503,
}
_LEVELS = {"na": None, "1": 1, "2": 2, "3": 3, "4": 4}


def read_answer(form: FormData) -> Answer:
    """Read what stands in a form: ``score.ID``, ``note.ID``, ``failure.ID`` with ``evidence.ID``, and the rest by name.

    Raises:
        InputError: a value that no page of ours sends.
    """
    scores, marked = _named(form, "score."), _named(form, "failure.")
    evidence = _named(form, "evidence.")
    return build(
        Answer,
        scores={name: _LEVELS.get(value, value) for name, value in scores.items()},
        failures={name: evidence.get(name, "") for name in marked},
        notes={name: note for name, note in _named(form, "note.").items() if note},
        choice=text(form, "choice") or None,
        reasons=tuple(value for value in form.getlist("reason") if isinstance(value, str)),
        comment=text(form, "comment"),
    )


def build(kind: type[Made], /, **values: Any) -> Made:  # noqa: ANN401 - checked by the record
    """Make a record of what was typed.

    Raises:
        InputError: a value does not fit.
    """
    try:
        return storable(kind.model_validate(values))
    except ValidationError as error:
        msg = "The form holds a value that does not fit."
        raise InputError(msg, field=_field(error)) from error


def missing(answer: Answer, kind: RoundKind, rubric: Rubric) -> tuple[str, ...]:
    """Return what must still be answered before the answer can be submitted: criteria, or ``choice``."""
    if kind is RoundKind.CHOOSE:
        return () if answer.choice is not None else ("choice",)
    return tuple(criterion.id for criterion in rubric.criteria if criterion.id not in answer.scores)


def text(form: FormData, name: str) -> str:
    """Return a field's text; empty where it is missing."""
    value = form.get(name)
    return plain(value) if isinstance(value, str) else ""


def plain(value: str) -> str:
    """Return what was typed without the spaces around it and with plain line ends."""
    return value.replace("\r\n", "\n").strip()


def failed(page: Page, error: RifqError) -> Response:
    """Render an error as a page of its own."""
    return page.render("review_failed.html", STATUS.get(error.code, 500), error=code(error))


def code(error: RifqError) -> str:
    """Return the name by which the pages explain an error."""
    return error.code if error.code in STATUS else "other"


def _field(error: ValidationError) -> str:
    """Return the field that is at fault; what a record says of itself as a whole begins with the field's name."""
    first = error.errors(include_url=False, include_input=False)[0]
    return str(first["loc"][0]) if first["loc"] else str(first["ctx"]["error"]).partition(":")[0]


def _named(form: FormData, prefix: str) -> Mapping[str, str]:
    return {name.removeprefix(prefix): text(form, name) for name in form if name.startswith(prefix)}
