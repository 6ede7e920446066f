"""A fake of Intercom's conversation API: a reply answers with the whole conversation, notes stay."""

import hashlib
import hmac
from datetime import datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.api.helpdesks.fakes.base import FakeHelpdesk, FakeNote, Kind, Said
from tests.api.helpdesks.fakes.payloads import dumped, payload

_SECRET, _TOKEN, _ADMIN = "intercom-secret", "intercom-token", "3330619"


class FakeIntercom(FakeHelpdesk):
    vendor: ClassVar[str] = "intercom"

    def routes(self) -> list[Route]:
        return [
            Route("/conversations/{conversation}/reply", self._reply, methods=["POST"]),
            Route("/conversations/{conversation}", self._show, methods=["GET"]),
            Route("/admins/" + _ADMIN, self._admin, methods=["GET"]),
        ]

    def connection(self, url: str) -> dict[str, Any]:
        secret, token = {"env": "FAKE_INTERCOM_SECRET"}, {"env": "FAKE_INTERCOM_TOKEN"}
        return {"vendor": "intercom", "url": url, "admin_id": _ADMIN, "secret": secret, "token": token}

    def environment(self) -> dict[str, str]:
        return {"FAKE_INTERCOM_SECRET": _SECRET, "FAKE_INTERCOM_TOKEN": _TOKEN}

    def delivery(self, said: Said, at: datetime, *, number: str) -> tuple[dict[str, str], bytes]:  # noqa: ARG002
        value = payload("intercom", said.kind.value)
        value |= {"id": f"notif_{number}", "created_at": int(said.at.timestamp())}
        item = value["data"]["item"]
        item |= {"id": said.conversation, "updated_at": int(said.at.timestamp())}
        part = item["conversation_parts"]["conversation_parts"][0]
        if said.kind is not Kind.CLOSED:
            part |= {"id": said.id, "body": f"<p>{said.text}</p>", "created_at": said.at.timestamp()}
        if said.kind is Kind.CUSTOMER:
            part["author"]["name"] = said.customer
        body = dumped(value)
        signature = "sha1=" + hmac.new(_SECRET.encode(), body, hashlib.sha1).hexdigest()
        return {"Content-Type": "application/json", "X-Hub-Signature": signature}, body

    async def _reply(self, request: Request) -> Response:
        self._authorised(request)
        body = await request.json()
        self.require(body.get("message_type") == "note", "a public reply")
        self.require(body.get("type") == "admin" and body.get("admin_id") == _ADMIN, "a note is an admin's")
        self.require(
            set(body) == {"message_type", "type", "admin_id", "body"} and body["body"].strip(), "unknown fields"
        )
        conversation = request.path_params["conversation"]

        def take() -> Response:
            self.add(conversation, body["body"])
            return self._whole(conversation)

        return await self.write(take)

    async def _show(self, request: Request) -> Response:
        self._authorised(request)
        return self._whole(request.path_params["conversation"])

    async def _admin(self, request: Request) -> Response:
        self._authorised(request)
        return JSONResponse({"type": "admin", "id": _ADMIN})

    def _whole(self, conversation: str) -> Response:
        parts = [_shown(note) for note in self.notes if note.conversation == conversation]
        listed = {"type": "conversation_part.list", "conversation_parts": parts, "total_count": len(parts)}
        return JSONResponse({"type": "conversation", "id": conversation, "conversation_parts": listed})

    def _authorised(self, request: Request) -> None:
        self.requests += 1
        self.require(request.headers.get("authorization") == f"Bearer {_TOKEN}", "the token is missing or wrong", 401)
        self.require(request.headers.get("intercom-version") == "2.11", "the API's version must be said")


def _shown(note: FakeNote) -> dict[str, Any]:
    author = {"type": "admin", "id": _ADMIN, "name": "Rifq"}
    return {"type": "conversation_part", "id": note.id, "part_type": "note", "body": note.text, "author": author}
