"""``/v1/hooks/{connection}``: helpdesks call here; the signature is the authentication.

A delivery is proven, stored and acknowledged; everything else happens afterwards. Whoever calls an unknown connection
gets the answer of whoever signs wrongly. Only calls that prove nothing count against their address: nobody behind the
same proxy can keep a helpdesk's deliveries out.
"""

import logging
from typing import TYPE_CHECKING, Annotated, Any

import structlog
from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import PlainTextResponse

from api.helpdesks.adapter import Delivery, Greeting
from api.helpdesks.records import Accepted
from api.helpdesks.vendors.signing import digest, refusal
from models.errors import InputError, SignatureError

if TYPE_CHECKING:
    from api.access.opening import Access
    from api.helpdesks.service import Helpdesks

router = APIRouter(prefix="/v1/hooks", tags=["hooks"])
_NOBODY = "0" * 32
_logger = structlog.stdlib.get_logger("rifq.helpdesks")
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "As the helpdesk sends it; for a connection of vendor `generic`, see docs/helpdesks.md.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@router.get("/{connection}", status_code=204, summary="Answer a helpdesk that tries the address")
async def answer(connection: Annotated[str, Path(max_length=100)]) -> None:
    """The same for every connection, known or not: some helpdesks save a hook only where something answers."""


@router.post(
    "/{connection}",
    status_code=202,
    summary="Take a helpdesk's delivery",
    response_model=Accepted,
    openapi_extra=_BODY,
)
async def deliver(
    connection: Annotated[str, Path(max_length=100, description="The connection's id.")],
    request: Request,
    response: Response,
) -> Accepted | PlainTextResponse:
    """Stored durably before it is acknowledged; the same delivery again is acknowledged and changes nothing."""
    helpdesks: Helpdesks = request.app.state.helpdesks
    headers = {name.lower(): value for name, value in request.headers.items()}
    delivery = Delivery(await request.body(), headers, helpdesks.now())
    opened = helpdesks.connections.get(connection)
    try:
        if opened is None:
            # As much work as a wrong signature is, so that the time does not tell which connections there are.
            digest(_NOBODY, delivery.body).hexdigest()
            raise refusal()
        opened.adapter.verify(delivery)
    except SignatureError:
        access: Access = request.app.state.access
        await access.limits.attempt(request)
        raise
    if isinstance(opened.adapter, Greeting) and (word := opened.adapter.challenge(delivery)) is not None:
        return PlainTextResponse(word)
    try:
        new = await helpdesks.intake.accept(opened, delivery)
    except InputError:
        _logger.log(logging.WARNING, "delivery_dead", connection=opened.connection.id)
        if opened.connection.unreadable == 422:
            raise
        new = True
    response.status_code = 202
    helpdesks.wake()
    return Accepted(duplicate=not new)
