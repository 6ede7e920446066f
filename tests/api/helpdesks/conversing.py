"""Conversations as their messages come, for the tests of the loop."""

from datetime import UTC, datetime, timedelta

from api.copilot import Copilot
from api.drafts import StoredDraft
from api.helpdesks.adapter import AgentReply, CustomerMessage
from api.helpdesks.loop import DraftLeft, Talk
from api.sent import SentReply
from inference.types import Channel, Message, Verdict

START = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)

FEE = "Why was I charged a fee abroad"

EN, AR = "My new card has not arrived yet", "بطاقتي الجديدة لم تصل بعد"

OWN = "Our courier tried on Sunday and nobody was home, they will ring you before the next attempt."

Messages = list[CustomerMessage | AgentReply]


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def asked(id_: str, minutes: float, text: str = EN) -> CustomerMessage:
    return CustomerMessage("c1", id_, text, at(minutes), channel=Channel.CHAT)


def sent(id_: str, minutes: float, text: str, agent: str | None = "7") -> AgentReply:
    return AgentReply("c1", id_, text, at(minutes), agent)


async def drafted(copilot: Copilot, text: str = EN) -> StoredDraft:
    stored = await copilot.propose(Message(text=text, conversation="desk:c1"))
    assert stored.draft.text
    return stored


def talk(messages: Messages, *drafts: DraftLeft) -> Talk:
    return Talk("desk", "desk:c1", tuple(messages), drafts)


async def verdicts(copilot: Copilot, id_: str) -> list[tuple[Verdict, bool]]:
    stored = await copilot.drafts.get(id_, tenant=copilot.tenant)
    return [(item.verdict, item.inferred) for item in stored.feedback]


async def stored_replies(copilot: Copilot) -> list[SentReply]:
    return list((await copilot.sent.list(tenant=copilot.tenant)).items)
