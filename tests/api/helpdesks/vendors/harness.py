"""A vendor's adapter against its fake, without a network."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import strategies as st

from api.helpdesks.adapter import Adapter, Delivery, Event, Fetching, Note
from api.helpdesks.registry import ConnectionsFile
from inference.types import Status
from tests.api.helpdesks.fakes.all import FAKES
from tests.api.helpdesks.fakes.base import FakeHelpdesk, FakeNote, Kind, Said

VENDORS = ("freshdesk", "front", "help_scout", "intercom", "zammad", "zendesk")
DRAFTING = ("front", "help_scout")
"""Vendors with true drafts."""
SIGNED_TIME = ("front", "zendesk")
AT = datetime(2026, 11, 20, 9, 0, 5, tzinfo=UTC)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
"""Values that a field never holds."""
every_vendor = pytest.mark.parametrize("vendor", VENDORS)
AR = "طلبي رقم ٤٥٨١٢ متأخر أسبوعًا ولم يردّ أحد! أين وصل؟"


class Impatient(httpx.ASGITransport):
    """Gives up after a while: what a fake does in silence is a time-out."""

    patience = 0.3

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            async with asyncio.timeout(self.patience):
                return await super().handle_async_request(request)
        except TimeoutError as error:
            raise httpx.ReadTimeout("silence", request=request) from error


@dataclass
class Desk:
    """A fake, and the adapter that speaks to it as the operator's file connects them."""

    fake: FakeHelpdesk
    adapter: Adapter
    client: httpx.AsyncClient

    def delivery(self, said: Said, *, at: datetime = AT, number: str = "1") -> Delivery:
        """Return a signed delivery of something that was said."""
        headers, body = self.fake.delivery(said, at, number=number)
        return Delivery(body, {name.lower(): value for name, value in headers.items()}, at)


def open_desk(vendor: str, **options: Any) -> Desk:
    fake = FAKES[vendor](silence=5.0)
    entry = {"id": "desk", "private_network": True, **fake.connection("http://127.0.0.1:9"), **options}
    environment = fake.environment()
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        connection = ConnectionsFile.model_validate({"version": 1, "connections": [entry]}).connections[0]
        adapter = connection.adapter()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    return Desk(fake, adapter, httpx.AsyncClient(transport=Impatient(app=fake.app()), base_url="http://desk"))


def said(kind: Kind = Kind.CUSTOMER, **more: Any) -> Said:
    given: dict[str, Any] = {"conversation": "5158", "id": "72001", "text": AR, "at": AT - timedelta(seconds=4)}
    return Said(kind, **{**given, **more})


def note(vendor: str, **more: Any) -> Note:
    given: dict[str, Any] = {
        "id": "d-1",
        "marker": "RIFQ-D-0001",
        "conversation": "5158",
        "status": Status.READY,
        "text": "مرحبًا سارة،\nخرجت شحنتكم <اليوم> & تصلكم غدًا.",
        "heading": "مسودة جاهزة لمراجعتكم",
        "remarks": ("<script>alert(1)</script> راجعوا https://evil.example",),
        "direction": "rtl",
        "text_language": "ar",
        "language": "ar",
        "tags": ("sentiment__negative", "language__ar"),
        "customer_id": "8001",
    }
    return Note(**{**given, **more})


def notes(desk: Desk) -> list[FakeNote]:
    """Return the private notes that lie in the fake."""
    return [note for note in desk.fake.notes if not note.deleted]


def drafts(desk: Desk) -> list[FakeNote]:
    """Return the true drafts that lie in the fake."""
    return [draft for draft in getattr(desk.fake, "drafts", ()) if not draft.deleted]


async def fetched(desk: Desk, delivery: Delivery) -> Sequence[Event]:
    """Return what the adapter reads of a delivery, with what it has to ask for."""
    if isinstance(desk.adapter, Fetching):
        delivery = await desk.adapter.fetch(desk.client, delivery)
    return desk.adapter.read(delivery)
