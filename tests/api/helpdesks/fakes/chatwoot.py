"""A fake of Chatwoot's messages API."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.api.helpdesks.fakes.base import FakeHelpdesk, FakeNote, Gone, Kind, Said

_SECRET, _TOKEN = "chatwoot-secret", "chatwoot-token"
_PATH = "/api/v1/accounts/7/conversations/{conversation}/messages"
_PAGE = 20


class FakeChatwoot(FakeHelpdesk):
    vendor: ClassVar[str] = "chatwoot"

    def routes(self) -> list[Route]:
        return [
            Route(_PATH, self._list, methods=["GET"]),
            Route(_PATH, self._create, methods=["POST"]),
            Route(_PATH + "/{message}", self._delete, methods=["DELETE"]),
            Route("/api/v1/accounts/7/conversations/meta", self._meta, methods=["GET"]),
        ]

    def connection(self, url: str) -> dict[str, Any]:
        secret, token = {"env": "FAKE_CHATWOOT_SECRET"}, {"env": "FAKE_CHATWOOT_TOKEN"}
        return {"vendor": "chatwoot", "url": url, "account": 7, "secret": secret, "token": token}

    def environment(self) -> dict[str, str]:
        return {"FAKE_CHATWOOT_SECRET": _SECRET, "FAKE_CHATWOOT_TOKEN": _TOKEN}

    def delivery(self, said: Said, at: datetime, *, number: str) -> tuple[dict[str, str], bytes]:
        body = json.dumps(_payload(said), ensure_ascii=False).encode()
        stamp = str(int(at.timestamp()))
        signature = hmac.new(_SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "X-Chatwoot-Signature": f"sha256={signature}",
            "X-Chatwoot-Timestamp": stamp,
            "X-Chatwoot-Delivery": number,
        }, body

    async def _create(self, request: Request) -> Response:
        self._authorised(request)
        body = await request.json()
        self.require(body.get("private") is True, "a public message")
        self.require(body.get("message_type") == "outgoing", "message_type must be outgoing")
        self.require(body.get("content_type") == "text", "content_type must be text")
        self.require(isinstance(body.get("content"), str) and body["content"].strip(), "content must be text")
        self.require(
            set(body) <= {"content", "message_type", "private", "content_type", "content_attributes"}, "unknown fields"
        )
        conversation = request.path_params["conversation"]
        return await self.write(lambda: JSONResponse(_shown(self.add(conversation, body["content"]))))

    async def _list(self, request: Request) -> Response:
        self._authorised(request)
        before = int(request.query_params.get("before", 10**9))
        found = [note for note in self.notes if note.conversation == request.path_params["conversation"]]
        page = [note for note in found if int(note.id) < before][-_PAGE:]
        return JSONResponse({"meta": {}, "payload": [_shown(note) for note in page]})

    async def _delete(self, request: Request) -> Response:
        self._authorised(request)

        def take() -> Response:
            try:
                self.note(request.path_params["message"]).deleted = True
            except Gone:
                return JSONResponse({"error": "Resource could not be found"}, 404)
            return JSONResponse({})

        return await self.write(take)

    async def _meta(self, request: Request) -> Response:
        self._authorised(request)
        return JSONResponse({"meta": {"all_count": 1}})

    def _authorised(self, request: Request) -> None:
        self.requests += 1
        self.require(request.headers.get("api_access_token") == _TOKEN, "the token is missing or wrong", 401)


def _shown(note: FakeNote) -> dict[str, Any]:
    content = "This message was deleted" if note.deleted else note.text
    return {"id": int(note.id), "content": content, "private": True, "message_type": 1, "created_at": 1_700_000_000}


def _payload(said: Said) -> dict[str, Any]:
    account = {"id": 7, "name": "Shop"}
    if said.kind is Kind.CLOSED:
        stamp = said.at.timestamp()
        return {
            "event": "conversation_status_changed",
            "id": int(said.conversation),
            "status": "resolved",
            "timestamp": stamp,
            "account": account,
        }
    sender = {"id": 31, "name": said.customer, "type": "contact"}
    if said.kind in {Kind.AGENT, Kind.PRIVATE}:
        sender = {"id": 5, "name": "Huda", "type": "user"}
    elif said.kind is Kind.BOT:
        sender = {"id": 9, "name": "Bot", "type": "agent_bot"}
    return {
        "event": "message_created",
        "id": int(said.id),
        "content": said.text,
        "created_at": said.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        "message_type": "incoming" if said.kind is Kind.CUSTOMER else "outgoing",
        "content_type": "text",
        "private": said.kind is Kind.PRIVATE,
        "content_attributes": {},
        "source_id": None,
        "sender": sender,
        "inbox": {"id": 2, "name": "Website"},
        "conversation": {
            "id": int(said.conversation),
            "inbox_id": 2,
            "status": "open",
            "channel": "Channel::WebWidget",
            "can_reply": True,
            "additional_attributes": {},
            "meta": {},
        },
        "account": account,
    }
