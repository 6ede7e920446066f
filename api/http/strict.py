"""Routes that read JSON strictly, before pydantic sees it."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.http.problems import FieldError, ProblemError
from api.untrusted import BrokenTextError, check_text, read_json


class StrictRequest(Request):
    """A request whose JSON is UTF-8, has no NaN, and holds only text that can be handled."""

    async def json(self) -> Any:  # noqa: ANN401 - JSON holds anything
        """Parse the body.

        Raises:
            ProblemError: it is not JSON (400), or a string holds NUL or broken Unicode (422).
        """
        try:
            value = read_json(await self.body())
            check_text(value)
        except BrokenTextError as error:
            fault = FieldError(field=error.place, code=error.code, message=error.message)
            raise ProblemError(422, "invalid_input", error.message, [fault]) from error
        except ValueError as error:
            detail = f"The body cannot be read as JSON: {error}."
            raise ProblemError(400, "invalid_json", detail) from error
        return value


class StrictRoute(APIRoute):
    """Uses ``StrictRequest`` and refuses bodies that are not declared as JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if self.body_field is not None and not (kind == "application/json" or kind.endswith("+json")):
                raise ProblemError(415, "not_json", "Send JSON with the header 'Content-Type: application/json'.")
            return await handler(StrictRequest(request.scope, request.receive))

        return strict
