"""A customer's erasure takes the outcomes of their conversations along, and nobody else's."""

import pytest

from api.quality.outcomes import OutcomeStore
from api.quality.records import NewOutcome
from tests.api.privacy.conftest import ADMIN, AT, Desk, desk
from tests.api.privacy.test_erasing import SARA

__all__ = ["desk"]
pytestmark = pytest.mark.databases("sqlite", "postgres")


async def test_outcomes_of_an_erased_customer_go(desk: Desk) -> None:
    store = OutcomeStore(desk.tenants.database, now=lambda: AT)
    told = [NewOutcome(conversation=f"zen:{number}", satisfaction=0.0, agent="17") for number in (4711, 4712)]
    await store.tell(told, tenant="default")
    receipt = await desk.eraser.erase(SARA, by=ADMIN)
    assert {item.table: item.removed for item in receipt.tables}["outcomes"] == 1
    assert [item.conversation for item in (await store.list(tenant="default")).items] == ["zen:4712"]
