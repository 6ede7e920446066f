"""Erasure: what is the customer's goes, values of theirs are masked elsewhere, and nobody else loses anything."""

import json

import pytest

from api.access.audit import read_audit
from api.idempotency.tables import IdempotencyRow
from api.privacy.holds import HoldKind, HoldStore, NewHold
from api.privacy.opening import installation_key
from api.privacy.receipts import stored_receipt
from api.privacy.subject import Subject
from inference.types import Message
from models.errors import ConflictError, NotFoundError
from tests.api.privacy.conftest import ADMIN, AT, OMAR_WORDS, SARA_WORDS, Desk, dump, everything

pytestmark = pytest.mark.databases("sqlite", "postgres")
SARA = Subject(customers=("c-77",), emails=("sara.h@example.com",), phones=("+966501234567",), names=("سارة الحربي",))
PIECES = (
    "سارة الحربي", "سارة", "0501234567", "٠٥٠١٢٣٤٥٦٧", "٠٥٠ ١٢٣ ٤٥٦٧", "+966 50 123 4567", "Sara.H@Example.com",
    "sara.h@example.com", "RX-88213", "3ayza flosi", "call you back within two days", "upset", "c-77",
)  # fmt: skip


async def test_nothing_is_left_in_any_table_or_file(desk: Desk) -> None:
    receipt = await desk.eraser.erase(SARA, by=ADMIN, whole=True)
    tables = repr(await dump(desk.tenants))
    files = everything(desk.settings.data)
    assert receipt.verified.found == 0
    for piece in PIECES:
        if piece == "سارة":  # the name of Omar's wife is masked where it is whole
            continue
        assert piece not in tables, piece
        assert piece.encode() not in files, piece
    await desk.tenants.keeper.knowledge.close()
    assert all(piece.encode() not in everything(desk.settings.data) for piece in PIECES if piece != "سارة")


async def test_the_other_customer_keeps_everything_but_her_values(desk: Desk) -> None:
    before = await desk.copilot.drafts.get(desk.omar, tenant="default")
    await desk.eraser.erase(SARA, by=ADMIN)
    after = await desk.copilot.drafts.get(desk.omar, tenant="default")
    expected = OMAR_WORDS.replace("سارة الحربي", "█" * 11).replace("٠٥٠١٢٣٤٥٦٧", "█" * 10)
    assert after.message.text == expected
    assert after.message.customer == before.message.customer
    assert [len(item.text) for item in after.message.history] == [len(item.text) for item in before.message.history]
    for signal in after.analysis.signals:
        for span in signal.evidence:
            assert after.message.text[span.start : span.end] == span.text


async def test_counts_and_the_register_stay(desk: Desk) -> None:
    receipt = await desk.eraser.erase(SARA, by=ADMIN)
    done = {item.table: item for item in receipt.tables}
    rows = await dump(desk.tenants)
    assert done["drafts"].removed == 1
    assert done["drafts"].masked == 2  # Omar's, and one of which nothing says whose it is
    assert done["feedback"].removed == 1
    assert done["commitments"].removed == 1
    assert done["desk_messages"].removed == 1
    assert done["deliveries"].removed == 2  # undeliverable, with her conversation or her number in them
    assert done["complaints"].cleared == 1
    assert done["complaint_events"].cleared == 1
    complaint = rows["complaints"][0]
    assert (complaint["reference"], complaint["state"], complaint["customer_id"]) == ("C-2025-1", "closed", None)
    assert any("register" in line for line in receipt.kept)


async def test_knowledge_is_masked_and_waits_for_a_new_verification(desk: Desk) -> None:
    await desk.eraser.erase(SARA, by=ADMIN)
    found = await desk.copilot.resolutions.get("leak")
    assert found.problem == "Card not delivered, as for [erased_1]"
    assert found.cases == ("call me on [erased_1]",)
    assert found.sent_back is not None
    hit = (await desk.copilot.search([Message(text="card not delivered")]))[0].hits[0]
    assert "الحربي" not in hit.resolution.problem


async def test_the_preview_counts_and_changes_nothing(desk: Desk) -> None:
    before = await dump(desk.tenants)
    preview = await desk.eraser.preview(SARA, tenant="default")
    assert await dump(desk.tenants) == before
    assert (preview.conversations, preview.drafts) == (1, 1)
    assert preview.near_conversations == ("zen:4712",)
    assert set(preview.near_drafts) == {desk.sara[1], desk.omar}
    text = preview.model_dump_json()
    assert all(piece not in text for piece in PIECES)


async def test_whole_takes_what_is_near(desk: Desk) -> None:
    mail = Subject(emails=("SARA.H@example.com",))
    await desk.eraser.erase(mail, by=ADMIN, whole=True)
    for draft in desk.sara:
        with pytest.raises(NotFoundError):
            await desk.copilot.drafts.get(draft, tenant="default")
    await desk.copilot.drafts.get(desk.omar, tenant="default")


@pytest.mark.parametrize("held", [(HoldKind.CUSTOMER, "c-77"), (HoldKind.CONVERSATION, "zen:4711")])
async def test_a_hold_forbids_it_with_its_reason(desk: Desk, held: tuple[HoldKind, str]) -> None:
    store = HoldStore(desk.tenants.database)
    hold = await store.set(NewHold(kind=held[0], value=held[1], reason="File 12/2025"), by="user:1", tenant="default")
    before = await dump(desk.tenants)
    with pytest.raises(ConflictError, match="File 12/2025"):
        await desk.eraser.erase(SARA, by=ADMIN)
    assert await dump(desk.tenants) == before
    await store.lift(hold.id, tenant="default")
    await desk.eraser.erase(SARA, by=ADMIN)


async def test_a_held_conversation_of_another_is_not_masked(desk: Desk) -> None:
    new = NewHold(kind=HoldKind.CONVERSATION, value="zen:4712", reason="Evidence")
    await HoldStore(desk.tenants.database).set(new, by="user:1", tenant="default")
    receipt = await desk.eraser.erase(SARA, by=ADMIN)
    assert (await desk.copilot.drafts.get(desk.omar, tenant="default")).message.text == OMAR_WORDS
    assert {item.table: item.held for item in receipt.tables}["drafts"] == 1


async def test_another_tenant_is_not_touched(desk: Desk) -> None:
    other = await desk.tenants.copilot("acme").propose(Message(text=SARA_WORDS, conversation="zen:4711"))
    receipt = await desk.eraser.erase(SARA, by=ADMIN, whole=True)
    assert receipt.verified.found == 0, "what another tenant holds is nobody else's to learn"
    assert (await desk.tenants.copilot("acme").drafts.get(other.id, tenant="acme")).message.text == SARA_WORDS


async def test_the_receipt_is_stored_signed_and_holds_nothing_personal(desk: Desk) -> None:
    receipt = await desk.eraser.erase(SARA, by=ADMIN)
    keyed = installation_key(desk.settings)
    assert await stored_receipt(desk.tenants.database, receipt.id, tenant="default") == receipt
    assert receipt.holds(keyed)
    assert not receipt.model_copy(update={"by": "user:2"}).holds(keyed)
    assert all(piece not in receipt.model_dump_json() for piece in PIECES)
    assert receipt.by == "user:1"
    entry = (await read_audit(desk.tenants.database, tenant="default", action="erasure")).items[0]
    assert (entry.object, entry.actor) == (receipt.id, "user:1")


async def test_nothing_found_is_told_and_leaves_no_receipt(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        await desk.eraser.erase(Subject(customers=("c-99",)), by=ADMIN)
    assert (await dump(desk.tenants))["erasures"] == []


async def test_kept_answers_that_show_what_is_erased_go_too(desk: Desk) -> None:
    """None of her values need stand in them: a conversation, a draft, or a row that hangs on one, is enough."""
    bodies = {
        "conversation": '{"message":{"text":"Where is it?","conversation":"zen:4711"}}',
        "draft": f'event: draft\ndata: {{"id":"{desk.sara[0]}"}}\n\n',
        "other": json.dumps({"id": desk.omar, "text": '"conversation":"zen:4711"', "conversation": "zen:4712"}),
    }
    async with desk.tenants.database.writing("default") as session:
        for name, body in bodies.items():
            session.add(
                IdempotencyRow(
                    tenant="default", id=name, digest="d", seed="s", until=AT, expires_at=AT, status=201, headers={},
                    body=body,
                )
            )  # fmt: skip
    await desk.eraser.erase(Subject(conversations=("zen:4711",)), by=ADMIN)
    left = {row["id"] for row in (await dump(desk.tenants))["idempotency"]}
    assert left & bodies.keys() == {"other"}
