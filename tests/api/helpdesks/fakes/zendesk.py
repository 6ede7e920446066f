"""A fake of Zendesk's ticket API: comments only by updating a ticket, none can be taken back."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.api.helpdesks.fakes.base import FakeHelpdesk, FakeNote, Kind, Said
from tests.api.helpdesks.fakes.payloads import dumped, payload

_SECRET, _TOKEN, _EMAIL = "zendesk-secret", "zendesk-token", "rifq@example.com"
_AUTH = "Basic " + base64.b64encode(f"{_EMAIL}/token:{_TOKEN}".encode()).decode()
_TICKET = "/api/v2/tickets/{ticket}"


@dataclass
class FakeZendesk(FakeHelpdesk):
    vendor: ClassVar[str] = "zendesk"

    tags: dict[str, list[str]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route(_TICKET + ".json", self._update, methods=["PUT"]),
            Route(_TICKET + "/comments.json", self._comments, methods=["GET"]),
            Route(_TICKET + "/tags", self._show_tags, methods=["GET"]),
            Route(_TICKET + "/tags", self._add_tags, methods=["PUT"]),
            Route(_TICKET + "/tags", self._remove_tags, methods=["DELETE"]),
            Route("/api/v2/users/me.json", self._me, methods=["GET"]),
        ]

    def connection(self, url: str) -> dict[str, Any]:
        secret, token = {"env": "FAKE_ZENDESK_SECRET"}, {"env": "FAKE_ZENDESK_TOKEN"}
        return {"vendor": "zendesk", "url": url, "email": _EMAIL, "secret": secret, "token": token}

    def environment(self) -> dict[str, str]:
        return {"FAKE_ZENDESK_SECRET": _SECRET, "FAKE_ZENDESK_TOKEN": _TOKEN}

    def delivery(self, said: Said, at: datetime, *, number: str) -> tuple[dict[str, str], bytes]:
        value = payload("zendesk", said.kind.value)
        value["id"], value["time"] = number, said.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        value["subject"], value["detail"]["id"] = f"zen:ticket:{said.conversation}", said.conversation
        if said.kind is not Kind.CLOSED:
            value["event"]["comment"] |= {"id": said.id, "body": said.text}
        if said.kind is Kind.CUSTOMER:
            value["event"]["comment"]["author"]["name"] = said.customer
        body, stamp = dumped(value), at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        signature = base64.b64encode(hmac.new(_SECRET.encode(), stamp.encode() + body, hashlib.sha256).digest())
        return {
            "Content-Type": "application/json",
            "X-Zendesk-Webhook-Signature": signature.decode(),
            "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        }, body

    async def _update(self, request: Request) -> Response:
        self._authorised(request)
        body = await request.json()
        self.require(set(body) == {"ticket"} and set(body["ticket"]) == {"comment"}, "only a comment may be added")
        comment = body["ticket"]["comment"]
        self.require(comment.get("public") is False, "a public comment")
        self.require(set(comment) == {"html_body", "public"} and comment["html_body"].strip(), "unknown fields")
        return await self.write(lambda: self._commented(request.path_params["ticket"], comment["html_body"]))

    def _commented(self, ticket: str, html: str) -> Response:
        note = self.add(ticket, html)
        event = {"id": int(note.id), "type": "Comment", "public": False, "html_body": html}
        audit = {"id": 1, "events": [{"id": 2, "type": "Change", "field_name": "updated_at"}, event]}
        return JSONResponse({"ticket": {"id": int(ticket)}, "audit": audit})

    async def _comments(self, request: Request) -> Response:
        self._authorised(request)
        self.require(request.query_params.get("sort_order") == "desc", "the newest comments must come first")
        found = [note for note in self.notes if note.conversation == request.path_params["ticket"]]
        return JSONResponse({"comments": [_shown(note) for note in reversed(found)][:100], "next_page": None})

    async def _show_tags(self, request: Request) -> Response:
        self._authorised(request)
        return JSONResponse({"tags": self.tags.get(request.path_params["ticket"], [])})

    async def _add_tags(self, request: Request) -> Response:
        return await self._change_tags(request, add=True)

    async def _remove_tags(self, request: Request) -> Response:
        return await self._change_tags(request, add=False)

    async def _change_tags(self, request: Request, *, add: bool) -> Response:
        self._authorised(request)
        body = await request.json()
        self.require(set(body) == {"tags"} and all(isinstance(tag, str) for tag in body["tags"]), "tags must be a list")

        def take() -> Response:
            ticket = request.path_params["ticket"]
            kept = [tag for tag in self.tags.get(ticket, []) if tag not in body["tags"]]
            self.tags[ticket] = kept + body["tags"] if add else kept
            return JSONResponse({"tags": self.tags[ticket]})

        return await self.write(take)

    async def _me(self, request: Request) -> Response:
        self._authorised(request)
        return JSONResponse({"user": {"id": 8447, "role": "agent"}})

    def _authorised(self, request: Request) -> None:
        self.requests += 1
        self.require(request.headers.get("authorization") == _AUTH, "the token is missing or wrong", 401)


def _shown(note: FakeNote) -> dict[str, Any]:
    return {"id": int(note.id), "type": "Comment", "public": False, "html_body": note.text, "plain_body": note.text}
