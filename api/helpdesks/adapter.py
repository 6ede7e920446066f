"""What every helpdesk's adapter does: prove a delivery, read it, and leave a draft where only agents see it.

There is no way to send a public reply through this interface: it has no parameter that could say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

import httpx

from inference.types import Channel, Fact, LanguageCode, Status, Turn


@dataclass(frozen=True)
class Delivery:
    """One webhook call (or one fetched e-mail) as it arrived.

    Attributes:
        body: the raw bytes, over which signatures are made.
        headers: names in lower case.
        at: when it arrived.
    """

    body: bytes
    headers: Mapping[str, str]
    at: datetime


@dataclass(frozen=True)
class CustomerMessage:
    """The customer wrote, visibly.

    Attributes:
        conversation: the helpdesk's id of the conversation or ticket.
        id: the helpdesk's id of the message, unique within the connection.
        text: plain text; HTML is converted, quoted history may stay.
        at: when it was written, by the helpdesk's clock.
        channel: through which it came.
        subject: of the ticket or mail.
        customer: the customer's name as the helpdesk gives it.
        customer_id: the helpdesk's id of the customer, by which their data is erased.
        attachments: names only.
        verified: whether the helpdesk says that the customer is identified.
        facts: what the helpdesk's own systems know, citable like any source.
        history: earlier turns, oldest first, where the delivery brings them; else they are what was delivered before.
        product: what it is about, where the helpdesk says.
        language: to answer in, where the helpdesk knows it.
    """

    conversation: str
    id: str
    text: str
    at: datetime
    channel: Channel = Channel.EMAIL
    subject: str | None = None
    customer: str | None = None
    customer_id: str | None = None
    attachments: tuple[str, ...] = ()
    verified: bool = False
    facts: tuple[Fact, ...] = ()
    history: tuple[Turn, ...] = ()
    product: str | None = None
    language: LanguageCode | None = None


@dataclass(frozen=True)
class AgentReply:
    """An agent answered the customer, visibly: by this the loop is closed.

    Attributes:
        conversation: as in ``CustomerMessage``.
        id: as in ``CustomerMessage``.
        text: plain text.
        at: when it was sent.
        agent: the helpdesk's id of the agent, None where it is not told.
    """

    conversation: str
    id: str
    text: str
    at: datetime
    agent: str | None = None


@dataclass(frozen=True)
class ConversationState:
    """A conversation was closed or opened again, or the customer rated it.

    Attributes:
        conversation: as in ``CustomerMessage``.
        id: unique within the connection.
        at: when.
        closed: whether it is closed now; None where only a rating came.
        satisfaction: in [0, 1] as the helpdesk reports it; None where nothing was reported.
    """

    conversation: str
    id: str
    at: datetime
    closed: bool | None = None
    satisfaction: float | None = None


@dataclass(frozen=True)
class Ignored:
    """Nothing to act on: a private note, an automatic message, our own note; ``reason`` is a stable code."""

    reason: str


Event = CustomerMessage | AgentReply | ConversationState | Ignored


@dataclass(frozen=True)
class Note:
    """What is left for agents: the draft, and what they should know about it.

    Attributes:
        id: the draft's id.
        marker: a short text that stands in the note and nowhere else: by it a note is found again after an answer that
            never came, so that no note is left twice.
        conversation: where it is left.
        status: whether the draft is ready, asks, or there is none.
        text: the draft for the customer, in the customer's language; empty where there is none.
        heading: one line for the agent: status, anger, what to look at first.
        remarks: notes to the agent, a line each.
        direction: ``rtl`` or ``ltr``, of the text.
        text_language: of the text (ISO 639-1).
        language: of heading and remarks: ``ar`` or ``en``, as the connection's agents want it.
        replaces: an earlier note of this conversation is there, which this one takes the place of; it says so.
        beside: an agent has edited an earlier true draft, which stays: leave this one as a note beside it.
        tags: such as ``sentiment__negative``; for helpdesks that add tags to a ticket.
        customer_id: as in ``CustomerMessage``; some helpdesks want it with a draft.
    """

    id: str
    marker: str
    conversation: str
    status: Status
    text: str
    heading: str
    remarks: tuple[str, ...] = ()
    direction: str = "ltr"
    text_language: str = "en"
    language: str = "en"
    replaces: bool = False
    beside: bool = False
    tags: tuple[str, ...] = field(default=())
    customer_id: str | None = None


@dataclass(frozen=True)
class Left:
    """Where a note lies in the helpdesk.

    Attributes:
        ref: the helpdesk's id of the note or draft.
        version: a digest of what was left there: another digest later means that an agent has edited it. None where
            notes cannot be edited by agents.
    """

    ref: str
    version: str | None = None


class Adapter(Protocol):
    """One connection to one helpdesk; holds its settings and secrets, and no state."""

    def verify(self, delivery: Delivery) -> None:
        """Prove that the helpdesk sent the delivery: constant-time comparison, and a fresh time where one is signed.

        Raises:
            SignatureError: it did not, or long ago.
        """
        ...

    def key(self, delivery: Delivery) -> str:
        """Return the delivery's identity (at most 200 characters): the same for each time that it is delivered.

        Raises:
            InputError: the body is not what this helpdesk sends.
        """
        ...

    def read(self, delivery: Delivery) -> Sequence[Event]:
        """Return what happened, in order; never empty.

        Raises:
            InputError: the body is not what this helpdesk sends; names the field.
        """
        ...

    async def leave(self, client: httpx.AsyncClient, note: Note) -> Left:
        """Leave a private note or a draft.

        Args:
            client: calls this connection's address only; no redirects.
            note: what to leave.

        Raises:
            HelpdeskError: the helpdesk did not take it; says whether to try again and when.
        """
        ...

    async def find(self, client: httpx.AsyncClient, note: Note) -> Left | None:
        """Return where a note lies that may have been left already, None where it is not there.

        Raises:
            HelpdeskError: the helpdesk did not answer.
        """
        ...

    async def withdraw(self, client: httpx.AsyncClient, note: Note, left: Left) -> bool:
        """Take back a note that a newer one replaces; return False where an agent has edited it, which stays as it is.

        Where a helpdesk cannot take notes back, nothing happens and the newer note says that it replaces the older.
        One that is gone already has been taken back: asked twice, the answer is the same.

        Raises:
            HelpdeskError: the helpdesk did not answer.
        """
        ...


@runtime_checkable
class Fetching(Protocol):
    """An adapter whose helpdesk names a message and may leave its words out: they are fetched before it is read."""

    async def fetch(self, client: httpx.AsyncClient, delivery: Delivery) -> Delivery:
        """Return a delivery whose body holds what ``read`` wants; the same one where nothing is missing.

        Called by the worker just before ``read``, never while the helpdesk waits for an answer to its call.

        Raises:
            HelpdeskError: the helpdesk did not answer, or refused.
            InputError: as ``read``.
        """
        ...


@runtime_checkable
class Greeting(Protocol):
    """An adapter whose helpdesk wants a word sent back before it saves a hook."""

    def challenge(self, delivery: Delivery) -> str | None:
        """Return the text to answer a verified delivery with, which is then not stored; None for every other one."""
        ...


@runtime_checkable
class Probing(Protocol):
    """An adapter that can try its address and token without changing anything; ``rifq helpdesk test`` asks it."""

    async def probe(self, client: httpx.AsyncClient) -> str:
        """Return one line that says what answered (the vendor's account, never a customer).

        Raises:
            HelpdeskError: the helpdesk did not answer, or refused.
        """
        ...


@runtime_checkable
class Polling(Protocol):
    """An adapter whose helpdesk does not call: it is asked what is new, again and again."""

    interval: float
    """Seconds between two polls."""

    async def poll(self, cursor: str | None) -> "Polled":
        """Return what arrived behind a cursor; the deliveries and the new cursor are then stored in one transaction.

        Args:
            cursor: as the last poll returned it; None at the first.

        Raises:
            HelpdeskError: the helpdesk did not answer, or refused.
        """
        ...


@dataclass(frozen=True)
class Polled:
    """What a poll brought. ``cursor`` holds whatever the adapter needs to go on from here, at most 2,000 characters."""

    deliveries: tuple[Delivery, ...]
    cursor: str
