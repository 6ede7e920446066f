"""Retention: what is past its time goes, what is held stays."""

from datetime import timedelta

import pytest

from api.complaints.tables import ComplaintRow
from api.privacy.holds import HoldKind, HoldStore, NewHold
from api.privacy.retention import Retention, Terms
from models.errors import ConfigurationError
from tests.api.privacy.conftest import Desk, dump

pytestmark = pytest.mark.databases("sqlite", "postgres")


def _retention(desk: Desk, days: int, **given: int) -> Retention:
    now = desk.tenants.ledger.now() + timedelta(days=days)
    return Retention(desk.tenants.database, Terms(given), lambda: now)


async def test_nothing_young_goes(desk: Desk) -> None:
    before = await dump(desk.tenants)
    young = {"conversations": 36_500, "sent": 36_500, "deliveries": 36_500, "idempotency": 36_500}
    assert await _retention(desk, 364, **young).sweep(tenant="default") == {}
    assert await dump(desk.tenants) == before


async def test_what_is_past_its_time_goes_with_what_hangs_on_it(desk: Desk) -> None:
    kept = _retention(desk, 366)
    due = {term.term: term.due for term in await kept.show(tenant="default")}
    assert (due["drafts"], due["deliveries"]) == (3, 2)
    gone = await kept.sweep(tenant="default")
    assert (gone["drafts"], gone["deliveries"], gone["desk_messages"], gone["idempotency"]) == (3, 2, 2, 2)
    rows = await dump(desk.tenants)
    assert [rows[name] for name in ("drafts", "feedback", "commitments", "sent_parts", "desk_notes")] == [[]] * 5
    assert len(rows["resolutions"]) > 0


async def test_a_hold_and_an_open_complaint_keep_what_is_theirs(desk: Desk) -> None:
    new = NewHold(kind=HoldKind.CONVERSATION, value="zen:4712", reason="Evidence")
    await HoldStore(desk.tenants.database).set(new, by="user:1", tenant="default")
    async with desk.tenants.database.writing("default") as session:
        complaint = await session.get(ComplaintRow, ("default", "k1"))
        assert complaint is not None
        complaint.state = "open"
    await _retention(desk, 5_000).sweep(tenant="default")
    rows = await dump(desk.tenants)
    assert {row["conversation"] for row in rows["drafts"]} == {"zen:4711", "zen:4712"}
    assert {row["conversation"] for row in rows["desk_messages"]} == {"4711", "4712"}


async def test_a_tenants_own_term_wins(desk: Desk) -> None:
    assert Terms({"drafts": 10, "acme/drafts": 90}).days("drafts", "acme") == 90
    assert Terms({"drafts": 10, "acme/drafts": 90}).days("drafts", "default") == 10
    assert await _retention(desk, 11, drafts=10).sweep(tenant="acme") == {}
    assert await _retention(desk, 0, **{"default/drafts": 90}).tenants() == ["default"]


@pytest.mark.parametrize("given", [{"draft": 1}, {"drafts": -1}, {"acme/nothing": 5}])
def test_a_wrong_term_names_what_fits(given: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError, match="RIFQ_KEEP"):
        Terms(given)
