"""Routes that keep their answers under a request's ``Idempotency-Key``, as IETF's httpapi draft of that name says."""

import re
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse

from api.http.dependencies import PrincipalDep, TenantsDep
from api.http.problems import ProblemError, status_of
from api.http.strict import StrictRoute
from api.idempotency import AnswerKeeper, Asked, Claim, KeptAnswer, claiming
from api.idempotency.claim import hold
from models.errors import InputError, RifqError

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r'"([\x21\x23-\x5b\x5d-\x7e]{1,200})"|([\x21\x23-\x5b\x5d-\x7e]{1,200})')
_KEPT_HEADERS = ("content-type", "etag", "location")
_DRAFTED = b"\nevent: draft\n"


class ReplayError(Exception):
    """Ends a request whose answer is kept already."""

    def __init__(self, answer: KeptAnswer) -> None:
        super().__init__()
        self.answer = answer


async def claim_key(
    request: Request,
    principal: PrincipalDep,
    tenants: TenantsDep,
    key: Annotated[
        str | None,
        Header(
            alias=HEADER,
            max_length=202,
            description="A new random value for each request: with it, the request may be sent again, and is carried "
            "out once. Its answer is kept for 24 hours.",
            examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
        ),
    ] = None,
) -> None:
    """Claim the request's key, behind the check of who asks.

    Raises:
        InputError: the key is not 1 to 200 visible ASCII characters.
        ReplayError: the answer is kept already.
        IdempotencyConflictError, StillRunningError: as for ``AnswerKeeper.claim``.
    """
    if key is None:
        return
    found = _KEY.fullmatch(key.strip())
    if found is None:
        msg = "An Idempotency-Key is 1 to 200 visible ASCII characters, such as a UUID."
        raise InputError(msg, field=HEADER)
    # As it came: a URL that is put together again drops and rewrites characters that ids may hold.
    address = (request.scope.get("raw_path") or request.scope["path"].encode()) + b"?" + request.scope["query_string"]
    kind = request.headers.get("content-type", "").encode()
    asked = Asked(
        actor=principal.actor,
        operation=f"{request.method} {request.scope['route'].path}",
        key=found[1] or found[2],
        content=b"\0".join((address, kind, await request.body())),
    )
    keeper = request.state.answers = AnswerKeeper(tenants.database, now=tenants.ledger.now)
    claim = await keeper.claim(asked, tenant=principal.tenant)
    if isinstance(claim, KeptAnswer):
        raise ReplayError(claim)
    request.state.claim = claim
    hold(claim)


class KeyedRoute(StrictRoute):
    """A route whose POST takes an ``Idempotency-Key``: a repeat is given the first answer, and does nothing again."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:  # noqa: ANN401 - FastAPI's own
        if "POST" in (given.get("methods") or ()):
            given["dependencies"] = [*(given.get("dependencies") or ()), Depends(claim_key)]
        super().__init__(path, endpoint, **given)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the strict handler."""
        handler = super().get_route_handler()

        async def keyed(request: Request) -> Response:
            with claiming():
                try:
                    answer = await handler(request)
                except ReplayError as replay:
                    headers = {**replay.answer.headers, REPLAYED: "true"}
                    return Response(replay.answer.body, replay.answer.status, headers)
                except Exception as error:
                    await _end(request, error)
                    raise
            return await _keep(request, answer)

        return keyed


async def _end(request: Request, error: Exception) -> None:
    """Give the key back where the request was refused; else let the next repeat take the claim over."""
    claim: Claim | None = getattr(request.state, "claim", None)
    if claim is None:
        return
    keeper: AnswerKeeper = request.state.answers
    if _status(error) < 500:
        await keeper.forget(claim)
    else:
        await keeper.give_up(claim)


def _status(error: Exception) -> int:
    if isinstance(error, RifqError):
        return status_of(error)
    if isinstance(error, RequestValidationError):
        return 422
    return error.status_code if isinstance(error, ProblemError) else 500


async def _keep(request: Request, answer: Response) -> Response:
    claim: Claim | None = getattr(request.state, "claim", None)
    if claim is None:
        return answer
    keeper: AnswerKeeper = request.state.answers
    headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    if isinstance(answer, StreamingResponse):
        answer.body_iterator = _kept_stream(
            keeper, claim, KeptAnswer(answer.status_code, headers, ""), answer.body_iterator
        )
    elif answer.status_code < 300:
        await keeper.keep(claim, KeptAnswer(answer.status_code, headers, bytes(answer.body).decode()))
    else:
        await keeper.forget(claim)
    return answer


async def _kept_stream(
    keeper: AnswerKeeper, claim: Claim, begun: KeptAnswer, events: AsyncIterable[Any]
) -> AsyncIterator[bytes]:
    """Hand a stream on and keep it where it ends in a draft; a reader who left early takes the claim over."""
    parts = []
    async for part in events:
        parts.append(part if isinstance(part, bytes) else str(part).encode())
        last = b"\n" + parts[-1]
        if _DRAFTED in last:  # kept before it is sent: whoever has read it can read it again
            await keeper.keep(claim, replace(begun, body=b"".join(parts).decode()))
        elif b"\nevent: problem\n" in last:
            await keeper.give_up(claim)
        yield parts[-1]
