"""The sidebar's addresses: who may frame them, who may read them, and what they hold."""

import json
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

import api.sidebar.words as sidebar_words
from api.access.cookies import FRAME
from api.access.principal import Role
from api.sidebar.page import SAID_BY_SCRIPT
from inference.types import Customer, Message, Verdict
from tests.api.access.conftest import PASSWORD, Service, serve, service, serving  # noqa: F401 - fixtures
from tests.api.sidebar.desks import Desks, desks

QUESTION = "My new card has not arrived yet, this is ridiculous"
HOSTS = {"chat": "https://chat.example.com", "zen": "https://acme.zendesk.com"}


@pytest.fixture
def found(app: FastAPI) -> Desks:
    app.state.helpdesks = made = desks()
    return made


@pytest.fixture
async def draft(app: FastAPI, found: Desks) -> str:
    copilot = app.state.tenants.copilot("default")
    stored = await copilot.propose(Message(text=QUESTION, conversation="chat:7"))
    found.drafts["default", "chat", "7"] = stored.id
    return str(stored.id)


def policy(answer: httpx.Response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(
    ("connection", "origin"), [("chat", "https://chat.example.com"), ("zen", "https://acme.zendesk.com")]
)
async def test_only_the_helpdesks_own_pages_may_frame_it(
    client: httpx.AsyncClient, connection: str, origin: str
) -> None:
    answer = await client.get(f"/sidebar/{connection}")
    assert answer.status_code == 200
    assert policy(answer)["frame-ancestors"] == origin
    assert answer.headers["x-frame-options"] != "DENY"
    scripts = policy(answer)["script-src"]
    assert scripts == ("'self' https://static.zdassets.com" if connection == "zen" else "'self'")


@pytest.mark.usefixtures("found")
async def test_everything_else_stays_unframed(client: httpx.AsyncClient) -> None:
    for address in ("/", "/sent", "/sidebar/nobody", "/sidebar/mute", "/sidebar/-/static/sidebar.js"):
        answer = await client.get(address)
        assert policy(answer)["frame-ancestors"] == "'none'"
        assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.usefixtures("found")
async def test_a_connection_without_an_origin_has_no_sidebar(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sidebar/mute")).status_code == 404
    assert (await client.get("/sidebar/nobody")).status_code == 404


async def test_the_current_draft_with_its_sources(client: httpx.AsyncClient, draft: str) -> None:
    answer = await client.post("/sidebar/chat/draft?lang=ar", data={"conversation": "7"})
    assert answer.status_code == 200
    assert draft in answer.text
    assert "freshness" not in answer.text
    assert "موثّق" in answer.text
    assert "غاضب" in answer.text


@pytest.mark.usefixtures("draft")
async def test_a_conversation_without_a_draft(client: httpx.AsyncClient) -> None:
    answer = await client.post("/sidebar/chat/draft?lang=en", data={"conversation": "8"})
    assert "No draft for this conversation yet" in answer.text


async def test_what_a_customer_wrote_is_text(client: httpx.AsyncClient, app: FastAPI, found: Desks) -> None:
    stored = await app.state.tenants.copilot("default").propose(
        Message(text=f"{QUESTION} <script>alert(1)</script>", customer=Customer(name="<b onclick=x>"))
    )
    found.drafts["default", "chat", "9"] = stored.id
    answer = await client.post("/sidebar/chat/draft", data={"conversation": "9"})
    assert "<script>alert" not in answer.text
    assert "<b onclick" not in answer.text


async def test_a_verdict_is_kept(client: httpx.AsyncClient, app: FastAPI, draft: str) -> None:
    answer = await client.post(
        f"/sidebar/chat/drafts/{draft}/feedback", data={"verdict": "rejected", "reasons": ["too_long"]}
    )
    assert answer.status_code == 200
    stored = await app.state.tenants.copilot("default").drafts.get(draft, tenant="default")
    assert [(item.verdict, item.inferred) for item in stored.feedback] == [(Verdict.REJECTED, False)]


async def test_again_is_another_rendering_of_the_draft(client: httpx.AsyncClient, app: FastAPI, draft: str) -> None:
    answer = await client.post(f"/sidebar/chat/drafts/{draft}/again", data={"wish": "shorter"})
    assert answer.status_code == 200
    variants = await app.state.tenants.copilot("default").sent.variants([draft], tenant="default")
    assert len(variants[draft]) == 1
    assert variants[draft][0] in answer.text


async def test_another_resolution_is_looked_for_and_chosen(client: httpx.AsyncClient, app: FastAPI, draft: str) -> None:
    found = await client.post(f"/sidebar/chat/drafts/{draft}/offers", data={"sought": "charged a fee abroad"})
    assert 'name="source" value="fee.en"' in found.text
    assert 'data-part="drafts/' in found.text
    answer = await client.post(f"/sidebar/chat/drafts/{draft}/again", data={"source": "fee.en"})
    variants = await app.state.tenants.copilot("default").sent.variants([draft], tenant="default")
    assert variants[draft][0] in answer.text
    assert "20 riyals" in answer.text


async def test_the_composers_text_is_checked(client: httpx.AsyncClient, draft: str) -> None:
    text = "<p>Cards arrive within 40 working days.</p>"
    answer = await client.post(f"/sidebar/chat/drafts/{draft}/check?lang=en", data={"text": text})
    assert "40" in answer.text
    assert "Check results" in answer.text
    assert (await client.post(f"/sidebar/chat/drafts/{draft}/check", data={"text": ""})).status_code == 422


@pytest.mark.usefixtures("draft")
async def test_a_heartbeat_keeps_the_draft(client: httpx.AsyncClient, app: FastAPI, found: Desks) -> None:
    assert (await client.post("/sidebar/chat/editing", data={"conversation": "7"})).status_code == 204
    ((tenant, connection, conversation, until),) = found.edited
    assert (tenant, connection, conversation) == ("default", "chat", "7")
    assert until > app.state.tenants.ledger.now()


async def test_another_tenants_connection_is_none(client: httpx.AsyncClient, draft: str) -> None:
    for path, data in (
        ("draft", {"conversation": "7"}),
        ("editing", {"conversation": "7"}),
        (f"drafts/{draft}/feedback", {"verdict": "accepted"}),
        (f"drafts/{draft}/again", {}),
        (f"drafts/{draft}/check", {"text": "hello"}),
    ):
        assert (await client.post(f"/sidebar/other/{path}", data=data)).status_code == 404


@pytest.fixture
async def guarded(service: Service) -> Service:  # noqa: F811 - the fixture itself
    service.app.state.helpdesks = desks()
    return service


async def test_signing_in_within_the_frame_opens_the_sidebar_alone(guarded: Service) -> None:
    await guarded.person(role=Role.AGENT)
    async with guarded.client(base="https://localhost") as client:
        assert 'name="password"' in (await client.get("/sidebar/chat")).text
        assert (await client.post("/sidebar/chat/draft", data={"conversation": "7"})).status_code == 401
        answer = await client.post("/sidebar/chat/signin", data={"email": "sara@example.com", "password": PASSWORD})
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"{FRAME}=")
        assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= {
            part.strip() for part in cookie.split(";")
        }
        assert (await client.post("/sidebar/chat/draft", data={"conversation": "7"})).status_code == 200
        assert (await client.get("/v1/drafts")).status_code == 401
        assert (await client.get("/")).status_code == 303
        await client.post("/sidebar/chat/signout")
        assert (await client.post("/sidebar/chat/draft", data={"conversation": "7"})).status_code == 401


async def test_a_wrong_password_says_so_and_keeps_the_frame(guarded: Service) -> None:
    await guarded.person()
    async with guarded.client() as client:
        answer = await client.post("/sidebar/chat/signin?lang=ar", data={"email": "sara@example.com", "password": "no"})
        assert answer.status_code == 401
        assert policy(answer)["frame-ancestors"] == "https://chat.example.com"
        assert "set-cookie" not in answer.headers


async def test_another_sites_page_may_not_post(guarded: Service) -> None:
    async with guarded.client() as client:
        answer = await client.post(
            "/sidebar/chat/draft", data={"conversation": "7"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 403


def test_both_languages_say_the_same_things() -> None:
    assert sidebar_words.keys("ar") == sidebar_words.keys("en")


def test_the_script_holds_no_words_of_its_own() -> None:
    """Whatever is said comes from the page, in its language: the names that the script says are all there."""
    script = (Path("api/sidebar/static") / "sidebar.js").read_text(encoding="utf-8")
    assert script.isascii()
    named = {name.replace("-", "_") for name in re.findall(r"""say\("([a-z-]+)"\)""", script)}
    assert named
    assert named <= set(SAID_BY_SCRIPT)


def test_what_is_uploaded_to_helpdesks_names_our_page_and_nothing_else() -> None:
    folder = Path("deploy/helpdesks")
    manifest = json.loads((folder / "zendesk-app/manifest.json").read_text(encoding="utf-8"))
    dashboard = json.loads((folder / "chatwoot/dashboard-app.json").read_text(encoding="utf-8"))
    addresses = {
        manifest["location"]["support"]["ticket_sidebar"]["url"],
        *(item["url"] for item in dashboard["content"]),
    }
    assert addresses == {"https://rifq.example.com/sidebar/CONNECTION"}
    languages = [
        json.loads((folder / f"zendesk-app/translations/{code}.json").read_text("utf-8")) for code in ("ar", "en")
    ]
    assert languages[0]["app"].keys() == languages[1]["app"].keys()
