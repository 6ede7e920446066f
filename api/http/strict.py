"""Routes that read JSON strictly, before pydantic sees it, and answer in a media type that the caller takes."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.params import Security
from fastapi.routing import APIRoute

from api.http.dependencies import principal_of
from api.http.problems import FieldError, ProblemError
from api.untrusted import BrokenTextError, check_text, read_json

_REFUSED = re.compile(r"q\s*=\s*0(\.0{0,3})?")


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
    """Uses ``StrictRequest``; refuses what is compressed, not declared as JSON, or wanted as another media type."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:  # noqa: ANN401 - FastAPI's own
        super().__init__(path, endpoint, **given)
        asked = [item for item in self.dependencies if item.dependency is principal_of]
        if asked:
            scopes = [scope for item in asked if isinstance(item, Security) for scope in item.scopes or ()]
            self.openapi_extra = {"security": [{"bearer": scopes}, {"session": scopes}], **(self.openapi_extra or {})}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handler = super().get_route_handler()
        produced = _produced(self)

        async def strict(request: Request) -> Response:
            if not any(_accepts(request.headers.get("accept") or "*/*", kind) for kind in produced):
                detail = f"This address answers with {' or '.join(produced)}: name it in the header 'Accept'."
                raise ProblemError(406, "not_acceptable", detail)
            if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
                detail = "Compressed requests are not read: send the body as it is, without 'Content-Encoding'."
                raise ProblemError(415, "encoded_body", detail)
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if self.body_field is not None and not (kind == "application/json" or kind.endswith("+json")):
                raise ProblemError(415, "not_json", "Send JSON with the header 'Content-Type: application/json'.")
            return await handler(StrictRequest(request.scope, request.receive))

        return strict


def _produced(route: APIRoute) -> tuple[str, ...]:
    """Return the media types of a route's answers; any will do where they have no content."""
    if route.status_code == 204:
        return ("*/*",)
    declared = (route.responses.get(route.status_code or 200) or {}).get("content", {})
    return tuple(declared) or ("application/json",)


def _accepts(header: str, kind: str) -> bool:
    """Tell whether an ``Accept`` header takes a media type (RFC 9110, section 12.5.1): the most specific range says."""
    wanted, best, taken = kind.partition("/"), -1, False
    for item in header.split(","):
        spec, *parameters = (part.strip().lower() for part in item.split(";"))
        main, _, sub = spec.partition("/")
        if kind == "*/*" or (main in {"*", wanted[0]} and sub in {"*", wanted[2]}):
            rank = (main != "*") + (sub != "*")
            if rank > best:
                best, taken = rank, not any(_REFUSED.fullmatch(part) for part in parameters)
    return taken
