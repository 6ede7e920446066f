"""Intercom: webhook notifications in, notes out.

Seen in Intercom's developer documentation, as a public index stored it (read in November 2026): topics and notification
("Webhook models"), ``X-Hub-Signature: sha1=hex`` over the body with the app's client secret (no other algorithm and no
time), delivery at least once, an answer within five seconds ("Delivering webhook notifications"); replies of type
``note`` by an admin and the conversation that comes back ("Reply to a conversation"), at most 500 parts of it;
``X-RateLimit-Reset`` in seconds since 1970 ("Rate limiting").
Unseen, to be tried with a real workspace: the values of ``source.type`` beside ``conversation`` and ``email``, which
HTML of a note is kept, and that a rating runs from 1 to 5. No call edits or deletes a note: redaction is for good.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
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
from api.helpdesks.reading import body_of, moment_of, number_of
from api.helpdesks.rendering import as_html
from api.helpdesks.vendors.calls import answer_object, call
from api.helpdesks.vendors.payloads import (
    event_key,
    items_of,
    left_at,
    names_of,
    optional_id,
    words,
)
from api.helpdesks.vendors.signing import check_signature, digest
from inference.types import Channel
from models.errors import HelpdeskError
from retrieval.tickets import fields

_CHANNELS = {
    "email": Channel.EMAIL,
    "sms": Channel.SMS,
    "whatsapp": Channel.WHATSAPP,
    "phone_call": Channel.PHONE_NOTE,
    "facebook": Channel.SOCIAL_PRIVATE,
    "instagram": Channel.SOCIAL_PRIVATE,
    "twitter": Channel.SOCIAL_PUBLIC,
}
_CUSTOMERS = {"user", "lead", "contact"}
_STATES = {"conversation.admin.closed": True, "conversation.admin.opened": False}
_MESSAGES = {"conversation.user.created", "conversation.user.replied", "conversation.admin.replied", *_STATES}
_ASIDE = {"note", "note_and_reopen", "assignment", "away_mode_assignment"}  # part types that customers never see
_VERSION = "2.11"


class IntercomConnection(Connection):
    """An Intercom workspace: its app's client secret, and the access token of that app."""

    vendor: Literal["intercom"]
    url: HelpdeskUrl = Field(
        default="https://api.intercom.io", description="Or https://api.eu.intercom.io, api.au.intercom.io."
    )
    admin_id: str = Field(pattern=r"^[0-9]{1,18}$", description="Number of the teammate as whom the notes are left.")
    token: SecretSource = Field(description="Access token of the app (Developer Hub, Authentication).")

    def adapter(self) -> Adapter:
        """Return the adapter; see ``Connection.adapter``."""
        return IntercomAdapter(self.admin_id, secret=self.secret.read(), token=self.token.read())


class IntercomAdapter:
    """Speaks to one Intercom workspace."""

    def __init__(self, admin_id: str, *, secret: str, token: str) -> None:
        self._admin_id = admin_id
        self._secret = secret
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Intercom-Version": _VERSION,
        }

    def verify(self, delivery: Delivery) -> None:
        """See ``Adapter.verify``. Intercom offers SHA-1 only, and signs no time: a replay is known by its key."""
        expected = "sha1=" + digest(self._secret, delivery.body, "sha1").hexdigest()
        check_signature(expected, delivery.headers.get("x-hub-signature"))

    def key(self, delivery: Delivery) -> str:
        """See ``Adapter.key``: the notification's id, which each attempt repeats beside its own number."""
        return event_key(delivery, "id")

    def read(self, delivery: Delivery) -> Sequence[Event]:
        """See ``Adapter.read``."""
        body = body_of(delivery)
        topic, item = fields.text(body, "topic"), fields.mapping(fields.mapping(body, "data"), "item")
        at = moment_of(body, "created_at", default=delivery.at)
        if topic == "ping":
            return [Ignored("ping")]
        if topic == "conversation.rating.added":
            return [_rating(item, event_key(delivery, "id"), at)]
        if topic not in _MESSAGES:
            return [Ignored("other_event")]
        conversation = number_of(item, "id")
        events = [_part(part, item, conversation, at) for part in _parts(item, topic)]
        if topic in _STATES:
            events = [event for event in events if not isinstance(event, Ignored)]
            events.append(ConversationState(conversation, event_key(delivery, "id"), at, closed=_STATES[topic]))
        return events or [Ignored("no_message")]

    async def leave(self, client: httpx.AsyncClient, note: Note) -> Left:
        """See ``Adapter.leave``."""
        body = {"message_type": "note", "type": "admin", "admin_id": self._admin_id, "body": as_html(note)}
        answer = await call(client, "POST", f"{_conversation(note)}/reply", json=body, headers=self._headers)
        if (left := _found(answer, note)) is None:
            raise HelpdeskError("Intercom took the note and does not show it.", unsure=True)
        return left

    async def find(self, client: httpx.AsyncClient, note: Note) -> Left | None:
        """See ``Adapter.find``."""
        return _found(await call(client, "GET", _conversation(note), headers=self._headers), note)

    async def withdraw(self, client: httpx.AsyncClient, note: Note, left: Left) -> bool:  # noqa: ARG002 - nothing to call
        """Do nothing: Intercom keeps every note, and the newer one says that it replaces this one."""
        return True

    async def probe(self, client: httpx.AsyncClient) -> str:
        """See ``Probing.probe``."""
        await call(client, "GET", f"/admins/{self._admin_id}", headers=self._headers)
        return f"the token may speak for admin {self._admin_id}"


def _parts(item: Mapping[str, Any], topic: str) -> Sequence[Mapping[str, Any]]:
    """Return what a notification tells of: the message that began the conversation, or its new parts."""
    parts = fields.objects(fields.mapping(item, "conversation_parts"), "conversation_parts")
    if topic == "conversation.user.created" and (source := fields.mapping(item, "source")):
        return [{**source, "created_at": item.get("created_at")}, *parts]
    return parts


def _part(part: Mapping[str, Any], item: Mapping[str, Any], conversation: str, now: datetime) -> Event:
    source, author = fields.mapping(item, "source"), fields.mapping(part, "author")
    channel, person = _CHANNELS.get(fields.text(source, "type"), Channel.CHAT), optional_id(author, "id")
    who = fields.text(author, "type")
    if fields.text(part, "part_type") in _ASIDE:
        return Ignored("private_note")
    if who not in {*_CUSTOMERS, "admin"}:
        return Ignored("automatic")
    text, attachments = words(fields.text(part, "body"), channel), names_of(part, "attachments", "name")
    if not text and not attachments:
        return Ignored("no_message")
    message, at = number_of(part, "id"), moment_of(part, "created_at", default=now)
    if who == "admin":
        return AgentReply(conversation, message, text, at, agent=person)
    return CustomerMessage(
        conversation=conversation,
        id=message,
        text=text,
        at=at,
        channel=channel,
        subject=_subject(source) or None,
        customer=fields.text(author, "name") or None,
        customer_id=person,
        attachments=attachments,
    )


def _subject(source: Mapping[str, Any]) -> str:
    return words(fields.text(source, "subject"), Channel.CHAT)


def _rating(item: Mapping[str, Any], key: str, at: datetime) -> Event:
    score = fields.share(fields.mapping(item, "conversation_rating").get("rating"), 1, 5)
    return (
        ConversationState(number_of(item, "id"), key, at, satisfaction=score)
        if score is not None
        else Ignored("no_rating")
    )


def _found(answer: httpx.Response, note: Note) -> Left | None:
    parts = items_of(fields.mapping(answer_object(answer), "conversation_parts"), "conversation_parts")
    for part in reversed(parts):
        if part.get("part_type") in _ASIDE and note.marker in fields.text(part, "body"):
            return left_at(answer, part, "id")
    return None


def _conversation(note: Note) -> str:
    return f"/conversations/{note.conversation}"
