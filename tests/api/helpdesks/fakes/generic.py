"""A system of somebody's own that speaks the generic hook, and checks what is posted to it."""

import hashlib
import hmac
import json
import time
from datetime import datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.api.helpdesks.fakes.base import FakeHelpdesk, FakeNote, Kind, Said

_SECRET = "generic-secret"  # noqa: S105 - of a fake


class FakeGeneric(FakeHelpdesk):
    vendor: ClassVar[str] = "generic"

    def routes(self) -> list[Route]:
        return [Route("/rifq/notes", self._note, methods=["POST"])]

    def connection(self, url: str) -> dict[str, Any]:
        return {"vendor": "generic", "url": f"{url}/rifq/notes", "secret": {"env": "FAKE_GENERIC_SECRET"}}

    def environment(self) -> dict[str, str]:
        return {"FAKE_GENERIC_SECRET": _SECRET}

    def delivery(self, said: Said, at: datetime, *, number: str) -> tuple[dict[str, str], bytes]:
        kind = {Kind.CUSTOMER: "customer", Kind.AGENT: "agent", Kind.CLOSED: "closed"}.get(said.kind, "opened")
        value: dict[str, Any] = {"kind": kind, "conversation": said.conversation}
        if kind not in {"customer", "agent"}:
            value["at"] = said.at.isoformat()
        if kind in {"customer", "agent"}:
            value["message"] = {"id": said.id, "text": said.text, "at": said.at.isoformat(), "channel": "chat"}
            value["customer"] = {"id": "c-1", "name": said.customer}
        body = json.dumps(value, ensure_ascii=False).encode()
        stamp = str(int(at.timestamp()))
        headers = {"X-Rifq-Signature": _sign(stamp, body), "X-Rifq-Timestamp": stamp, "X-Rifq-Delivery": number}
        return {"Content-Type": "application/json", **headers}, body

    async def _note(self, request: Request) -> Response:
        self.requests += 1
        raw, stamp = await request.body(), request.headers.get("x-rifq-timestamp", "")
        self.require(stamp.isdigit() and abs(time.time() - int(stamp)) < 300, "the time is not fresh", 401)
        self.require(request.headers.get("x-rifq-signature") == _sign(stamp, raw), "the signature is wrong", 401)
        key, body = request.headers.get("idempotency-key"), json.loads(raw)
        self.require(key, "there is no Idempotency-Key")
        if body["event"] == "ping":
            return JSONResponse({})
        if body["event"] == "withdrawn":
            return await self.write(lambda: self._withdraw(body["id"]))
        self.require(body["event"] == "note" and body["private"] is True, "a note must be private")
        self.require(key == body["id"], "the key must be the draft's id")
        return await self.write(lambda: self._take(body))

    def _take(self, body: dict[str, Any]) -> Response:
        if not any(note.id == body["id"] for note in self.notes):
            self.notes.append(FakeNote(body["id"], body["conversation"], body["text"]))
        return JSONResponse({})

    def _withdraw(self, id_: str) -> Response:
        for note in self.notes:
            if note.id == id_:
                note.deleted = True
        return JSONResponse({})


def _sign(stamp: str, body: bytes) -> str:
    return hmac.new(_SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
