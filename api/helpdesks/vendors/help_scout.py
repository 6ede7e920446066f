"""Help Scout: webhooks in, drafts of replies and notes out.

A draft holds the customer's text alone, since an agent may send it as it is; what is said to agents, and the marker,
stand in a note beside it. Both are looked for before either is left, so that leaving again completes and never doubles.

Seen in Help Scout's developer documentation, as a public index stored it (read in November 2026): events, headers and
signature ("Webhooks": base64 of HMAC-SHA1 over the body; no other algorithm, no time and no delivery id), replies with
``draft: true`` ("Create Reply Thread", ``Resource-ID`` in the answer), changing a thread's text ("Update Thread", where
an administrator asks or thread editing is on), threads and conversations ("Get Conversation"); public receivers pin
``_embedded.threads``, newest first, and one says that deliveries may come without them: then they are fetched.
Unseen, to be tried with a real account: the fields of a rating, that a draft's text comes back as it was left, and the
token's life (two days are documented). No call deletes a draft: one that is replaced gets a text that says so.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import httpx
from pydantic import Field

from api.helpdesks.adapter import (
    Adapter,
    AgentReply,
    ConversationState,
    CustomerMessage,
    Delivery,
    Event,
    Ignored,
    Left,
    Note,
)
from api.helpdesks.connections import Connection, HelpdeskUrl, SecretSource
from api.helpdesks.reading import body_of, key_of, moment_of, number_of
from api.helpdesks.rendering import as_html, draft_html, say
from api.helpdesks.vendors.calls import answer_object, call
from api.helpdesks.vendors.oauth import ClientCredentials
from api.helpdesks.vendors.payloads import (
    in_order,
    items_of,
    names_of,
    optional_id,
    version_of,
    with_body,
    words,
)
from api.helpdesks.vendors.signing import check_signature, digest
from inference.types import Channel
from models.errors import HelpdeskError
from retrieval.tickets import fields

_CHANNELS = {"chat": Channel.CHAT, "phone": Channel.PHONE_NOTE}
_MESSAGES = {"convo.created", "convo.customer.reply.created", "convo.agent.reply.created"}
_RATINGS = {"great": 1.0, "okay": 0.5, "not_good": 0.0, "not good": 0.0}
_SPOKEN = {"chat", "phone", "beaconchat"}  # thread types whose author decides who speaks
_PAGES = 4
"""Pages of a conversation's threads in which a note is looked for, newest first."""


class HelpScoutConnection(Connection):
    """A Help Scout account: its webhook's secret, and the id and secret of an app made for Rifq."""

    vendor: Literal["help_scout"]
    url: HelpdeskUrl = Field(default="https://api.helpscout.net", description="Of the API.")
    app_id: str = Field(min_length=1, max_length=200, description="App ID (Your Profile, My Apps).")
    app_secret: SecretSource = Field(description="App Secret of the same app.")
    mode: Literal["draft", "note"] = Field(default="draft", description="Leave true drafts, or notes only.")

    def adapter(self) -> Adapter:
        """Return the adapter; see ``Connection.adapter``."""
        tokens = ClientCredentials("/v2/oauth2/token", self.app_id, self.app_secret.read())
        return HelpScoutAdapter(tokens, secret=self.secret.read(), drafts=self.mode == "draft")


@dataclass(frozen=True)
class _Seen:
    """What lies in a conversation already: the id of the note with the marker, and the draft beside it."""

    note: str | None = None
    draft: Left | None = None


class HelpScoutAdapter:
    """Speaks to one Help Scout account; caches its access token and nothing else."""

    def __init__(self, tokens: ClientCredentials, *, secret: str, drafts: bool = True) -> None:
        self._tokens = tokens
        self._secret = secret
        self._drafts = drafts

    def verify(self, delivery: Delivery) -> None:
        """See ``Adapter.verify``. Help Scout offers SHA-1 only, and signs no time: a replay is known by its key."""
        expected = b64encode(digest(self._secret, delivery.body, "sha1").digest()).decode()
        check_signature(expected, delivery.headers.get("x-helpscout-signature"))

    def key(self, delivery: Delivery) -> str:
        """See ``Adapter.key``: one body may be told as two events."""
        return f"{_event(delivery)[:60]}:{key_of(delivery)}"

    async def fetch(self, client: httpx.AsyncClient, delivery: Delivery) -> Delivery:
        """See ``Fetching.fetch``."""
        body = body_of(delivery)
        if _event(delivery) not in _MESSAGES or "threads" in fields.mapping(body, "_embedded"):
            return delivery
        path = f"/v2/conversations/{number_of(body, 'id')}/threads"
        threads = fields.mapping(answer_object(await self._call(client, "GET", path)), "_embedded").get("threads")
        return with_body(delivery, json.dumps({**body, "_embedded": {"threads": threads or []}}).encode())

    def read(self, delivery: Delivery) -> Sequence[Event]:
        """See ``Adapter.read``."""
        body, event = body_of(delivery), _event(delivery)
        if event == "satisfaction.ratings":
            return [_rating(body, key_of(delivery), delivery)]
        if event == "convo.status":
            at = moment_of(body, "userUpdatedAt", default=delivery.at)
            closed = fields.text(body, "status") == "closed"
            return [ConversationState(number_of(body, "id"), key_of(delivery), at, closed=closed)]
        if event not in _MESSAGES:
            return [Ignored("other_event")]
        conversation = number_of(body, "id")
        threads = fields.objects(fields.mapping(body, "_embedded"), "threads")
        events = [_thread(thread, body, conversation, delivery) for thread in threads]
        return in_order(events) or [Ignored("no_message")]

    async def leave(self, client: httpx.AsyncClient, note: Note) -> Left:
        """See ``Adapter.leave``; may be called again at any time."""
        seen, drafts = await self._look(client, note), self._wants_draft(note)
        if seen.note is None:
            shown = as_html(replace(note, text="") if drafts else note)
            await self._call(client, "POST", f"{_conversation(note)}/notes", json={"text": shown})
        if drafts and seen.draft is None:
            body = {"customer": {"id": int(note.customer_id or "0")}, "text": draft_html(note), "draft": True}
            await self._call(client, "POST", f"{_conversation(note)}/reply", json=body)
        if (left := await self.find(client, note)) is None:
            raise HelpdeskError("Help Scout took the draft and does not show it yet.", unsure=True)
        return left

    async def find(self, client: httpx.AsyncClient, note: Note) -> Left | None:
        """See ``Adapter.find``."""
        seen = await self._look(client, note)
        if self._wants_draft(note):
            return seen.draft
        return Left(seen.note) if seen.note is not None else None

    async def withdraw(self, client: httpx.AsyncClient, note: Note, left: Left) -> bool:
        """See ``Adapter.withdraw``: a draft gets a text that says that it is replaced; notes stay."""
        threads = [thread for thread in await self._threads(client, note) if optional_id(thread, "id") == left.ref]
        if not threads or fields.text(threads[0], "state") != "draft":
            return True
        version = version_of(fields.text(threads[0], "body"))
        if version in {version_of(say(language, "withdrawn")) for language in ("ar", "en")}:
            return True
        if version != left.version:
            return False
        change = {"op": "replace", "path": "/text", "value": say(note.language, "withdrawn")}
        await self._call(client, "PATCH", f"{_conversation(note)}/threads/{left.ref}", json=change, accept={403, 404})
        return True

    async def probe(self, client: httpx.AsyncClient) -> str:
        """See ``Probing.probe``."""
        await self._call(client, "GET", "/v2/users/me")
        return "the app's token is taken"

    def _wants_draft(self, note: Note) -> bool:
        return self._drafts and bool(note.text) and not note.beside and (note.customer_id or "").isdecimal()

    async def _look(self, client: httpx.AsyncClient, note: Note) -> _Seen:
        threads = await self._threads(client, note)
        mine = next((thread for thread in threads if _is_note(thread, note)), None)
        if mine is None:
            return _Seen()
        # An older draft may have the same words: ours was left after its note.
        since, version = fields.moment(mine.get("createdAt")), version_of(draft_html(note))
        for thread in threads:
            at, text = fields.moment(thread.get("createdAt")), fields.text(thread, "body")
            later = at is not None and since is not None and at >= since
            if later and fields.text(thread, "state") == "draft" and version_of(text) == version:
                return _Seen(number_of(mine, "id"), Left(number_of(thread, "id"), version))
        return _Seen(number_of(mine, "id"))

    async def _threads(self, client: httpx.AsyncClient, note: Note) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for page in range(1, _PAGES + 1):
            answer = await self._call(client, "GET", f"{_conversation(note)}/threads?page={page}")
            values = answer_object(answer)
            found += items_of(fields.mapping(values, "_embedded"), "threads")
            pages = fields.mapping(values, "page").get("totalPages")
            if not isinstance(pages, int) or page >= pages:
                break
        return found

    async def _call(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        accept: frozenset[int] | set[int] = frozenset(),
    ) -> httpx.Response:
        """Make a call with the token; one that is refused is fetched anew, once."""
        headers = await self._tokens.headers(client)
        answer = await call(client, method, path, json=json, headers=headers, accept={401, *accept})
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.forget()
            answer = await call(
                client, method, path, json=json, headers=await self._tokens.headers(client), accept=accept
            )
        return answer


def _event(delivery: Delivery) -> str:
    return delivery.headers.get("x-helpscout-event", "").strip()


def _thread(thread: Mapping[str, Any], body: Mapping[str, Any], conversation: str, delivery: Delivery) -> Event:
    kind, author = fields.text(thread, "type"), fields.mapping(thread, "createdBy")
    if kind in _SPOKEN:
        kind = "customer" if fields.text(author, "type") == "customer" else "message"
    if kind not in {"customer", "message"} or fields.text(thread, "state") not in {"published", ""}:
        return Ignored("private_note")
    if fields.text(fields.mapping(thread, "source"), "type") in {"workflows", "notification"}:
        return Ignored("automatic")
    channel = _CHANNELS.get(fields.text(body, "type"), Channel.EMAIL)
    message, text = number_of(thread, "id"), words(fields.text(thread, "body"), channel)
    at = moment_of(thread, "createdAt", default=delivery.at)
    if kind == "message":
        return AgentReply(conversation, message, text, at, agent=optional_id(author, "id"))
    customer = fields.mapping(thread, "customer") or author
    name = " ".join(filter(None, [fields.text(customer, "first"), fields.text(customer, "last")]))
    return CustomerMessage(
        conversation=conversation,
        id=message,
        text=text,
        at=at,
        channel=channel,
        subject=fields.text(body, "subject") or None,
        customer=name or None,
        customer_id=optional_id(customer, "id"),
        attachments=names_of(fields.mapping(thread, "_embedded"), "attachments", "filename", "fileName"),
    )


def _rating(body: Mapping[str, Any], key: str, delivery: Delivery) -> Event:
    score = _RATINGS.get(fields.text(body, "rating").lower())
    if score is None or optional_id(body, "conversationId") is None:
        return Ignored("no_rating")
    at = moment_of(body, "createdAt", default=delivery.at)
    return ConversationState(number_of(body, "conversationId"), key, at, satisfaction=score)


def _is_note(thread: Mapping[str, Any], note: Note) -> bool:
    return fields.text(thread, "type") == "note" and note.marker in fields.text(thread, "body")


def _conversation(note: Note) -> str:
    return f"/v2/conversations/{note.conversation}"
