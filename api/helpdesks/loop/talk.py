"""A conversation as turns: what the customer wrote, what was answered, and which draft lay there meanwhile."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from api.helpdesks.adapter import AgentReply, CustomerMessage
from inference.matching import plain
from retrieval.clean import clean_text

ONE_REPLY = timedelta(minutes=10)
"""An agent's messages at most so far apart, with none of the customer's between them, are one reply."""
SKEW = timedelta(minutes=5)
"""By how much the helpdesk's clock may lag behind ours: by more, and the use of a draft is not seen."""
EARLIER = timedelta(hours=24)
"""How far back the draft of an earlier turn may lie that a reply still uses."""
MOST_EARLIER = 3
"""Drafts of earlier turns that a reply is compared with."""
_UNFIT = str.maketrans({"\0": None, **{chr(code): "\ufffd" for code in range(0xD800, 0xE000)}})


@dataclass(frozen=True)
class DraftLeft:
    """A draft that was made for a conversation of a helpdesk.

    Attributes:
        id: the stored draft's.
        answers: ids of the customer's messages that it answers.
        left_at: when it lay in the helpdesk, by our clock; None where it was never left.
        superseded: a newer draft of the same burst has taken its place.
        begun_at: when it was begun, by our clock: a reply that had reached us by then cannot hold any of it. None where
            that is not told.
    """

    id: str
    answers: tuple[str, ...]
    left_at: datetime | None
    superseded: bool = False
    begun_at: datetime | None = None


@dataclass(frozen=True)
class Talk:
    """A conversation as it is stored.

    Attributes:
        connection: the connection's id.
        conversation: as the drafts' messages name it.
        messages: the stored ones, in any order; the latest few hundred suffice.
        drafts: all drafts made for it, in any order.
        cut: there are messages before these: replies whose whole question is not among them stay as they were matched.
        since: replies before this moment stay as they were matched, since their drafts may not be among these.
        arrived: when messages reached us, by our clock and their ids.
    """

    connection: str
    conversation: str
    messages: tuple[CustomerMessage | AgentReply, ...]
    drafts: tuple[DraftLeft, ...]
    cut: bool = False
    since: datetime | None = None
    arrived: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """One reply in its conversation.

    Attributes:
        parts: its messages, in order; never empty.
        question: the customer's messages that came last before it, in order.
        earlier: everything before those.
        current: the draft that lay there for the question when it was answered; None where none did.
        perhaps: drafts for the question that lay there if the helpdesk's clock lags behind ours by no more than
            ``SKEW``: one that was used did.
        made: drafts for the question that were not there yet, ``perhaps`` among them: they serve to check the reply,
            and to enter its promises.
        older: drafts of earlier turns, the latest first: an agent who writes "one moment" uses the draft afterwards.
    """

    parts: tuple[AgentReply, ...]
    question: tuple[CustomerMessage, ...]
    earlier: tuple[CustomerMessage | AgentReply, ...]
    current: DraftLeft | None
    perhaps: tuple[DraftLeft, ...]
    made: tuple[DraftLeft, ...]
    older: tuple[DraftLeft, ...]

    @property
    def text(self) -> str:
        """What the customer read, plain."""
        return "\n\n".join(filter(None, (readable(part.text) for part in self.parts)))

    @property
    def digest(self) -> str:
        """A digest of all that the reply is matched from."""
        drafts = [(item.id, str(item.left_at)) for item in (self.current, *self.made, *self.older) if item]
        parts = [(part.id, part.text, str(part.at), part.agent) for part in self.parts]
        question = [(item.id, item.text) for item in self.question]
        written = json.dumps([parts, question, drafts], ensure_ascii=True)
        return hashlib.sha256(written.encode()).hexdigest()


def answers(talk: Talk) -> list[Answer]:
    """Return the replies of a conversation of which all is known that they are matched from, oldest first."""
    messages = sorted(talk.messages, key=lambda item: (item.at, isinstance(item, AgentReply), item.id))
    found, start = list[Answer](), _second_turn(messages) if talk.cut else 0
    while start < len(messages):
        first = messages[start]
        if isinstance(first, CustomerMessage):
            start += 1
            continue
        parts = _parts(messages[start:])
        if talk.since is None or first.at >= talk.since:
            found.append(_answer(talk, messages[:start], parts))
        start += len(parts)
    return found


def readable(text: str) -> str:
    """Return a text as it may be stored: without markup, NUL, broken Unicode and bidi controls."""
    return clean_text(plain(text.translate(_UNFIT)))


def _second_turn(messages: Sequence[CustomerMessage | AgentReply]) -> int:
    """Return where the customer writes again after an agent has: from there on turns are whole."""
    for number, (before, item) in enumerate(pairwise(messages), 1):
        if isinstance(before, AgentReply) and isinstance(item, CustomerMessage):
            return number
    return len(messages)


def _parts(messages: Sequence[CustomerMessage | AgentReply]) -> tuple[AgentReply, ...]:
    parts: list[AgentReply] = []
    for item in messages:
        if isinstance(item, CustomerMessage) or (parts and item.at - parts[-1].at > ONE_REPLY):
            break
        parts.append(item)
    return tuple(parts)


def _answer(talk: Talk, before: Sequence[CustomerMessage | AgentReply], parts: tuple[AgentReply, ...]) -> Answer:
    question, cut = _question(before)
    asked, known = {item.id for item in question}, {item.id for item in before}
    fitting = [item for item in talk.drafts if asked.intersection(item.answers) and known.issuperset(item.answers)]
    reply = parts[0]
    there = sorted(_there(talk, fitting, reply), key=_left)
    current = there[-1] if there else None
    made = tuple(item for item in fitting if item not in there)
    # What answers a message behind the reply was not there, whatever the clocks say.
    later = {item.id for item in talk.messages} - known
    earlier = [item for item in talk.drafts if item not in fitting and later.isdisjoint(item.answers)]
    past = [item for item in _there(talk, earlier, reply, SKEW) if not item.superseded]
    recent = sorted((item for item in past if reply.at - _left(item) <= EARLIER), key=_left, reverse=True)
    perhaps = tuple(_there(talk, made, reply, SKEW))
    return Answer(parts, question, tuple(before[:cut]), current, perhaps, made, tuple(recent[:MOST_EARLIER]))


def _question(before: Sequence[CustomerMessage | AgentReply]) -> tuple[tuple[CustomerMessage, ...], int]:
    """Return the customer's last messages in a row, and where they begin; agents' behind them are skipped."""
    end = len(before)
    while end and isinstance(before[end - 1], AgentReply):
        end -= 1
    start = end
    while start and isinstance(before[start - 1], CustomerMessage):
        start -= 1
    return tuple(item for item in before[start:end] if isinstance(item, CustomerMessage)), start


def _there(
    talk: Talk, drafts: Iterable[DraftLeft], reply: AgentReply, skew: timedelta = timedelta()
) -> list[DraftLeft]:
    """Return the drafts that lay there before a reply, by the helpdesk's clock; none that was begun behind it."""
    arrived = talk.arrived.get(reply.id)
    return [
        item
        for item in drafts
        if item.left_at is not None
        and item.left_at <= reply.at + skew
        and (arrived is None or item.begun_at is None or item.begun_at <= arrived)
    ]


def _left(item: DraftLeft) -> datetime:
    if item.left_at is None:
        msg = "a draft that was never left has no time"
        raise ValueError(msg)
    return item.left_at
