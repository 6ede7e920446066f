"""Front: application webhooks in, shared drafts and comments out.

A draft holds the customer's text alone, since an agent may send it as it is; what is said to agents, and the marker,
stand in a comment beside it. Both are looked for before either is left, so that leaving again completes and never
doubles.

Seen in Front's developer documentation, as a public index stored it (read in November 2026): signature and handshake
("Application webhooks": base64 of HMAC-SHA256 over ``timestamp:body``, the time in milliseconds; ``x-front-challenge``
is sent back), events ("Events"), drafts with ``mode: shared``, their ``version``, and 409 where it is an older one
("Drafts", "Create draft reply"; deleting names the version), comments ("Add comment", newest first), ``Retry-After``
("Rate limits": from 50 calls a minute). The envelope ``{type, authorization, payload}`` is as public receivers pin it.
Unseen, to be tried with a real account: whether a delivery holds the whole message or a preview of it (then it is
fetched), whether ``channel_id`` may be left out of a draft reply, and which HTML of a draft is kept. No rating is told.
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
from api.helpdesks.reading import body_of, moment_of
from api.helpdesks.rendering import as_markdown, draft_html
from api.helpdesks.vendors.calls import answer_object, call
from api.helpdesks.vendors.payloads import (
    event_key,
    items_of,
    left_at,
    names_of,
    optional_id,
    path_id,
    version_of,
    with_body,
    words,
)
from api.helpdesks.vendors.signing import check_fresh, check_signature, digest
from inference.types import Channel
from retrieval.tickets import fields

_CHANNELS = {
    "email": Channel.EMAIL,
    "sms": Channel.SMS,
    "whatsapp": Channel.WHATSAPP,
    "call": Channel.PHONE_NOTE,
    "tweet": Channel.SOCIAL_PUBLIC,
    "googleplay": Channel.REVIEW,
    "tweet_dm": Channel.SOCIAL_PRIVATE,
    "facebook": Channel.SOCIAL_PRIVATE,
}
_MESSAGES = {"inbound_received", "outbound_sent"}
_STATES = {"conversation_archived": True, "conversation_deleted": True, "conversation_reopened": False}


class FrontConnection(Connection):
    """A Front company: its application's signing key, and an API token for drafts, comments and messages."""

    vendor: Literal["front"]
    url: HelpdeskUrl = Field(default="https://api2.frontapp.com", description="Of the API.")
    token: SecretSource = Field(description="API token (Settings, Developers).")
    author: str | None = Field(
        default=None,
        pattern=r"^tea_[A-Za-z0-9]{1,40}$",
        description="Teammate as whom drafts are left; the token's bot.",
    )
    channel: str | None = Field(
        default=None,
        pattern=r"^cha_[A-Za-z0-9]{1,40}$",
        description="Channel that drafts reply through; Front's choice.",
    )
    mode: Literal["draft", "note"] = Field(default="draft", description="Leave shared drafts, or comments only.")

    def adapter(self) -> Adapter:
        """Return the adapter; see ``Connection.adapter``."""
        given = {"author_id": self.author, "channel_id": self.channel}
        settings = {name: value for name, value in given.items() if value is not None}
        return FrontAdapter(settings, secret=self.secret.read(), token=self.token.read(), drafts=self.mode == "draft")


@dataclass(frozen=True)
class _Seen:
    """What lies in a conversation already: the comment with the marker, and the draft beside it."""

    comment: Left | None = None
    draft: Left | None = None


class FrontAdapter:
    """Speaks to one Front company."""

    def __init__(self, settings: Mapping[str, str], *, secret: str, token: str, drafts: bool = True) -> None:
        self._settings = settings
        self._secret = secret
        self._headers = {"Authorization": f"Bearer {token}"}
        self._drafts = drafts

    def verify(self, delivery: Delivery) -> None:
        """See ``Adapter.verify``."""
        stamp = delivery.headers.get("x-front-request-timestamp", "")
        signed = stamp.encode("utf-8", "replace") + b":" + delivery.body
        expected = b64encode(digest(self._secret, signed).digest()).decode()
        check_signature(expected, delivery.headers.get("x-front-signature"))
        check_fresh(stamp[:-3], delivery.at)  # milliseconds

    def challenge(self, delivery: Delivery) -> str | None:
        """See ``Greeting.challenge``."""
        return delivery.headers.get("x-front-challenge")

    def key(self, delivery: Delivery) -> str:
        """See ``Adapter.key``: the event's id."""
        return event_key(delivery, "payload", "id")

    async def fetch(self, client: httpx.AsyncClient, delivery: Delivery) -> Delivery:
        """See ``Fetching.fetch``."""
        body = body_of(delivery)
        payload = fields.mapping(body, "payload")
        message = _target(payload)
        if fields.text(body, "type") not in _MESSAGES or "body" in message:
            return delivery
        answer = await call(client, "GET", f"/messages/{path_id(message, 'id')}", headers=self._headers)
        whole = {**body, "payload": {**payload, "target": {"data": dict(answer_object(answer))}}}
        return with_body(delivery, json.dumps(whole).encode())

    def read(self, delivery: Delivery) -> Sequence[Event]:
        """See ``Adapter.read``."""
        body = body_of(delivery)
        event, payload = fields.text(body, "type"), fields.mapping(body, "payload")
        if event == "sync":
            return [Ignored("ping")]
        if event in _STATES:
            conversation = path_id(fields.mapping(payload, "conversation"), "id")
            at = moment_of(payload, "emitted_at", default=delivery.at)
            return [ConversationState(conversation, self.key(delivery), at, closed=_STATES[event])]
        if event not in _MESSAGES:
            return [Ignored("other_event")]
        return [_message(_target(payload), fields.mapping(payload, "conversation"), delivery)]

    async def leave(self, client: httpx.AsyncClient, note: Note) -> Left:
        """See ``Adapter.leave``; may be called again at any time."""
        seen, drafts = await self._look(client, note), self._wants_draft(note)
        comment, path = seen.comment, f"/conversations/{note.conversation}"
        if comment is None:
            body = {"body": as_markdown(replace(note, text="") if drafts else note)}
            answer = await call(client, "POST", f"{path}/comments", json=body, headers=self._headers)
            comment = left_at(answer, answer_object(answer), "id")
        if not drafts:
            return comment
        if seen.draft is not None:
            return seen.draft
        body = {**self._settings, "body": draft_html(note), "mode": "shared"}
        answer = await call(client, "POST", f"{path}/drafts", json=body, headers=self._headers)
        left = answer_object(answer)
        return left_at(answer, left, "id", version=fields.text(left, "version") or None)

    async def find(self, client: httpx.AsyncClient, note: Note) -> Left | None:
        """See ``Adapter.find``."""
        seen = await self._look(client, note)
        return seen.draft if self._wants_draft(note) else seen.comment

    async def withdraw(self, client: httpx.AsyncClient, note: Note, left: Left) -> bool:
        """See ``Adapter.withdraw``: a draft is deleted in the version in which it was left; comments stay."""
        draft = next((item for item in await self._list(client, note, "drafts") if item.get("id") == left.ref), None)
        if draft is None:
            return True
        if fields.text(draft, "version") != left.version:
            return False
        body, path = {"version": left.version}, f"/drafts/{left.ref}"
        answer = await call(client, "DELETE", path, json=body, headers=self._headers, gone_is_fine=True, accept={409})
        return answer.status_code != httpx.codes.CONFLICT

    async def probe(self, client: httpx.AsyncClient) -> str:
        """See ``Probing.probe``."""
        await call(client, "GET", "/me", headers=self._headers)
        return "the token is taken"

    def _wants_draft(self, note: Note) -> bool:
        return self._drafts and bool(note.text) and not note.beside

    async def _look(self, client: httpx.AsyncClient, note: Note) -> _Seen:
        comments = await self._list(client, note, "comments")
        comment = next((item for item in comments if note.marker in fields.text(item, "body")), None)
        if comment is None:
            return _Seen()
        lies = Left(optional_id(comment, "id") or "")
        if not self._wants_draft(note):
            return _Seen(lies)
        # An older draft may have the same words: ours was left after its comment.
        since, version = fields.moment(comment.get("posted_at")), version_of(draft_html(note))
        for draft in await self._list(client, note, "drafts"):
            at, text = fields.moment(draft.get("created_at")), fields.text(draft, "body")
            if at is not None and since is not None and at >= since and version_of(text) == version:
                return _Seen(lies, Left(optional_id(draft, "id") or "", fields.text(draft, "version") or None))
        return _Seen(lies)

    async def _list(self, client: httpx.AsyncClient, note: Note, kind: str) -> list[dict[str, Any]]:
        path = f"/conversations/{note.conversation}/{kind}"
        return items_of(answer_object(await call(client, "GET", path, headers=self._headers)), "_results")


def _target(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return fields.mapping(fields.mapping(payload, "target"), "data")


def _message(message: Mapping[str, Any], conversation: Mapping[str, Any], delivery: Delivery) -> Event:
    if message.get("is_draft") is True or fields.text(message, "draft_mode"):
        return Ignored("draft")
    channel = _CHANNELS.get(fields.text(message, "type"), Channel.CHAT)
    number, where = path_id(message, "id"), path_id(conversation, "id")
    text, at = words(fields.text(message, "body"), channel), moment_of(message, "created_at", default=delivery.at)
    if message.get("is_inbound") is not True:
        author = optional_id(fields.mapping(message, "author"), "id")
        return AgentReply(where, number, text, at, agent=author) if author else Ignored("automatic")
    sender = next((item for item in items_of(message, "recipients") if item.get("role") == "from"), {})
    return CustomerMessage(
        conversation=where,
        id=number,
        text=text,
        at=at,
        channel=channel,
        subject=fields.text(message, "subject") or fields.text(conversation, "subject") or None,
        customer=fields.text(sender, "name") or None,
        customer_id=_contact(sender),
        attachments=names_of(message, "attachments", "filename"),
    )


def _contact(sender: Mapping[str, Any]) -> str | None:
    """Return Front's id of the sender, which stands at the end of a link, or else their handle."""
    link = fields.text(fields.mapping(fields.mapping(sender, "_links"), "related"), "contact")
    return link.rsplit("/", 1)[-1] or fields.text(sender, "handle") or None
