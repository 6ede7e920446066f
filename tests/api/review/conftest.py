"""A small desk: drafts and sent replies that are stored as the service stores them, and people who review them."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.access.principal import Principal, Scope
from api.copilot import Copilot
from api.review import AgentIdentity, Answer, NewRound, Next, Reviews, Round, Sheet
from api.sent.tables import SentReplyRow
from api.tables import DraftRow
from evaluation.scorecard import load_rubric
from inference.types import Message, Turn
from inference.types.message import Author

START = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
RUBRIC = load_rubric()
CRITERIA = tuple(item.id for item in RUBRIC.criteria)
FAILS = tuple(item.id for item in RUBRIC.auto_fails)
EN, AR = "My new card has not arrived yet", "بطاقتي الجديدة لم تصل بعد"


def person(name: str, *scopes: Scope, tenant: str = "default") -> Principal:
    return Principal(tenant, f"user:{name}", frozenset(scopes or Scope))


LEAD, ALI, BASMA, CHADI = (person(name) for name in ("lead", "ali", "basma", "chadi"))
SARA = person("sara", Scope.ANALYSE, Scope.DRAFT)


def scores(level: int | None = 3, **others: int | None) -> Answer:
    """A whole answer: one level for all criteria but those named."""
    return Answer.model_validate({"scores": dict.fromkeys(CRITERIA, level) | others})


class Office:
    """A copilot's reviews at a clock that a test sets, over drafts that are copies of two real ones."""

    def __init__(self, copilot: Copilot) -> None:
        self.copilot = copilot
        self.time = START + timedelta(days=30)
        self.reviews = Reviews(copilot.database, policy=copilot._policy, now=lambda: self.time)
        self._drafts: dict[str, DraftRow] = {}

    async def open(self) -> None:
        history = (Turn(author=Author.AGENT, text="Hello, this is Lina from Acme support."),)
        for text in (EN, AR):
            message = Message(text=text, conversation="desk:0", history=history if text == EN else ())
            stored = await self.copilot.propose(message)
            async with self.copilot.database.writing("default") as session:
                row = await session.get(DraftRow, ("default", stored.id))
                assert row is not None
                self._drafts[text] = row
                await session.delete(row)

    async def draft(self, number: int, text: str = EN, *, signals: tuple[str, ...] = (), **changed: Any) -> str:
        """Store a draft and return its id; ``sent`` in the changes is the reply that an agent sent."""
        known, sent = self._drafts[text], changed.pop("sent", None)
        values = {name: copy.deepcopy(getattr(known, name)) for name in DraftRow.__table__.columns.keys()}  # noqa: SIM118
        values["analysis"]["signals"] = [{"name": name, "confidence": 0.9, "evidence": []} for name in signals]
        values["message"]["conversation"] = f"desk:{number}"
        values |= {
            "id": f"{number:032x}",
            "conversation": f"desk:{number}",
            "created_at": START + timedelta(hours=number),
        }
        agent = changed.pop("agent", "7")
        async with self.copilot.database.writing(values["tenant"]) as session:
            session.add(DraftRow(**values | changed))
            await session.flush()
            if sent is not None:
                session.add(_sent(number, values["draft"]["text"] if sent is True else sent, agent))
        return str(values["id"])

    async def fill(self, count: int, **changed: Any) -> None:
        for number in range(1, count + 1):
            await self.draft(number, EN if number % 2 else AR, **changed)

    async def round(self, *, by: Principal = LEAD, **values: Any) -> Round:
        new = NewRound.model_validate({"name": "A week", "share": 1.0, **values})
        return await self.reviews.rounds.make(new, by=by)

    async def next(self, made: Round, by: Principal, *, more: bool = False) -> Sheet:
        found: Next = await self.reviews.desk.next(made.id, by=by, more=more)
        assert found.sheet is not None, found.state
        return found.sheet

    async def read_all(self, made: Round, by: Principal, answer: Answer | None = None) -> int:
        """Submit the same answer to all that somebody is given; return how many."""
        count = 0
        while (found := await self.reviews.desk.next(made.id, by=by, more=True)).sheet is not None:
            await self.reviews.desk.submit(found.sheet.item, answer or scores(), by=by)
            count += 1
        return count

    async def is_agent(self, who: Principal, agent: str = "7", *names: str) -> None:
        given = AgentIdentity(connection="desk", agent=agent, actor=who.actor, names=names)
        await self.reviews.agents.set(given, by=LEAD)

    async def rows(self, table: Any) -> list[Any]:
        async with self.copilot.database.reading() as session:
            return list((await session.scalars(select(table))).all())

    def wait(self, **span: float) -> None:
        self.time += timedelta(**span)


def _sent(number: int, text: str, agent: str) -> SentReplyRow:
    at = START + timedelta(hours=number, minutes=5)
    return SentReplyRow(
        tenant="default", id=f"5{number:031x}", connection="desk", conversation=f"desk:{number}",
        draft_id=f"{number:032x}", agent=agent, sent_at=at, stored_at=at, text=text, changes=[], blocked=False,
        findings=[], commitments=[], language="en", policy_revision="of-that-day", digest="d",
    )  # fmt: skip


@pytest.fixture
async def office(copilot: Copilot) -> Office:
    opened = Office(copilot)
    await opened.open()
    return opened
