from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.complaints import (
    ComplaintHistory,
    ComplaintRegister,
    Country,
    NewComplaint,
    NewComplaintEvent,
    load_country,
)
from inference.policy import ComplaintRules, Policy
from retrieval.store import Database
from tests.inference.builders import POLICY

TENANT = "t"
SUNDAY = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)  # noon in Riyadh
SAUDI = POLICY.model_copy(update={"complaints": ComplaintRules(country="sa"), "calendar": None})


def stopping(code: str) -> Country:
    """A country whose final response may wait for the customer."""
    raw = load_country(code).model_dump(mode="json", by_alias=True)
    for duty in raw["sectors"]["banking"]["duties"]:
        duty["stops"] = duty["kind"] == "final_response"
    return Country.model_validate(raw)


class Office:
    """A register at a clock that a test sets."""

    def __init__(self, database: Database) -> None:
        self.time = SUNDAY
        self.database = database
        self.policy: Policy = SAUDI
        self.register = ComplaintRegister(database, now=lambda: self.time)

    def wait(self, **span: float) -> None:
        self.time += timedelta(**span)

    async def raised(self, **values: Any) -> ComplaintHistory:
        new = NewComplaint.model_validate(values)
        return await self.register.raise_(new, by="user:1", policy=self.policy, tenant=TENANT)

    async def tell(self, id_: str, event: str, **values: Any) -> ComplaintHistory:
        told = NewComplaintEvent.model_validate({"event": event, **values})
        return await self.register.tell(id_, told, by="user:2", policy=self.policy, tenant=TENANT)

    async def get(self, id_: str) -> ComplaintHistory:
        return await self.register.get(id_, policy=self.policy, tenant=TENANT)


@pytest.fixture
async def office(database: Database) -> Office:
    return Office(database)
