"""``/v1/sent`` and the page of sent replies."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from api.console.sent import differences
from api.console.strings import keys
from api.helpdesks.adapter import AgentReply, CustomerMessage
from api.helpdesks.loop import DraftLeft, Talk, close_loop
from inference.types import ChangeKind, Message
from models.errors import InputError, NotFoundError

PAGES = [("ar", "rtl", "ما أُرسل"), ("en", "ltr", "What was sent")]
START = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
EN, AR = "My new card has not arrived yet", "بطاقتي الجديدة لم تصل بعد"
OWN = "Our courier <b>tried</b> on Sunday & nobody was home, they will ring you before the next attempt."


async def send(app: FastAPI, number: int, question: str, sent: str | None = None) -> str:
    """Let an agent answer a question: with the draft, with ``{draft}`` in other words, or with words of their own."""
    copilot = app.state.tenants.copilot("default")
    stored = await copilot.propose(Message(text=question, conversation=f"desk:{number}"))
    at = START + timedelta(hours=number)
    text = stored.draft.text if sent is None else sent.replace("{draft}", stored.draft.text)
    messages = (
        CustomerMessage(str(number), f"m{number}", question, at),
        AgentReply(str(number), f"r{number}", text, at + timedelta(minutes=5), agent="سارة"),
    )
    left = DraftLeft(stored.id, (f"m{number}",), at + timedelta(minutes=1))
    (reply,) = await close_loop(copilot, Talk("desk", f"desk:{number}", messages, (left,)))
    return str(reply.id)


@pytest.fixture
async def replies(app: FastAPI) -> list[str]:
    return [
        await send(app, 1, EN),
        await send(app, 2, EN, "{draft}\nIt will be with you tomorrow, I guarantee it."),
        await send(app, 3, AR, "لحظة من فضلكم، أتحقق من الأمر."),
        await send(app, 4, EN, OWN),
    ]


async def ids(client: httpx.AsyncClient, query: str = "") -> list[str]:
    answer = await client.get(f"/v1/sent{query}")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_the_latest_comes_first(client: httpx.AsyncClient, replies: list[str]) -> None:
    assert await ids(client) == replies[::-1]


async def test_filters_are_met_at_once(client: httpx.AsyncClient, replies: list[str]) -> None:
    assert await ids(client, "?verdict=accepted") == [replies[0]]
    assert await ids(client, "?verdict=edited&blocked=true") == [replies[1]]
    assert await ids(client, "?verdict=edited&blocked=false") == []
    assert await ids(client, "?verdict=unused") == [replies[3], replies[2]]
    assert await ids(client, "?since=2026-06-14T12:05:00Z") == [replies[3], replies[2]]
    assert await ids(client, "?since=2026-06-14T15:05:00%2B03:00") == [replies[3], replies[2]]
    assert await ids(client, "?since=0001-01-01T00:00:00%2B14:00") == replies[::-1]
    assert await ids(client, "?since=9999-12-31T23:59:59-14:00") == []
    assert (await client.get("/v1/sent?since=2026-06-14T12:05:00")).status_code == 422


async def test_pages_follow_one_another(client: httpx.AsyncClient, replies: list[str]) -> None:
    seen, query = list[str](), "?limit=3"
    for _ in range(2):
        page = (await client.get(f"/v1/sent{query}")).json()
        seen += [item["id"] for item in page["items"]]
        query = f"?limit=3&cursor={page['next']}"
    assert seen == replies[::-1]
    assert page["next"] is None
    assert (await client.get("/v1/sent?cursor=bm9uZQ==")).status_code == 422


async def test_one_reply_with_what_was_changed(client: httpx.AsyncClient, replies: list[str]) -> None:
    reply = (await client.get(f"/v1/sent/{replies[1]}")).json()
    assert (reply["verdict"], reply["agent"], reply["parts"]) == ("edited", "سارة", ["r2"])
    assert [item["kind"] for item in reply["changes"]] == ["promise"]
    span = reply["changes"][0]["span"]
    assert reply["text"][span["start"] : span["end"]] == reply["changes"][0]["after"]
    assert any(item["severity"] == "block" for item in reply["findings"])
    assert (await client.get("/v1/sent/nothing")).status_code == 404


@pytest.mark.usefixtures("replies")
@pytest.mark.parametrize(("language", "direction", "title"), PAGES)
async def test_the_page_shows_what_differs(
    client: httpx.AsyncClient, language: str, direction: str, title: str
) -> None:
    answer = await client.get(f"/sent?lang={language}")
    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    assert f"<title>{title}" in answer.text
    assert answer.text.count("<article") == 4
    inserted = "".join(part.partition("</ins>")[0] for part in answer.text.split("<ins>")[1:])
    assert "guarantee" in inserted
    assert "<b>tried" not in answer.text
    assert "<bdi>سارة</bdi>" in answer.text


@pytest.mark.usefixtures("replies")
async def test_the_page_filters_and_refuses_a_made_up_cursor(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sent?show=blocked&lang=en")).text.count("<article") == 2
    assert (await client.get("/sent?show=accepted&lang=en")).text.count("<article") == 1
    assert (await client.get("/sent?cursor=zzz")).status_code == 422
    assert (await client.get("/sent?show=nonsense")).status_code == 422


async def test_another_tenant_reads_none(app: FastAPI, replies: list[str]) -> None:
    store = app.state.tenants.copilot("another").sent
    for id_ in replies:
        with pytest.raises(NotFoundError):
            await store.get(id_, tenant="another")
        with pytest.raises(InputError):
            await store.list(tenant="another", after=id_)
    assert await store.digests("desk", "desk:1", tenant="another") == {}


async def test_drafts_are_listed_by_what_became_of_them(client: httpx.AsyncClient, replies: list[str]) -> None:
    for verdict, count in (("accepted", 1), ("edited", 1), ("unused", 2), ("none", 0)):
        assert len((await client.get(f"/v1/drafts?verdict={verdict}")).json()["items"]) == count, replies


@pytest.mark.usefixtures("replies")
async def test_an_erased_draft_takes_its_replies_along(client: httpx.AsyncClient, app: FastAPI) -> None:
    from sqlalchemy import delete  # noqa: PLC0415 - the only test that needs it

    from api.tables import DraftRow  # noqa: PLC0415 - as above

    async with app.state.tenants.database.writing("default") as session:
        await session.execute(delete(DraftRow).where(DraftRow.tenant == "default"))
    assert await ids(client) == []


def test_every_kind_of_change_has_a_name() -> None:
    for language in ("ar", "en"):
        assert {f"change.{kind.value}" for kind in ChangeKind} <= keys(language)


def test_differences_spare_spelling_and_digits() -> None:
    before, after = differences("تصل خلال 5 أيام إلى العنوان", "تصل خلال ٥ أيام الى البيت")
    assert "".join(item.text for item in after) == "تصل خلال ٥ أيام الى البيت"
    assert [item.text.strip() for item in after if item.changed] == ["البيت"]
    assert [item.text.strip() for item in before if item.changed] == ["العنوان"]
