"""A fake of Front's Core API: comments, and shared drafts with a version; ids are digits, without Front's prefixes."""

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

_SECRET, _TOKEN = "front-secret", "front-token"
_CONVERSATION = "/conversations/{conversation}"


@dataclass
class FakeFront(FakeHelpdesk):
    """``notes`` are the comments, which stay; ``drafts`` stand beside them."""

    vendor: ClassVar[str] = "front"

    drafts: list[FakeNote] = field(default_factory=list)
    made: dict[str, datetime] = field(default_factory=dict)
    previews: bool = False
    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route(_CONVERSATION + "/comments", self._comments, methods=["GET"]),
            Route(_CONVERSATION + "/comments", self._comment, methods=["POST"]),
            Route(_CONVERSATION + "/drafts", self._drafts, methods=["GET"]),
            Route(_CONVERSATION + "/drafts", self._draft, methods=["POST"]),
            Route("/drafts/{draft}", self._delete, methods=["DELETE"]),
            Route("/messages/{message}", self._message, methods=["GET"]),
            Route("/me", self._me, methods=["GET"]),
        ]

    def connection(self, url: str) -> dict[str, Any]:
        secret, token = {"env": "FAKE_FRONT_SECRET"}, {"env": "FAKE_FRONT_TOKEN"}
        return {"vendor": "front", "url": url, "secret": secret, "token": token, "channel": "cha_1"}

    def environment(self) -> dict[str, str]:
        return {"FAKE_FRONT_SECRET": _SECRET, "FAKE_FRONT_TOKEN": _TOKEN}

    def delivery(self, said: Said, at: datetime, *, number: str) -> tuple[dict[str, str], bytes]:
        value = payload("front", said.kind.value)
        told = value["payload"]
        told |= {"id": f"evt_{number}", "emitted_at": said.at.timestamp()}
        told["conversation"]["id"] = said.conversation
        if said.kind in {Kind.CUSTOMER, Kind.AGENT, Kind.BOT}:
            message = told["target"]["data"]
            message |= {"id": said.id, "body": said.text, "created_at": said.at.timestamp()}
            message["recipients"][0]["name"] = said.customer
            self.said[said.id] = message
            if self.previews:
                told["target"]["data"] = {"id": message["id"], "_links": message["_links"]}
        body, stamp = dumped(value), str(int(at.timestamp() * 1000))
        signed = hmac.new(_SECRET.encode(), f"{stamp}:".encode() + body, hashlib.sha256).digest()
        return {
            "Content-Type": "application/json",
            "X-Front-Request-Timestamp": stamp,
            "X-Front-Signature": base64.b64encode(signed).decode(),
        }, body

    async def _comment(self, request: Request) -> Response:
        self._authorised(request)
        body = await request.json()
        self.require(set(body) == {"body"} and body["body"].strip(), "a comment has a body and nothing else")

        def take() -> Response:
            note = self.add(request.path_params["conversation"], body["body"])
            self.made[note.id] = datetime.now(UTC)
            return JSONResponse(self._shown_comment(note), 201)

        return await self.write(take)

    async def _comments(self, request: Request) -> Response:
        self._authorised(request)
        conversation = request.path_params["conversation"]
        found = [note for note in self.notes if note.conversation == conversation]
        return JSONResponse({"_results": [self._shown_comment(note) for note in reversed(found)]})

    async def _draft(self, request: Request) -> Response:
        self._authorised(request)
        body = await request.json()
        self.require(body.get("mode") == "shared", "a draft must be shared, so that agents see it")
        self.require(set(body) == {"body", "mode", "channel_id"} and body["body"].strip(), "unknown fields")
        self.require("Rifq" not in body["body"], "the customer's text must not hold what is said to agents")

        def take() -> Response:
            note = FakeNote(str(70_000 + len(self.drafts)), request.path_params["conversation"], body["body"], True)
            self.drafts.append(note)
            self.made[note.id] = datetime.now(UTC)
            return JSONResponse(self._shown_draft(note))

        return await self.write(take)

    async def _drafts(self, request: Request) -> Response:
        self._authorised(request)
        conversation = request.path_params["conversation"]
        found = [note for note in self.drafts if note.conversation == conversation and not note.deleted]
        return JSONResponse({"_results": [self._shown_draft(note) for note in found]})

    async def _delete(self, request: Request) -> Response:
        self._authorised(request)
        version = (await request.json()).get("version")
        draft = next((one for one in self.drafts if one.id == request.path_params["draft"] and not one.deleted), None)

        def take() -> Response:
            if draft is None:
                return JSONResponse({"_error": {"status": 404}}, 404)
            if version != f"v{draft.version}":
                return JSONResponse({"_error": {"status": 409}}, 409)
            draft.deleted = True
            return Response(status_code=204)

        return await self.write(take)

    async def _message(self, request: Request) -> Response:
        self._authorised(request)
        return JSONResponse(self.said[request.path_params["message"]])

    async def _me(self, request: Request) -> Response:
        self._authorised(request)
        return JSONResponse({"id": "cmp_abc"})

    def _shown_comment(self, note: FakeNote) -> dict[str, Any]:
        return {"id": note.id, "body": note.text, "posted_at": self.made[note.id].timestamp()}

    def _shown_draft(self, note: FakeNote) -> dict[str, Any]:
        shown = {"id": note.id, "type": "email", "is_inbound": False, "draft_mode": "shared"}
        made = self.made[note.id].timestamp()
        return shown | {"version": f"v{note.version}", "body": note.text, "created_at": made}

    def _authorised(self, request: Request) -> None:
        self.requests += 1
        self.require(request.headers.get("authorization") == f"Bearer {_TOKEN}", "the token is missing or wrong", 401)
