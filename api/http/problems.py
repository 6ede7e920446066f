"""Every error as an RFC 9457 problem: typed, with a sentence that says what to do, never quoting what was sent."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException as StarletteHTTPException

from api.http.methods import allowed
from inference.types import Record
from models.errors import (
    ConflictError,
    ForbiddenError,
    IdempotencyConflictError,
    InputError,
    NotFoundError,
    OverloadedError,
    PreconditionError,
    RateLimitedError,
    RifqError,
    StillRunningError,
    UnauthenticatedError,
)

MEDIA_TYPE = "application/problem+json"
_STATUS: tuple[tuple[type[RifqError], int], ...] = (
    (InputError, 422),
    (IdempotencyConflictError, 422),
    (PreconditionError, 412),
    (NotFoundError, 404),
    (ConflictError, 409),
    (UnauthenticatedError, 401),
    (ForbiddenError, 403),
    (RateLimitedError, 429),
    (OverloadedError, 503),
    (RifqError, 500),
)
_HTTP = {
    404: ("not_found", "There is nothing at this address: see /openapi.json for what there is."),
    405: ("method_not_allowed", "This address does not take this method: see the Allow header."),
}
_MAX_ERRORS = 20


class FieldError(Record):
    """What is wrong with one field; ``field`` is its path, empty for the body as a whole."""

    field: str
    code: str
    message: str


class Problem(Record):
    """RFC 9457 problem details. ``code`` is stable; ``detail`` says what to do."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: tuple[FieldError, ...] = Field(default=())


class ProblemError(HTTPException):
    """A problem found before an endpoint runs; FastAPI lets its own kind of exception pass while it reads a body."""

    def __init__(self, status: int, code: str, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(status, detail)
        self.code = code
        self.sentence = detail
        self.errors = tuple(errors)


def problem_response(
    status: int,
    code: str,
    detail: str,
    *,
    request_id: str,
    errors: Sequence[FieldError] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Build a problem+json response."""
    return _response(_problem(status, code, detail, request_id=request_id, errors=errors), headers)


def _problem(status: int, code: str, detail: str, *, request_id: str, errors: Sequence[FieldError] = ()) -> Problem:
    return Problem(
        type=f"urn:rifq:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=detail,
        request_id=request_id,
        errors=tuple(errors),
    )


def _response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem.model_dump(mode="json"), problem.status, headers, MEDIA_TYPE)


def status_of(error: RifqError) -> int:
    """Return the HTTP status of one of our errors."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def problem_of(error: RifqError, *, request_id: str) -> Problem:
    """Build the problem of one of our errors."""
    errors = (FieldError(field=error.field, code=error.code, message=error.message),) if error.field else ()
    return _problem(status_of(error), error.code, error.message, request_id=request_id, errors=errors)


def validation_problem(faults: Sequence[Any], *, request_id: str, within: int = 0) -> Problem:
    """Build the problem of what pydantic does not take.

    Args:
        faults: as pydantic lists them.
        request_id: the request's.
        within: how many parts of each fault's place say where in the request the value stands.
    """
    errors = [_field_error(item, within) for item in faults[:_MAX_ERRORS]]
    several = f"{len(faults)} fields are not valid: correct them and send again."
    detail = several if len(errors) > 1 else errors[0].message
    return _problem(422, "invalid_input", detail, request_id=request_id, errors=errors)


def rifq_problem(error: RifqError, *, request_id: str) -> JSONResponse:
    """Build the response for one of our errors."""
    headers: dict[str, str] | None = None
    if isinstance(error, OverloadedError | RateLimitedError | StillRunningError):
        headers = {"Retry-After": str(error.retry_after)}
    elif isinstance(error, UnauthenticatedError):
        headers = {"WWW-Authenticate": "Bearer"}
    return _response(problem_of(error, request_id=request_id), headers)


def install_handlers(app: FastAPI) -> None:
    """Register the handlers for all expected errors; the unexpected ones end at the door (``api.http.door``)."""

    @app.exception_handler(RifqError)
    async def _rifq(request: Request, error: RifqError) -> JSONResponse:
        return rifq_problem(error, request_id=request.state.request_id)

    @app.exception_handler(ProblemError)
    async def _problem(request: Request, error: ProblemError) -> JSONResponse:
        return problem_response(
            error.status_code, error.code, error.sentence, request_id=request.state.request_id, errors=error.errors
        )

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        # The first part of a place says where: body, query or path.
        return _response(validation_problem(error.errors(), request_id=request.state.request_id, within=1))

    @app.exception_handler(StarletteHTTPException)
    async def _http(request: Request, error: StarletteHTTPException) -> JSONResponse:
        code, detail = _HTTP.get(error.status_code, ("http_error", HTTPStatus(error.status_code).description))
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = allowed(request.app, request.scope)
        return problem_response(error.status_code, code, detail, request_id=request.state.request_id, headers=headers)


def _field_error(item: dict[str, Any], within: int) -> FieldError:
    # Tags of unions are ours, not the caller's.
    parts = [str(part) for part in item["loc"][within:] if part not in {"one", "many"}]
    field = ".".join(parts)
    name = f"The field '{field}'" if field else "The body"
    return FieldError(field=field, code=str(item["type"]), message=f"{name} is not valid: {item['msg']}.")
