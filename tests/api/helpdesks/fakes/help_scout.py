"""A fake of Help Scout's Mailbox API: threads newest first, drafts that cannot be deleted, tokens that end."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.api.helpdesks.fakes.base import FakeHelpdesk, FakeNote, Kind, Said
from tests.api.helpdesks.fakes.payloads import dumped, payload

_SECRET, _APP, _APP_SECRET = "help-scout-secret", "app-1", "app-secret"
_CONVERSATION = "/v2/conversations/{conversation}"
_PAGE = 25
_EVENTS = {
    Kind.CUSTOMER: "convo.customer.reply.created",
    Kind.AGENT: "convo.agent.reply.created",
    Kind.BOT: "convo.agent.reply.created",
    Kind.PRIVATE: "convo.note.created",
    Kind.CLOSED: "convo.status",
}


@dataclass
class FakeHelpScout(FakeHelpdesk):
    """``notes`` are the notes, which stay; ``drafts`` stand beside them."""

    vendor: ClassVar[str] = "help_scout"

    drafts: list[FakeNote] = field(default_factory=list)
    made: dict[str, datetime] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    issued: int = 0
    threads_in_deliveries: bool = True
    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route("/v2/oauth2/token", self._token, methods=["POST"]),
            Route(_CONVERSATION + "/threads", self._threads, methods=["GET"]),
            Route(_CONVERSATION + "/threads/{thread}", self._change, methods=["PATCH"]),
            Route(_CONVERSATION + "/notes", self._note, methods=["POST"]),
            Route(_CONVERSATION + "/reply", self._reply, methods=["POST"]),
            Route("/v2/users/me", self._me, methods=["GET"]),
        ]

    def connection(self, url: str) -> dict[str, Any]:
        secret, app_secret = {"env": "FAKE_HELP_SCOUT_SECRET"}, {"env": "FAKE_HELP_SCOUT_APP_SECRET"}
        return {"vendor": "help_scout", "url": url, "secret": secret, "app_id": _APP, "app_secret": app_secret}

    def environment(self) -> dict[str, str]:
        return {"FAKE_HELP_SCOUT_SECRET": _SECRET, "FAKE_HELP_SCOUT_APP_SECRET": _APP_SECRET}

    def delivery(self, said: Said, at: datetime, *, number: str) -> tuple[dict[str, str], bytes]:  # noqa: ARG002
        value = payload("help_scout", said.kind.value)
        value |= {"id": int(said.conversation), "userUpdatedAt": _stamp(said.at)}
        for thread in value["_embedded"]["threads"]:
            thread |= {"id": int(said.id), "body": said.text, "createdAt": _stamp(said.at)}
            thread["customer"]["first"], thread["customer"]["last"] = said.customer, ""
            self.said.setdefault(said.conversation, {})[said.id] = thread
        if not self.threads_in_deliveries:
            del value["_embedded"]
        body = dumped(value)
        signature = base64.b64encode(hmac.new(_SECRET.encode(), body, hashlib.sha1).digest()).decode()
        return {
            "Content-Type": "application/json",
            "X-HelpScout-Event": _EVENTS[said.kind],
            "X-HelpScout-Signature": signature,
        }, body

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        wanted = {"grant_type": "client_credentials", "client_id": _APP, "client_secret": _APP_SECRET}
        self.require(form == wanted, "the app's id or secret is wrong", 401)
        self.issued += 1
        token = f"token-{self.issued}"
        self.tokens.add(token)
        return JSONResponse({"token_type": "bearer", "access_token": token, "expires_in": 172_800})

    async def _threads(self, request: Request) -> Response:
        if (refused := self._refusal(request)) is not None:
            return refused
        conversation, page = request.path_params["conversation"], int(request.query_params.get("page", 1))
        listed = [*self.said.get(conversation, {}).values()]
        listed += [self._shown(note) for note in self.notes + self.drafts if note.conversation == conversation]
        listed.sort(key=lambda thread: str(thread["createdAt"]), reverse=True)
        shown, pages = listed[(page - 1) * _PAGE : page * _PAGE], -(-len(listed) // _PAGE)
        return JSONResponse({"_embedded": {"threads": shown}, "page": {"number": page, "totalPages": pages}})

    async def _note(self, request: Request) -> Response:
        if (refused := self._refusal(request)) is not None:
            return refused
        body = await request.json()
        self.require(set(body) == {"text"} and body["text"].strip(), "a note has a text and nothing else")
        return await self.write(lambda: self._created(self.add(request.path_params["conversation"], body["text"])))

    async def _reply(self, request: Request) -> Response:
        if (refused := self._refusal(request)) is not None:
            return refused
        body = await request.json()
        self.require(body.get("draft") is True, "a public reply")
        self.require(isinstance(body["customer"]["id"], int), "the customer's id must be a number")
        self.require(set(body) == {"customer", "text", "draft"} and body["text"].strip(), "unknown fields")
        self.require("Rifq" not in body["text"], "the customer's text must not hold what is said to agents")

        def take() -> Response:
            note = FakeNote(str(70_000 + len(self.drafts)), request.path_params["conversation"], body["text"], True)
            self.drafts.append(note)
            return self._created(note)

        return await self.write(take)

    async def _change(self, request: Request) -> Response:
        if (refused := self._refusal(request)) is not None:
            return refused
        body = await request.json()
        self.require(body["op"] == "replace" and body["path"] == "/text", "only a text may be replaced")
        thread = request.path_params["thread"]
        draft = next((one for one in self.drafts if one.id == thread), None)
        self.require(draft is not None, "only a draft of ours may be changed")

        def take() -> Response:
            if draft is not None:
                draft.text, draft.deleted = body["value"], True
            return Response(status_code=204)

        return await self.write(take)

    async def _me(self, request: Request) -> Response:
        refused = self._refusal(request)
        return JSONResponse({"id": 42}) if refused is None else refused

    def _created(self, note: FakeNote) -> Response:
        self.made[note.id] = datetime.now(UTC)
        return Response(status_code=201, headers={"Resource-ID": note.id})

    def _shown(self, note: FakeNote) -> dict[str, Any]:
        kind, state = ("message", "draft") if note.draft else ("note", "published")
        shown = {"id": int(note.id), "type": kind, "state": state, "body": note.text}
        return shown | {"createdAt": _stamp(self.made[note.id]), "createdBy": {"id": 42, "type": "user"}}

    def _refusal(self, request: Request) -> Response | None:
        """Return the answer to a call without a token in force; such calls are no fault, tokens end."""
        self.requests += 1
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.require(token.startswith("token-"), "the token is missing", 401)
        return None if token in self.tokens else JSONResponse({"error": "invalid_token"}, 401)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
