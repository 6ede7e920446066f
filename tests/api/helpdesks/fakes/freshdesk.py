"""A fake of Freshdesk's ticket API; a rule's call names the ticket, so the fake keeps what was said."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.api.helpdesks.fakes.base import FakeHelpdesk, FakeNote, Gone, Kind, Said
from tests.api.helpdesks.fakes.payloads import dumped, payload

_SECRET, _KEY = "freshdesk-secret", "freshdesk-key"
_AUTH = "Basic " + base64.b64encode(f"{_KEY}:X".encode()).decode()
_TICKET = "/api/v2/tickets/{ticket}"
_MOST = 100


@dataclass
class FakeFreshdesk(FakeHelpdesk):
    vendor: ClassVar[str] = "freshdesk"

    said: dict[str, dict[str, Said]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route(_TICKET, self._ticket, methods=["GET"]),
            Route(_TICKET + "/conversations", self._conversations, methods=["GET"]),
            Route(_TICKET + "/notes", self._note, methods=["POST"]),
            Route("/api/v2/conversations/{note}", self._delete, methods=["DELETE"]),
            Route("/api/v2/agents/me", self._me, methods=["GET"]),
        ]

    def connection(self, url: str) -> dict[str, Any]:
        secret, token = {"env": "FAKE_FRESHDESK_SECRET"}, {"env": "FAKE_FRESHDESK_KEY"}
        return {"vendor": "freshdesk", "url": url, "secret": secret, "token": token}

    def environment(self) -> dict[str, str]:
        return {"FAKE_FRESHDESK_SECRET": _SECRET, "FAKE_FRESHDESK_KEY": _KEY}

    def delivery(self, said: Said, at: datetime, *, number: str) -> tuple[dict[str, str], bytes]:  # noqa: ARG002
        if not number.startswith("forged"):  # which nobody said
            self.said.setdefault(said.conversation, {})[said.id] = said
        headers = {"Content-Type": "application/json", "X-Rifq-Token": _SECRET}
        return headers, dumped({"ticket": said.conversation})

    async def _ticket(self, request: Request) -> Response:
        self._authorised(request)
        self.require(request.query_params.get("include") == "requester", "the requester must be asked for")
        said = sorted(self.said.get(request.path_params["ticket"], {}).values(), key=lambda one: one.at)
        if not said:
            return JSONResponse({"code": "not_found"}, 404)
        closed = said[-1].kind is Kind.CLOSED
        value = payload("freshdesk", "ticket") | {"id": int(said[0].conversation), "status": 4 if closed else 2}
        value["updated_at"] = _stamp(said[-1].at)
        value["requester"]["name"] = said[0].customer
        return JSONResponse(value)

    async def _conversations(self, request: Request) -> Response:
        self._authorised(request)
        page, size = int(request.query_params.get("page", 1)), int(request.query_params.get("per_page", 30))
        self.require(0 < size <= _MOST, "a page holds at most 100")
        ticket = request.path_params["ticket"]
        said = [_turn(one) for one in self.said.get(ticket, {}).values() if one.kind is not Kind.CLOSED]
        left = [_shown(note) for note in self.notes if note.conversation == ticket and not note.deleted]
        return JSONResponse([*said, *left][(page - 1) * size : page * size])

    async def _note(self, request: Request) -> Response:
        self._authorised(request)
        body = await request.json()
        self.require(body.get("private") is True, "a public note")
        self.require(set(body) == {"body", "private"} and body["body"].strip(), "unknown fields")
        ticket = request.path_params["ticket"]
        return await self.write(lambda: JSONResponse(_shown(self.add(ticket, body["body"])), 201))

    async def _delete(self, request: Request) -> Response:
        self._authorised(request)

        def take() -> Response:
            try:
                self.note(request.path_params["note"]).deleted = True
            except Gone:
                return Response(status_code=404)
            return Response(status_code=204)

        return await self.write(take)

    async def _me(self, request: Request) -> Response:
        self._authorised(request)
        return JSONResponse({"id": 8447})

    def _authorised(self, request: Request) -> None:
        self.requests += 1
        self.require(request.headers.get("authorization") == _AUTH, "the key is missing or wrong", 401)


def _turn(said: Said) -> dict[str, Any]:
    value: dict[str, Any] = payload("freshdesk", said.kind.value)
    moment = {"created_at": _stamp(said.at), "updated_at": _stamp(said.at)}
    return value | {"id": int(said.id), "body": f"<div>{said.text}</div>", "body_text": said.text} | moment


def _shown(note: FakeNote) -> dict[str, Any]:
    value: dict[str, Any] = payload("freshdesk", "private")
    return value | {"id": int(note.id), "ticket_id": int(note.conversation), "body": note.text, "body_text": note.text}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
