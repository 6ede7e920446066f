"""An erasure reaches the copies, the notes and the appeals; figures stay. Time removes the rest."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from api.clock import utc_now
from api.copilot import Copilot
from api.idempotency.tables import IdempotencyRow
from api.privacy.opening import open_eraser
from api.privacy.retention import Retention, Terms
from api.privacy.subject import Subject
from api.review import ImportMapping, NewAppeal
from api.review.tables import ReviewAppealRow, ReviewCardRow, ReviewImportRow, ReviewItemRow, ReviewMarkRow
from api.settings import Settings
from api.tenants import Tenants
from evaluation.agreement import Note
from tests.api.conftest import open_all
from tests.api.privacy.conftest import dump
from tests.api.review.conftest import ALI, BASMA, LEAD, SARA, Office, scores

pytestmark = pytest.mark.databases("sqlite", "postgres")
NAME = "سارة الحربي"
MAPPING = ImportMapping(rubric="old", external_id="id", conversation="c", scores={"tone": "tone"}, comment="note")


@pytest.fixture
async def tenants(settings: Settings) -> AsyncIterator[Tenants]:
    async with open_all(settings) as opened:
        yield opened


@pytest.fixture
def copilot(tenants: Tenants) -> Copilot:
    return tenants.copilot("default")


async def _fill(office: Office) -> str:
    """Two replies in a closed round, with her name in all that people wrote about both; return the round's id."""
    for number in (1, 2):
        await office.draft(number, sent=f"We are sorry, {NAME}.", agent="7")
    await office.is_agent(SARA, "7")
    made = await office.round(target="sent", readers=2)
    said = scores(2).model_copy(
        update={"notes": {"tone": f"{NAME} is angry"}, "failures": {"wrong_fact": NAME}, "comment": NAME}
    )
    for who in (ALI, BASMA):
        await office.read_all(made, who, said)
    await office.reviews.rounds.close(made.id, by=LEAD)
    for item in await office.rows(ReviewItemRow):
        await office.reviews.appeals.make(item.id, NewAppeal(reason=f"{NAME} thanked us"), by=SARA)
    await office.reviews.imports.add(f"id,c,tone,note\n1,desk:1,3,{NAME}\n2,desk:2,4,{NAME}\n", MAPPING, by=LEAD)
    return made.id


def _kept(item: str) -> IdempotencyRow:
    """The kept answer to a reader who asked for an item under a key."""
    now = utc_now()
    return IdempotencyRow(
        tenant="default", id=item, digest="d", seed="s", until=now, expires_at=now + timedelta(days=1), status=200,
        headers={}, body=f'{{"state":"item","sheet":{{"item":"{item}","message":"My new card has not arrived"}}}}',
    )  # fmt: skip


async def test_a_customers_copies_notes_and_appeals_are_erased_and_figures_stay(
    office: Office, tenants: Tenants, settings: Settings
) -> None:
    round_id = await _fill(office)
    first, second = sorted(await office.rows(ReviewItemRow), key=lambda row: str(row.conversation))
    async with office.copilot.database.writing("default") as session:
        session.add_all(_kept(item.id) for item in (first, second))
    subject = Subject(conversations=("desk:1",), names=(NAME,))
    receipt = await open_eraser(settings, tenants).erase(subject, by=LEAD)
    assert [row.id for row in await office.rows(IdempotencyRow)] == [second.id], "what a reader was shown is kept too"
    assert any(line.startswith("review_items") for line in receipt.kept)
    assert not any("register" in line for line in receipt.kept)
    gone, left = sorted(await office.rows(ReviewItemRow), key=lambda row: row.message is not None)
    assert (gone.message, gone.sources, gone.replies, gone.draft_id, gone.conversation) == (None,) * 5
    assert "█" in left.replies[0]["text"]
    cards = await office.rows(ReviewCardRow)
    assert {card.item_id: card.notes is None for card in cards} == {gone.id: True, left.id: False}
    assert len(await office.rows(ReviewMarkRow)) == 4 * (len(scores().scores) + 1)
    (appeal,) = await office.rows(ReviewAppealRow)
    assert (appeal.item_id, appeal.reason) == (left.id, f"{'█' * 4} {'█' * 6} thanked us") or "█" in appeal.reason
    (imported,) = await office.rows(ReviewImportRow)
    assert (imported.external_id, NAME in imported.comment) == ("2", False)
    assert NAME not in str(await dump(tenants))
    found = await office.reviews.results.agreement(round_id, by=LEAD)
    clarity = next(item for item in found.questions if item.name == "criterion:clarity")
    assert (found.items, clarity.people.shared, clarity.people.alpha.note) == (2, 2, Note.TOO_FEW)
    own = await office.reviews.appeals.own(by=SARA)
    assert [reply.item for reply in own.items] == [left.id]
    export = await office.reviews.results.export(round_id, by=LEAD)
    assert [item.origins for item in export.items if item.id == gone.id] == [()]


async def test_what_is_too_old_goes_with_all_that_hangs_on_it(office: Office) -> None:
    await _fill(office)
    old = utc_now() - timedelta(days=731)
    first = (await office.rows(ReviewItemRow))[0].id
    async with office.copilot.database.writing("default") as session:
        await session.execute(update(ReviewItemRow).values(made_at=utc_now()))
        await session.execute(update(ReviewItemRow).where(ReviewItemRow.id == first).values(made_at=old))
        await session.execute(update(ReviewImportRow).values(imported_at=old))
    gone = await Retention(office.copilot.database, Terms({})).sweep(tenant="default")
    assert (gone["review_items"], gone["review_imports"]) == (1, 2)
    assert first not in {row.item_id for row in await office.rows(ReviewCardRow)}
    assert len(await office.rows(ReviewAppealRow)) == 1
    assert len(await office.rows(ReviewMarkRow)) == 2 * (len(scores().scores) + 1)
