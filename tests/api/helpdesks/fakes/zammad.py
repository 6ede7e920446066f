"""A fake of Zammad's article API."""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.api.helpdesks.fakes.base import FakeHelpdesk, FakeNote, Gone, Kind, Said
from tests.api.helpdesks.fakes.payloads import dumped, payload

_SECRET, _TOKEN = "zammad-secret", "zammad-token"
_ARTICLES = "/api/v1/ticket_articles"


class FakeZammad(FakeHelpdesk):
    vendor: ClassVar[str] = "zammad"

    def routes(self) -> list[Route]:
        return [
            Route(_ARTICLES, self._create, methods=["POST"]),
            Route(_ARTICLES + "/by_ticket/{ticket}", self._list, methods=["GET"]),
            Route(_ARTICLES + "/{article}", self._delete, methods=["DELETE"]),
            Route("/api/v1/users/me", self._me, methods=["GET"]),
        ]

    def connection(self, url: str) -> dict[str, Any]:
        secret, token = {"env": "FAKE_ZAMMAD_SECRET"}, {"env": "FAKE_ZAMMAD_TOKEN"}
        return {"vendor": "zammad", "url": url, "secret": secret, "token": token}

    def environment(self) -> dict[str, str]:
        return {"FAKE_ZAMMAD_SECRET": _SECRET, "FAKE_ZAMMAD_TOKEN": _TOKEN}

    def delivery(self, said: Said, at: datetime, *, number: str) -> tuple[dict[str, str], bytes]:  # noqa: ARG002
        value, moment = payload("zammad", said.kind.value), said.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        value["ticket"] |= {"id": int(said.conversation), "updated_at": moment}
        if said.kind is not Kind.CLOSED:
            article = {"id": int(said.id), "body": said.text, "content_type": "text/plain", "created_at": moment}
            value["article"] |= article | {"ticket_id": int(said.conversation)}
        value["ticket"]["customer"]["firstname"] = said.customer
        body = dumped(value)
        return {
            "Content-Type": "application/json; charset=utf-8",
            "X-Zammad-Trigger": "Rifq",
            "X-Zammad-Delivery": number,
            "X-Hub-Signature": "sha1=" + hmac.new(_SECRET.encode(), body, hashlib.sha1).hexdigest(),
        }, body

    async def _create(self, request: Request) -> Response:
        self._authorised(request)
        body = await request.json()
        self.require(body.get("internal") is True, "a public article")
        self.require(body.get("type") == "note", "type must be note: every other one is sent to the customer")
        self.require(body.get("content_type") == "text/html" and body["body"].strip(), "body must be HTML")
        self.require(isinstance(body.get("ticket_id"), int), "ticket_id must be a number")
        self.require(set(body) == {"ticket_id", "body", "content_type", "type", "internal"}, "unknown fields")
        return await self.write(lambda: JSONResponse(_shown(self.add(str(body["ticket_id"]), body["body"])), 201))

    async def _list(self, request: Request) -> Response:
        self._authorised(request)
        ticket = request.path_params["ticket"]
        return JSONResponse([_shown(note) for note in self.notes if note.conversation == ticket and not note.deleted])

    async def _delete(self, request: Request) -> Response:
        self._authorised(request)

        def take() -> Response:
            try:
                self.note(request.path_params["article"]).deleted = True
            except Gone:
                return JSONResponse({"error": "Couldn't find Ticket::Article"}, 404)
            return JSONResponse({})

        return await self.write(take)

    async def _me(self, request: Request) -> Response:
        self._authorised(request)
        return JSONResponse({"id": 5, "login": "rifq"})

    def _authorised(self, request: Request) -> None:
        self.requests += 1
        self.require(
            request.headers.get("authorization") == f"Token token={_TOKEN}", "the token is missing or wrong", 401
        )


def _shown(note: FakeNote) -> dict[str, Any]:
    shown = {"id": int(note.id), "ticket_id": int(note.conversation), "body": note.text}
    return shown | {"content_type": "text/html", "type": "note", "internal": True, "sender": "Agent"}
