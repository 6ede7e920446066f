import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from api.complaints import Complaint, ComplaintListing, ComplaintState, DutyKind, NewComplaintEvent
from api.complaints.holds import forget, held_conversations, holds
from inference.policy import ComplaintRules
from inference.types import Message
from models.errors import ConflictError, InputError, MissingWordingError, NotFoundError
from tests.api.complaints.conftest import SAUDI, SUNDAY, TENANT, Office, stopping
from tests.inference.builders import POLICY, analysis

pytestmark = pytest.mark.databases("sqlite", "postgres")
_RESPONSE = "We are sorry. We have refunded the fee.\n\n{locked}\n\nThe team"


def _locked(found: object, language: str = "ar") -> str:
    return "\n".join(item.text[language] for item in found.locked)  # type: ignore[attr-defined]


async def test_a_complaint_has_a_reference_and_a_clock(office: Office) -> None:
    found = await office.raised(conversation="c1", customer_id="77", summary="رسوم مكررة")
    assert found.reference == "C-2026-000001-16"
    assert int("2026" + "000001" + "16") % 97 == 1
    assert found.state is ComplaintState.OPEN
    assert [(item.name, item.due) for item in found.duties] == [
        ("acknowledge", datetime(2026, 11, 2, 14, 0, tzinfo=UTC)),
        ("final_response", datetime(2026, 11, 15, 14, 0, tzinfo=UTC)),
    ]
    assert all(item.rule is not None and item.rule.verify_with_counsel for item in found.duties)
    assert found.due_duty == "acknowledge"
    assert found.reference in found.acknowledgement.text["ar"]
    assert found.reference in found.acknowledgement.text["en"]
    assert [event.by for event in found.events] == ["user:1"]


async def test_numbers_have_no_gap_and_no_twin_whoever_counts(office: Office) -> None:
    raised = await asyncio.gather(*(office.raised(conversation=f"c{number}") for number in range(20)))
    for _ in range(3):
        with pytest.raises(InputError):
            await office.raised(sector="unknown")
    after = await office.raised(conversation="last")
    numbers = sorted(int(item.reference.split("-")[2]) for item in (*raised, after))
    assert numbers == list(range(1, 22))
    assert after.reference.startswith("C-2026-000021")


async def test_each_year_and_each_tenant_counts_anew(office: Office) -> None:
    await office.raised()
    office.time = datetime(2026, 12, 31, 21, 30, tzinfo=UTC)  # already 2027 in Riyadh
    assert (await office.raised()).reference.startswith("C-2027-000001-")
    office.policy = SAUDI.model_copy(update={"complaints": ComplaintRules(country="sa", reference="{number}/{check}")})
    assert (await office.raised()).reference.startswith("000001/")
    assert (await office.raised()).reference.startswith("000002/")


async def test_one_conversation_has_one_complaint_that_has_not_ended(office: Office) -> None:
    first = await office.raised(conversation="c")
    with pytest.raises(ConflictError, match=first.reference):
        await office.raised(conversation="c")
    assert (await office.raised(conversation="c", source="helpdesk")).id == first.id
    await office.tell(first.id, "withdrawn", note="The customer wrote so.")
    second = await office.raised(conversation="c", source="helpdesk")
    assert (second.id != first.id, second.ground) == (True, "tag")


async def test_the_whole_way_to_the_end(office: Office) -> None:
    made = await office.raised()
    office.wait(hours=2)
    found = await office.tell(made.id, "acknowledged")
    assert (found.state, found.due_duty) == (ComplaintState.ACKNOWLEDGED, "final_response")
    await office.tell(made.id, "investigating")
    with pytest.raises(ConflictError, match="investigating"):
        await office.tell(made.id, "acknowledged")
    text = _RESPONSE.format(locked=_locked(made))
    found = await office.tell(made.id, "responded", text=text)
    assert (found.state, found.due, found.overdue) == (ComplaintState.RESPONDED, None, False)
    found = await office.tell(made.id, "closed")
    assert (found.state, found.closed_at) == (ComplaintState.CLOSED, office.time)
    with pytest.raises(ConflictError):
        await office.tell(made.id, "responded", text=text)
    names = [event.event.value for event in found.events]
    assert names == ["raised", "acknowledged", "investigating", "responded", "closed"]


@pytest.mark.parametrize("spoil", ["", "{short}", "{changed}"])
async def test_a_final_response_needs_the_locked_wording_unchanged(office: Office, spoil: str) -> None:
    made = await office.raised()
    locked = _locked(made)
    text = spoil.format(short=locked[:-20], changed=locked.replace("البنك المركزي", "البنك")) or "We are sorry."
    with pytest.raises(MissingWordingError, match="regulator") as refused:
        await office.tell(made.id, "responded", text=text)
    assert refused.value.code == "missing_wording"
    assert (await office.get(made.id)).state is ComplaintState.OPEN
    with pytest.raises(MissingWordingError):  # Arabic paragraphs in an English response are not what the law asks for
        await office.tell(made.id, "responded", text=locked, language="en")


async def test_white_space_and_direction_marks_change_nothing(office: Office) -> None:
    made = await office.raised(language="en")
    spaced = _locked(made, "en").replace(" ", "\n  ").replace(made.reference, f"\u2068{made.reference}\u2069")
    assert (await office.tell(made.id, "responded", text=spaced)).state is ComplaintState.RESPONDED


async def test_the_same_delivery_again_changes_nothing(office: Office) -> None:
    made = await office.raised()
    first = await office.tell(made.id, "acknowledged", delivery="d1")
    again = await office.tell(made.id, "acknowledged", delivery="d1")
    assert again.events == first.events


async def test_what_is_overdue_is_noticed_once(office: Office) -> None:
    one, two = await office.raised(), await office.raised()
    office.wait(days=1, hours=3)
    assert await office.register.sweep(tenant=TENANT) == ()
    office.wait(hours=3)
    found = await office.register.sweep(tenant=TENANT)
    assert sorted((item.id, item.duty) for item in found) == sorted((item, "acknowledge") for item in (one.id, two.id))
    assert [item.sequence for item in found] == [1, 2]
    assert await office.register.sweep(tenant=TENANT) == ()
    assert await office.register.owing() == (TENANT,)
    await office.tell(one.id, "acknowledged")
    await office.tell(two.id, "withdrawn", note="Settled by telephone.")
    assert await office.register.owing() == ()
    office.wait(days=20)
    (late,) = await office.register.sweep(tenant=TENANT)
    assert (late.id, late.kind, late.sequence) == (one.id, DutyKind.FINAL_RESPONSE, 3)
    notices = await office.register.notices(tenant=TENANT, after=1)
    assert [item.sequence for item in notices] == [2, 3]
    assert await office.register.notices(tenant="other") == ()


async def test_concurrent_sweeps_notice_once(office: Office) -> None:
    for _ in range(5):
        await office.raised()
    office.wait(days=3)
    found = await asyncio.gather(*(office.register.sweep(tenant=TENANT) for _ in range(4)))
    assert sorted(item.sequence for batch in found for item in batch) == [1, 2, 3, 4, 5]


async def test_a_clock_stands_still_only_where_a_rule_allows_it(office: Office) -> None:
    made = await office.raised()
    with pytest.raises(ConflictError, match="No rule"):
        await office.tell(made.id, "paused", note="We asked for a receipt.")
    office.register.countries = stopping
    made = await office.raised()
    due = next(item.due for item in made.duties if item.kind is DutyKind.FINAL_RESPONSE)
    office.wait(days=1)  # nine working days are left
    await office.tell(made.id, "acknowledged")
    await office.tell(made.id, "paused", note="We asked for a receipt.")
    with pytest.raises(ConflictError, match="still"):
        await office.tell(made.id, "paused", note="Again.")
    office.wait(days=30)
    assert (await office.get(made.id)).due is None
    assert not [item for item in await office.register.sweep(tenant=TENANT) if item.id == made.id]
    found = await office.tell(made.id, "resumed")
    assert found.due == datetime(2026, 12, 15, 14, 0, tzinfo=UTC)
    assert found.due > due
    with pytest.raises(ConflictError):
        await office.tell(made.id, "resumed")


async def test_a_holding_response_gives_the_time_that_the_rule_gives_once(office: Office) -> None:
    made = await office.raised(country="gb", kind="payments", language="en")
    final = next(item for item in made.duties if item.kind is DutyKind.FINAL_RESPONSE)
    assert final.due == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    await office.tell(made.id, "acknowledged")
    found = await office.tell(made.id, "extended", note="A holding response was sent.")
    assert found.due == datetime(2026, 12, 18, 17, 0, tzinfo=UTC)
    with pytest.raises(ConflictError, match="more time"):
        await office.tell(made.id, "extended", note="Again.")


async def test_listing_follows_what_is_due_and_pages_hold_each_once(office: Office) -> None:
    for number in range(7):
        office.wait(minutes=number)
        await office.raised(conversation=f"c{number}", country="gb" if number % 2 else "sa")
    ended = await office.raised()
    await office.tell(ended.id, "withdrawn", note="A slip.")
    found: list[Complaint] = []
    after = None
    while True:
        page = await office.register.list(tenant=TENANT, after=after, limit=3)
        found += page.items
        after = page.next
        if after is None:
            break
    assert len({item.id for item in found}) == len(found) == 8
    assert found[-1].id == ended.id
    dues = [item.due for item in found if item.due is not None]
    assert dues == sorted(dues)
    running = await office.register.list(tenant=TENANT, only=ComplaintListing.RUNNING)
    assert len(running.items) == 7
    office.wait(days=2)
    overdue = await office.register.list(tenant=TENANT, only=ComplaintListing.OVERDUE)
    assert {item.country for item in overdue.items} == {"sa"}
    assert not (await office.register.list(tenant="other")).items
    soon = await office.register.list(tenant=TENANT, due_before=SUNDAY + timedelta(days=2))
    assert {item.country for item in soon.items} == {"sa"}
    with pytest.raises(InputError):
        await office.register.list(tenant=TENANT, after="nonsense")


async def test_figures_count_states_and_duties(office: Office) -> None:
    late, early = await office.raised(), await office.raised()
    await office.tell(early.id, "acknowledged")
    office.wait(days=3)
    await office.tell(late.id, "acknowledged")
    await office.raised()
    office.wait(days=2)
    found = await office.register.figures(tenant=TENANT)
    assert (found.all, found.overdue) == (3, 1)
    assert found.states == {ComplaintState.ACKNOWLEDGED: 2, ComplaintState.OPEN: 1}
    counts = found.duties[DutyKind.ACKNOWLEDGEMENT]
    assert (counts.in_time, counts.late, counts.overdue) == (1, 1, 1)


async def test_an_unknown_id_and_another_tenants_are_not_found(office: Office) -> None:
    made = await office.raised()
    for tenant, id_ in ((TENANT, "nothing"), ("other", made.id)):
        with pytest.raises(NotFoundError):
            await office.register.get(id_, policy=SAUDI, tenant=tenant)
        told = NewComplaintEvent.model_validate({"event": "acknowledged"})
        with pytest.raises(NotFoundError):
            await office.register.tell(id_, told, by="x", policy=SAUDI, tenant=tenant)


async def test_what_cannot_be_raised_says_why(office: Office) -> None:
    with pytest.raises(InputError, match="future"):
        await office.raised(received_at=SUNDAY + timedelta(hours=1))
    with pytest.raises(InputError, match="zz"):
        await office.raised(country="zz")
    with pytest.raises(InputError, match="payments"):
        await office.raised(kind="payments")
    office.policy = POLICY
    with pytest.raises(InputError, match="names no country"):
        await office.raised()
    assert (await office.raised(country="eg")).country == "eg"


@pytest.mark.parametrize(
    "values",
    [{"event": "raised"}, {"event": "held"}, {"event": "responded"}, {"event": "noted", "note": "x", "text": "y"}],
)
def test_an_event_needs_what_belongs_to_it(values: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        NewComplaintEvent.model_validate(values)


class Subject:
    customer_ids = ("77",)
    conversations = ("c",)
    draft_ids = ()


async def test_a_complaint_holds_its_data_until_it_has_ended_long_ago(office: Office) -> None:
    made = await office.raised(conversation="c", customer_id="77", summary="Fees")

    async def reasons() -> list[str]:
        async with office.database.reading() as session:
            return [item.reason for item in await holds(session, TENANT, Subject(), office.time)]

    assert await reasons() == ["open_complaint"]
    await office.tell(made.id, "held", note="The regulator asks.")
    assert await reasons() == ["legal_hold"]
    await office.tell(made.id, "withdrawn", note="Done.")
    assert await reasons() == ["legal_hold"]
    await office.tell(made.id, "released")
    assert await reasons() == ["after_closing"]
    office.wait(days=6 * 365)
    assert await reasons() == []
    async with office.database.reading() as session:
        assert await held_conversations(session, TENANT, office.time) == frozenset()
    async with office.database.writing(TENANT) as session:
        assert await forget(session, TENANT, [made.id]) == 1
    found = await office.get(made.id)
    assert (found.conversation, found.customer_id, found.summary) == (None, None, None)
    assert (found.reference, found.state) == (made.reference, ComplaintState.WITHDRAWN)
    assert all(event.note is None for event in found.events)


async def test_a_message_raises_one_complaint_and_its_agent_is_told(office: Office) -> None:
    message = Message(text="سأشتكي عليكم عند ساما", conversation="c", received_at=SUNDAY)
    read = analysis(message.text)
    register, asked = office.register, {"policy": SAUDI, "language": "ar", "tenant": TENANT}
    first = await register.consider(message, read, **asked)  # type: ignore[arg-type]
    assert first is not None
    (row,) = (await register.list(tenant=TENANT)).items
    assert (row.ground, row.source, row.conversation) == ("regulator_threat", "analysis", "c")
    assert row.reference in first.note
    assert "الإشعار بالاستلام" in first.note
    assert "\u20662026-11-02 17:00 UTC+03:00\u2069" in first.note, "the parts of a moment keep their order in Arabic"
    thanks = Message(text="شكرا", conversation="c")
    later = await register.consider(thanks, analysis(thanks.text), **asked)  # type: ignore[arg-type]
    assert later is not None
    assert later.id == first.id
    calm = Message(text="متى يفتح الفرع؟", conversation="d")
    assert await register.consider(calm, analysis(calm.text), **asked) is None  # type: ignore[arg-type]
    assert await register.consider(message, read, **(asked | {"policy": POLICY})) is None  # type: ignore[arg-type]
    assert len((await register.list(tenant=TENANT)).items) == 1


async def test_a_message_without_a_conversation_is_made_again_without_a_second_complaint(office: Office) -> None:
    message = Message(text="This is a formal complaint.", received_at=SUNDAY)
    asked = {"policy": SAUDI, "language": "en", "tenant": TENANT}
    first = await office.register.consider(message, analysis(message.text), **asked)  # type: ignore[arg-type]
    assert first is not None
    await office.register.attach(first.id, "draft1", tenant=TENANT)
    again = await office.register.consider(message, analysis(message.text), **asked, again="draft1")  # type: ignore[arg-type]
    assert again is not None
    assert (again.id, again.drafted) == (first.id, True)
