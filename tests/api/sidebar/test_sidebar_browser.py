"""The sidebar within a helpdesk's page that speaks its framework: both helpdesks, both directions, a narrow column."""

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from shutil import which
from typing import Any

import httpx
import pytest
import uvicorn

import retrieval.knowledge
from api.http.app import create_app
from api.settings import Settings
from tests.api.conftest import PLAIN_RELEVANCE, fill, open_all
from tests.api.sidebar.desks import Connected, Desks, desks

pytestmark = pytest.mark.browser
QUESTIONS = {"ar": "بطاقتي الجديدة لم تصل بعد، خدمة سيئة", "en": "My new card has not arrived yet, this is ridiculous"}
NARROW = {"width": 320, "height": 800}
# What the two helpdesks' pages do; the composer is theirs.
HOST = """<!doctype html><meta charset="utf-8"><body style="margin:0"><textarea id="composer">We are on it.</textarea>
<iframe id="app" style="border:0;width:100%;height:720px"></iframe><script>
const asked = new URLSearchParams(location.search), frame = document.getElementById("app");
const tell = (text) => frame.contentWindow.postMessage(text, asked.get("rifq"));
window.open_ = (id) => tell(JSON.stringify({event: "appContext", data: {conversation: {id}}}));
window.addEventListener("message", (event) => {
  if (event.origin !== asked.get("rifq")) return;
  if (event.data === "chatwoot-dashboard-app:fetch-info") window.open_(7);
  if (event.data.zaf === "comment.appendText") document.getElementById("composer").value += event.data.argument;
});
frame.src = asked.get("rifq") + asked.get("path");
</script>"""
SDK = """window.ZAFClient = {init: () => ({
  invoke: (name, argument) => { parent.postMessage({zaf: name, argument}, "*"); return Promise.resolve(); },
  get: (path) => Promise.resolve({[path]: path === "ticket.id" ? 7 : "<p>Cards arrive within 40 working days.</p>"}),
})};"""


class _Host(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(HOST.encode())

    def log_message(self, *_: Any) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def rifq(tmp_path_factory: pytest.TempPathFactory, host: str) -> Iterator[tuple[str, Desks]]:
    data = tmp_path_factory.mktemp("sidebar")
    asyncio.run(fill(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retrieval.knowledge, "load_relevance", lambda: PLAIN_RELEVANCE)
        app = create_app(Settings(data=data), open_all)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert server.started
        made = desks(Connected("chat", url=host), Connected("zen", vendor="zendesk", url=host), Connected("far"))
        app.state.helpdesks = made
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", made
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def browser(rifq: tuple[str, Desks]) -> Iterator[Any]:
    assert rifq  # opened first: Playwright runs an event loop of its own
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    binary = which("chromium") or which("chromium-browser") or which("google-chrome")
    if binary is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(params=["ar", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def draft(rifq: tuple[str, Desks], language: str) -> str:
    base, made = rifq
    stored = httpx.post(f"{base}/v1/drafts", json={"text": QUESTIONS[language]}).json()
    for connection in ("chat", "zen"):
        made.drafts["default", connection, "7"] = stored["id"]
    return str(stored["draft"]["text"])


@pytest.fixture
def opened(browser: Any, rifq: tuple[str, Desks], host: str, language: str) -> Iterator[Any]:
    faults: list[str] = []
    context = browser.new_context(viewport=NARROW)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.route("https://static.zdassets.com/**", lambda route: route.fulfill(body=SDK, content_type="text/javascript"))

    def show(connection: str) -> Any:
        page.goto(f"{host}/?rifq={rifq[0]}&path=/sidebar/{connection}?lang={language}")
        return page

    yield show
    context.close()
    assert faults == []


def test_chatwoot_shows_the_draft_of_the_open_conversation(opened: Any, draft: str, language: str) -> None:
    page = opened("chat")
    frame = page.frame_locator("#app")
    frame.locator("#draft-text").wait_for()
    assert frame.locator("#draft-text").inner_text() == draft
    root = frame.locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == (language, "rtl" if language == "ar" else "ltr")
    assert page.frames[1].evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.frames[1].evaluate("!location.href.includes('conversation')")


def test_another_conversation_changes_the_page(opened: Any, draft: str) -> None:
    assert draft
    page = opened("chat")
    frame = page.frame_locator("#app")
    frame.locator("#draft-text").wait_for()
    page.evaluate("open_(8)")
    frame.locator("#part > .nothing").wait_for()
    page.evaluate("open_(7)")
    frame.locator("#draft-text").wait_for()


def test_what_is_no_word_of_the_host_is_not_heard(opened: Any, draft: str) -> None:
    assert draft
    page = opened("chat")
    frame = page.frame_locator("#app")
    frame.locator("#draft-text").wait_for()
    said = "window.postMessage(JSON.stringify({event: 'appContext', data: {conversation: {id: 8}}}), '*')"
    page.frames[1].evaluate(said)  # from the frame itself, not from its parent
    for odd in ('"{"', "null", "JSON.stringify({event: 'appContext', data: {conversation: {id: {}}}})", "{a: 1}"):
        page.evaluate(f"document.getElementById('app').contentWindow.postMessage({odd}, '*')")
    page.wait_for_timeout(200)
    assert frame.locator("#draft-text").count() == 1


def test_zendesk_takes_the_text_into_its_composer(opened: Any, draft: str, rifq: tuple[str, Desks]) -> None:
    page = opened("zen")
    frame = page.frame_locator("#app")
    frame.locator("button[value=accepted]").click()
    frame.locator(".saved.accepted").wait_for()
    assert page.locator("#composer").input_value() == f"We are on it.{draft}"
    id_ = rifq[1].drafts["default", "zen", "7"]
    given = httpx.get(f"{rifq[0]}/v1/drafts/{id_}").json()["feedback"]
    assert [(item["verdict"], item["inferred"]) for item in given] == [("accepted", False)]


def test_chatwoot_copies_the_text(opened: Any, draft: str, language: str) -> None:
    page = opened("chat")
    frame = page.frame_locator("#app")
    frame.locator("button[type=button][data-take]").click()
    frame.get_by_text({"ar": "نُسخ النص", "en": "Copied"}[language], exact=True).wait_for()
    page.locator("#composer").fill("")
    page.locator("#composer").press("Control+V")
    assert page.locator("#composer").input_value() == draft


def test_the_composers_text_is_checked_in_place(opened: Any, draft: str) -> None:
    assert draft
    frame = opened("zen").frame_locator("#app")
    frame.locator("#check-composer").click()
    frame.locator("#composer-checked .badge.stop").first.wait_for()


def test_editing_by_keyboard_holds_the_draft_and_is_checked(opened: Any, draft: str, rifq: tuple[str, Desks]) -> None:
    assert draft
    made = rifq[1]
    made.edited.clear()
    page = opened("chat")
    frame = page.frame_locator("#app")
    frame.locator("#edit summary").focus()
    page.keyboard.press("Enter")
    field = frame.locator("#final-text")
    field.fill("Cards arrive within 40 working days.")
    frame.locator("#checked .badge.stop").first.wait_for()
    assert made.edited
    assert {item[:3] for item in made.edited} == {("default", "chat", "7")}
    field.press("Tab")
    for _ in range(8):  # what the checks offer stands between the field and its button
        if page.frames[1].evaluate("document.activeElement.value === 'edited'"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame.locator(".saved.edited").wait_for()


def test_a_newer_draft_is_offered_and_does_not_push_in(opened: Any, draft: str, rifq: tuple[str, Desks]) -> None:
    page = opened("chat")
    frame = page.frame_locator("#app")
    frame.locator("#draft-text").wait_for()
    newer = httpx.post(f"{rifq[0]}/v1/drafts", json={"text": "Why was I charged a fee abroad"}).json()
    rifq[1].drafts["default", "chat", "7"] = newer["id"]
    page.frames[1].evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    frame.locator("#newer button").wait_for()
    assert frame.locator("#draft-text").inner_text() == draft
    frame.locator("#newer button").click()
    frame.locator(f"article[data-draft='{newer['id']}']").wait_for()
    assert not frame.locator("#newer").is_visible()


def test_rejecting_with_reasons(opened: Any, draft: str, rifq: tuple[str, Desks]) -> None:
    assert draft
    frame = opened("chat").frame_locator("#app")
    frame.locator("details:has([value=rejected]) summary").click()
    frame.locator("[name=reasons][value=too_long]").check()
    frame.locator("[value=rejected]").click()
    frame.locator(".saved.rejected").wait_for()
    id_ = rifq[1].drafts["default", "chat", "7"]
    assert httpx.get(f"{rifq[0]}/v1/drafts/{id_}").json()["feedback"][-1]["reasons"] == ["too_long"]


def test_again_shows_another_rendering(opened: Any, draft: str, rifq: tuple[str, Desks]) -> None:
    assert draft
    frame = opened("chat").frame_locator("#app")
    frame.locator("[name=wish][value=shorter]").click()
    first = rifq[1].drafts["default", "chat", "7"]
    frame.locator(f"article[data-draft]:not([data-draft='{first}'])").wait_for()


def test_another_resolution_is_looked_for_and_chosen(opened: Any, draft: str) -> None:
    assert draft
    frame = opened("chat").frame_locator("#app")
    frame.locator("details:has(.choosing) summary").click()
    frame.locator("#sought").fill("charged a fee abroad")
    frame.locator("#sought").press("Enter")
    frame.locator("#sought[value='charged a fee abroad']").wait_for()
    frame.locator(".choices button[value^='fee.']").click()
    frame.locator("#draft-text", has_text=re.compile("20 (riyals|ريالًا)")).wait_for()


def test_a_page_of_another_origin_may_not_hold_it(browser: Any, rifq: tuple[str, Desks], host: str) -> None:
    page = browser.new_page()
    page.goto(f"{host}/?rifq={rifq[0]}&path=/sidebar/far")
    page.wait_for_timeout(500)
    assert page.frame_locator("#app").locator("#sidebar").count() == 0
    page.close()
