"""Every vendor's notes: left once, found again, replaced, never over an agent's words."""

import contextlib
import json
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import given, settings

from api.helpdesks.adapter import (
    Probing,
)
from inference.types import Status
from models.errors import HelpdeskError
from tests.api.helpdesks.fakes.base import Trouble
from tests.api.helpdesks.vendors.harness import (
    DRAFTING,
    JUNK,
    drafts,
    every_vendor,
    note,
    notes,
    open_desk,
)


@every_vendor
async def test_a_note_is_left_found_and_left_once(vendor: str) -> None:
    desk, given_note = open_desk(vendor), note(vendor)
    assert await desk.adapter.find(desk.client, given_note) is None
    left = await desk.adapter.leave(desk.client, given_note)
    assert await desk.adapter.find(desk.client, given_note) == left
    assert await desk.adapter.find(desk.client, replace(given_note, marker="RIFQ-D-0002")) is None
    assert len(notes(desk)) == 1
    assert len(drafts(desk)) == (vendor in DRAFTING)
    assert desk.fake.notes[0].conversation == "5158"
    assert not desk.fake.faults


@every_vendor
async def test_untrusted_text_stays_text(vendor: str) -> None:
    desk = open_desk(vendor)
    await desk.adapter.leave(desk.client, note(vendor))
    for left in [*notes(desk), *drafts(desk)]:
        # HTML is escaped; Front's comments are Markdown, where a backslash does it.
        assert not re.search(r"(?<!\\)<(script|اليوم)", left.text)
        assert "https://evil" not in left.text
        if left.draft or vendor != "front":
            assert 'dir="rtl"' in left.text
            assert 'lang="ar"' in left.text


@every_vendor
@pytest.mark.parametrize("trouble", [Trouble.BROKEN_AFTER, Trouble.SILENT_AFTER, Trouble.SILENT, Trouble.BROKEN])
async def test_no_trouble_doubles_or_loses_a_note(vendor: str, trouble: Trouble) -> None:
    """The pipeline's way: an answer that is not sure is looked for, and only what is not there is left again."""
    desk, given_note = open_desk(vendor), note(vendor)
    desk.fake.rates = {trouble: 0.6}
    for _ in range(40):
        with contextlib.suppress(HelpdeskError):
            if await desk.adapter.find(desk.client, given_note) is not None:
                break
            await desk.adapter.leave(desk.client, given_note)
    assert await desk.adapter.find(desk.client, given_note) is not None
    assert len(notes(desk)) == 1
    assert len(drafts(desk)) == (vendor in DRAFTING)
    assert not desk.fake.faults


@every_vendor
async def test_a_busy_helpdesk_says_until_when(vendor: str) -> None:
    desk = open_desk(vendor)
    desk.fake.retry_after = "7"
    desk.fake.troubles.append(Trouble.BUSY)
    with pytest.raises(HelpdeskError) as caught:
        await desk.adapter.leave(desk.client, note(vendor))
    assert (caught.value.lasting, caught.value.unsure, caught.value.retry_after) == (False, False, 7.0)
    assert not desk.fake.notes


@every_vendor
@pytest.mark.parametrize(
    ("status", "lasting"), [(400, True), (404, True), (422, True), (408, False), (425, False), (500, False)]
)
async def test_each_status_means_what_it_means(vendor: str, status: int, lasting: bool) -> None:
    adapter = open_desk(vendor).adapter

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 100})
        return httpx.Response(status)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://desk") as client:
        with pytest.raises(HelpdeskError) as caught:
            await adapter.leave(client, note(vendor, tags=()))
    assert caught.value.lasting is lasting


@every_vendor
@given(junk=JUNK)
@settings(max_examples=40)
async def test_whatever_a_helpdesk_answers_is_a_helpdesk_error(vendor: str, junk: Any) -> None:
    adapter = open_desk(vendor).adapter
    body = json.dumps(junk).encode("utf-8", "surrogatepass")

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body, headers={"Content-Type": "application/json"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://desk") as client:
        for call in (adapter.leave, adapter.find):
            try:
                await call(client, note(vendor))
            except HelpdeskError:
                continue


@every_vendor
async def test_a_newer_note_takes_the_place_of_an_older_one(vendor: str) -> None:
    desk = open_desk(vendor)
    older = note(vendor)
    left = await desk.adapter.leave(desk.client, older)
    assert await desk.adapter.withdraw(desk.client, older, left) is True
    assert await desk.adapter.withdraw(desk.client, older, left) is True
    # The very same words once more: a draft that is there already must not be taken for the new one.
    newer = note(vendor, id="d-2", marker="RIFQ-D-0002", replaces=True)
    await desk.adapter.leave(desk.client, newer)
    assert len(drafts(desk)) == (vendor in DRAFTING)
    kept = {"zendesk": 2, "intercom": 2, "help_scout": 2, "front": 2}.get(vendor, 1)
    assert len(notes(desk)) == kept
    assert not desk.fake.faults


@pytest.mark.parametrize("vendor", [*DRAFTING, "freshdesk"])
async def test_what_an_agent_edited_stays(vendor: str) -> None:
    desk, given_note = open_desk(vendor), note(vendor)
    left = await desk.adapter.leave(desk.client, given_note)
    edited = (drafts(desk) or notes(desk))[0]
    edited.text, edited.version = edited.text.replace("غدًا", "بعد غد"), edited.version + 1
    assert left.version is not None
    assert await desk.adapter.withdraw(desk.client, given_note, left) is False
    assert not edited.deleted
    beside = replace(given_note, marker="RIFQ-D-0003", beside=True)
    await desk.adapter.leave(desk.client, beside)
    assert drafts(desk) in ([], [edited])
    assert "بعد غد" in edited.text
    assert not desk.fake.faults


@pytest.mark.parametrize("vendor", DRAFTING)
@pytest.mark.parametrize("more", [{"text": "", "status": Status.NO_SAFE_DRAFT}, {"beside": True}])
async def test_without_a_draft_there_is_a_note(vendor: str, more: dict[str, Any]) -> None:
    desk, given_note = open_desk(vendor), note(vendor, **more)
    left = await desk.adapter.leave(desk.client, given_note)
    assert await desk.adapter.find(desk.client, given_note) == left
    assert not drafts(desk)
    assert ("غدًا" in desk.fake.notes[0].text) is bool(given_note.text)
    assert left.version is None


@every_vendor
async def test_the_token_is_tried_without_changing_anything(vendor: str) -> None:
    desk = open_desk(vendor)
    assert isinstance(desk.adapter, Probing)
    assert await desk.adapter.probe(desk.client)
    assert not desk.fake.notes
    assert not desk.fake.faults


@every_vendor
async def test_a_wrong_token_is_said_to_be_one(vendor: str) -> None:
    desk = open_desk(vendor)

    def refuse(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={})

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse), base_url="http://desk") as client:
        with pytest.raises(HelpdeskError) as caught:
            await desk.adapter.leave(client, note(vendor))
    assert not caught.value.lasting
    assert "token" in caught.value.message
