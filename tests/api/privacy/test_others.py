"""Erasing one customer never touches another's rows: with any ids, any sharing of words, any order."""

from datetime import UTC, date, datetime
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from api.helpdesks.tables import ConversationRow, DeskMessageRow
from api.privacy.finding import find
from api.privacy.masking import BLOT
from api.privacy.matching import plain_matcher
from api.privacy.removing import remove
from api.privacy.subject import Subject
from api.tables import DraftRow
from models.errors import InputError
from retrieval.store import Database

AT = datetime(2025, 6, 1, tzinfo=UTC)
VALUES = (
    "+966501234567",
    "+966501234568",
    "+971501234567",
    "a.b@example.com",
    "ab@example.com",
    "RX-88213",
    "RX-882131",
)
_tenants = count()
_text = st.lists(st.sampled_from([*VALUES, "سارة", "angry", "7", "12", "عبدالله", "\n"]), max_size=6).map(" ".join)
_customer = st.tuples(st.sampled_from(["7", "77", "a@b.cc", "A@b.cc"]), st.sampled_from(["zen", "chat"]))
_people = st.dictionaries(_customer, st.tuples(st.sampled_from(["1", "11", "7"]), _text), min_size=1, max_size=4)


@pytest.mark.databases("sqlite")
@settings(
    max_examples=12,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(people=_people, data=st.data())
async def test_others_keep_every_row_and_every_word(
    database: Database, people: dict[tuple[str, str], tuple[str, str]], data: st.DataObject
) -> None:
    tenant = f"t{next(_tenants)}"
    threads = dict[str, tuple[str, str]]()
    for place, ((customer, connection), (_, text)) in enumerate(people.items()):
        threads[str(place)] = (f"{connection}:{customer}", text)
        await _add(database, tenant, (customer, connection), str(place), text)
    gone, _ = data.draw(st.sampled_from(sorted(threads.values())))
    value = data.draw(st.sampled_from(VALUES))
    subject = Subject(customers=(gone,), texts=(value,))
    matcher = plain_matcher(subject)
    async with database.writing(tenant) as session:
        found = await find(session, matcher, tenant=tenant)
        await remove(session, found, tenant=tenant, today=date(2025, 6, 1))
    async with database.reading() as session:
        rows = (await session.execute(select(DeskMessageRow.conversation, DeskMessageRow.text).where(
            DeskMessageRow.tenant == tenant))).all()  # fmt: skip
        drafts = (await session.execute(select(DraftRow.conversation, DraftRow.message).where(
            DraftRow.tenant == tenant))).all()  # fmt: skip
    others = {place: text for place, (customer, text) in threads.items() if customer.lower() != gone.lower()}
    assert {row.conversation for row in rows} == set(others)
    assert len(drafts) == len(others)
    for place, text in [(row.conversation, row.text) for row in rows]:
        expected = others[place]
        kept = "".join(old for old, new in zip(expected, text, strict=True) if new != BLOT)
        masked = "".join(old for old, new in zip(expected, text, strict=True) if new == BLOT)
        assert len(text) == len(expected)
        assert matcher.spans(text) == []
        assert not masked or value.removeprefix("+") in masked
        assert kept.count("angry") == expected.count("angry")


async def test_a_bare_id_of_two_helpdesks_is_refused(database: Database) -> None:
    await _add(database, "default", ("42", "zen"), "1", "hello")
    await _add(database, "default", ("42", "chat"), "1", "hello")
    async with database.reading() as session:
        with pytest.raises(InputError, match="CONNECTION:ID"):
            await find(session, plain_matcher(Subject(customers=("42",))), tenant="default")
        found = await find(session, plain_matcher(Subject(customers=("chat:42",))), tenant="default")
    assert {item.table.name: len(item.own) for item in found.tables if item.own} == {
        "drafts": 1, "desk_conversations": 1, "desk_messages": 1,
    }  # fmt: skip


async def _add(database: Database, tenant: str, whose: tuple[str, str], place: str, text: str) -> None:
    customer, connection = whose
    async with database.writing(tenant) as session:
        session.add(
            ConversationRow(
                tenant=tenant, connection=connection, conversation=place, channel="chat", customer_id=customer,
                updated_at=AT, unmatched=False,
            )
        )  # fmt: skip
        session.add(
            DeskMessageRow(
                tenant=tenant, connection=connection, conversation=place, id="m", author="customer", text=text, at=AT,
                received_at=AT, context={},
            )
        )  # fmt: skip
        session.add(
            DraftRow(
                tenant=tenant, id=f"{connection}{place}", created_at=AT, status="ready", channel="chat", urgent=False,
                conversation=f"{connection}:{place}", message={"text": text}, analysis={}, found={}, draft={},
                model_revision="m", index_generation="g", policy_revision="p",
            )
        )  # fmt: skip
