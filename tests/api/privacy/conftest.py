"""A small installation with two customers who know of each other, in every table that customers' data reaches."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access.principal import Principal, Scope
from api.complaints.tables import ComplaintEventRow, ComplaintRow
from api.copilot import Copilot
from api.drafts import StoredDraft
from api.helpdesks.tables import ConversationRow, DeliveryRow, DeskMessageRow, DeskNoteRow
from api.idempotency.tables import IdempotencyRow
from api.privacy.erasing import Eraser
from api.privacy.opening import open_eraser
from api.sent.tables import SentPartRow, SentReplyRow
from api.settings import Settings
from api.tenants import Tenants
from inference.types import Customer, Feedback, Message, Resolution, Turn, Verdict
from inference.types.message import Author
from retrieval.store import Base, ResolutionStore
from tests.api.conftest import open_all

AT = datetime(2025, 6, 1, 9, tzinfo=UTC)
ADMIN = Principal(tenant="default", actor="user:1", scopes=frozenset(Scope))
SARA_WORDS = "ana sara 3ayza flosi, el order RX-88213 ma weselsh w ana za3lana gedan"
OMAR_WORDS = "أنا عمر الكعبي، زوجتي سارة الحربي كتبت لكم أمس ورقمها ٠٥٠١٢٣٤٥٦٧ ولم يرد عليها أحد"


@dataclass(frozen=True)
class Desk:
    """An opened installation; ``sara`` and ``omar`` are ids of drafts."""

    tenants: Tenants
    copilot: Copilot
    eraser: Eraser
    settings: Settings
    sara: tuple[str, ...]
    omar: str


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    async with open_all(settings) as tenants:
        copilot = tenants.copilot("default")
        yield await _fill(tenants, copilot, settings)


async def _fill(tenants: Tenants, copilot: Copilot, settings: Settings) -> Desk:
    leak = Resolution(
        id="leak",
        problem="Card not delivered, as for سارة الحربي",
        answer="Track it with the courier.",
        language="en",
        cases=("call me on +966 50 123 4567",),
        verified_by="Mona",
        verified_at=AT.date(),
    )
    await ResolutionStore(tenants.database).put_many([leak])
    await tenants.keeper.refresh()
    message = Message(
        text=SARA_WORDS,
        customer=Customer(name="سارة الحربي"),
        conversation="zen:4711",
        history=(Turn(author=Author.CUSTOMER, text="رقمي ٠٥٠ ١٢٣ ٤٥٦٧ وبريدي Sara.H@Example.com"),),
    )
    first = await copilot.propose(message)
    sent = "We will call you back within two days, Sara."
    await copilot.give_feedback(first.id, Feedback(verdict=Verdict.EDITED, final_text=sent))
    loose = await copilot.propose(Message(text="Hello, I am sara.h@example.com, where is my card?"))
    other = await copilot.propose(
        Message(text=OMAR_WORDS, customer=Customer(name="عمر الكعبي"), conversation="zen:4712")
    )
    async with tenants.database.writing("default") as session:
        for draft, customer in ((first, "c-77"), (other, "c-78")):
            _add_desk(session, draft, customer)
        _add_complaint(session)
        await session.flush()
        _add_parts(session)
    return Desk(tenants, copilot, open_eraser(settings, tenants), settings, (first.id, loose.id), other.id)


def _add_desk(session: AsyncSession, stored: StoredDraft, customer: str) -> None:
    conversation = (stored.message.conversation or "").removeprefix("zen:")
    name, words, draft = stored.message.customer.name, stored.message.text, stored.id
    key = {"tenant": "default", "connection": "zen"}
    session.add(
        ConversationRow(
            **key, conversation=conversation, channel="chat", subject=words[:20], customer=name, customer_id=customer,
            updated_at=AT, unmatched=False,
        )
    )  # fmt: skip
    session.add(
        DeskMessageRow(
            **key, conversation=conversation, id=f"m{conversation}", author="customer", text=words, at=AT,
            received_at=AT, context={"facts": [{"name": "customer", "value": name}]},
        )
    )  # fmt: skip
    session.add(
        DeskNoteRow(
            **key, conversation=conversation, id=draft, answers=[f"m{conversation}"], digest="d", state="left",
            created_at=AT, next_at=AT, attempts=1, beside=False,
        )
    )  # fmt: skip
    body = f'{{"conversation": "{conversation}", "text": "{words}"}}'.encode()
    session.add(
        DeliveryRow(
            **key, id=f"d{conversation}", key=f"k{conversation}", received_at=AT, headers={}, body=body, state="dead",
            next_at=AT, attempts=3,
        )
    )  # fmt: skip
    session.add(
        SentReplyRow(
            tenant="default", id=f"s{conversation}", connection="zen", conversation=f"zen:{conversation}",
            draft_id=draft, sent_at=AT, stored_at=AT, text=f"Dear {name}", changes=[], blocked=False, findings=[],
            commitments=[], language="en", policy_revision="p", digest="d",
        )
    )  # fmt: skip
    session.add(
        IdempotencyRow(
            tenant="default", id=f"i{conversation}", digest="d", seed="s", until=AT, expires_at=AT, status=201,
            headers={}, body=f'{{"message": {{"text": "{words}", "customer": {{"name": "{name}"}}}}}}',
        )
    )  # fmt: skip


def _add_complaint(session: AsyncSession) -> None:
    session.add(
        ComplaintRow(
            tenant="default", id="k1", year=2025, number=1, reference="C-2025-1", conversation="zen:4711",
            customer_id="c-77", source="person", ground="service", raised_by="user:1", country="SA", sector="bank",
            kind="card", language="ar", summary="سارة تشكو من التأخير", state="closed", received_at=AT, created_at=AT,
            closed_at=AT, held=False,
        )
    )  # fmt: skip


def _add_parts(session: AsyncSession) -> None:
    for conversation in ("4711", "4712"):
        sent = f"s{conversation}"
        session.add(
            SentPartRow(
                tenant="default",
                connection="zen",
                conversation=f"zen:{conversation}",
                message_id="r1",
                sent_id=sent,
                number=1,
            )
        )
    session.add(
        ComplaintEventRow(
            tenant="default", complaint_id="k1", number=1, at=AT, event="raised", by="user:1",
            note="Customer phoned, upset",
        )
    )  # fmt: skip


async def dump(tenants: Tenants) -> dict[str, list[dict[str, object]]]:
    """Return every row of every table, as it is."""
    found = dict[str, list[dict[str, object]]]()
    async with tenants.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            rows = (await session.execute(select(table))).mappings().all()
            found[table.name] = [dict(row) for row in rows]
    return found


def everything(directory: Path) -> bytes:
    """Return the bytes of every file in a folder."""
    return b"\n".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())
