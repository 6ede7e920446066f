"""A whole blind session in a real browser, by keyboard alone: two readers, an adjudicator, both directions."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from shutil import which
from typing import Any

import numpy as np
import pytest
import uvicorn

import retrieval.knowledge
from api.access.opening import open_access
from api.access.principal import Principal, Role, Scope
from api.http.app import create_app
from api.review import NewReply, NewRound, NewText, Round, RoundKind, Target
from api.settings import Settings
from evaluation.agreement import FEWEST
from tests.api.conftest import PLAIN_RELEVANCE, fill, open_all, open_fake

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"  # noqa: S105 - of people who live as long as a test
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
READERS = {"noura": ("نورة", Role.REVIEWER), "omar": ("Omar", Role.REVIEWER), "lead": ("Lina", Role.ADMIN)}
WRITERS = ("writer-of-care", "writer-of-form")
GOOD = {"en": "Your card arrives in 5 to 7 working days.", "ar": "تصل بطاقتكم خلال 5 إلى 7 أيام عمل."}
PLAIN = {"en": "We will get back to you.", "ar": "سنعاود التواصل معكم."}


@dataclass(frozen=True)
class Office:
    """The service with its people and two rounds."""

    address: str
    choosing: Round
    scoring: Round


def _texts(count: int, sides: int) -> tuple[NewText, ...]:
    made = []
    for number in range(count):
        language = "ar" if number % 2 else "en"
        message = f"بطاقتي رقم {number} لم تصل <b>!" if number % 2 else f"My card {number} has not arrived <b>!"
        replies = tuple(
            NewReply(text=text[language], writer=writer) for text, writer in zip((GOOD, PLAIN), WRITERS, strict=True)
        )
        made.append(NewText(message=message, replies=replies[:sides], language=language))
    return tuple(made)


async def _prepare(settings: Settings) -> tuple[Round, Round]:
    await fill(settings.data)
    operator = Principal(settings.tenant, "local", frozenset(Scope))
    async with open_fake(settings) as copilot:
        access = await open_access(settings.model_copy(update={"auth": "required"}), copilot.database)
        people = {
            mail: (await access.people.add(f"{mail}@example.com", role, by=operator, password=PASSWORD, name=name)).id
            for mail, (name, role) in READERS.items()
        }
        readers = tuple(f"user:{people[mail]}" for mail in ("noura", "omar"))

        async def made(name: str, kind: RoundKind, count: int, sides: int) -> Round:
            new = NewRound(
                name=name, kind=kind, target=Target.TEXTS, readers=2, reviewers=readers, texts=_texts(count, sides)
            )
            return await copilot.reviews.rounds.make(new, by=operator)

        return await made("أيهما أفضل", RoundKind.CHOOSE, FEWEST, 2), await made("Scores", RoundKind.SCORE, 2, 1)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retrieval.knowledge, "load_relevance", lambda: PLAIN_RELEVANCE)
        data = tmp_path_factory.mktemp("review")
        settings = Settings(data=data, requests_per_minute=1_000_000, attempts_per_minute=1_000_000)
        # In a thread of its own: the browser's driver has a loop running in this one.
        with ThreadPoolExecutor(1) as pool:
            choosing, scoring = pool.submit(lambda: asyncio.run(_prepare(settings))).result()
        app = create_app(settings.model_copy(update={"auth": "required"}), open_all)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert server.started
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Office(f"http://127.0.0.1:{port}", choosing, scoring)
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    binary = which("chromium") or which("chromium-browser") or which("google-chrome")
    if binary is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        yield opened
        opened.close()


class Desk:
    """A person at a browser of their own; only keys are pressed."""

    def __init__(self, browser: Any, office: Office, mail: str, language: str, viewport: dict[str, int]) -> None:
        self._context = browser.new_context(base_url=office.address, viewport=viewport)
        self.page = self._context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        self.page.on("request", lambda one: None if one.url.startswith(office.address) else self.faults.append(one.url))
        self.page.goto(f"/signin?lang={language}")
        self.page.focus("input[name=email]")
        self.keys.type(f"{mail}@example.com")
        self.keys.press("Tab")
        self.keys.type(PASSWORD)
        self.press_to_go("Enter")

    @property
    def keys(self) -> Any:
        return self.page.keyboard

    def press_to_go(self, key: str) -> None:
        with self.page.expect_navigation():
            self.keys.press(key)

    def digit(self, digit: int, *, arabic: bool) -> None:
        """Press a digit's key; the driver knows no Arabic keyboard, so its event is made here."""
        if not arabic:
            self.keys.press(str(digit))
            return
        make = "key => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))"
        self.page.evaluate(make, "٠١٢٣٤"[digit])

    def follow(self, name: str) -> None:
        """Tab to a link or button and press it."""
        for _ in range(200):
            self.keys.press("Tab")
            if self.page.evaluate("document.activeElement.textContent.trim()") == name:
                self.press_to_go("Enter")
                return
        pytest.fail(f"no key leads to {name}")

    def texts(self) -> list[str]:
        return [text.strip() for text in self.page.locator(".reply .prose").all_inner_texts()]

    def fits(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))

    def close(self) -> None:
        self._context.close()
        assert self.faults == []


def _blind(html: str, *others: str) -> None:
    for told in (*WRITERS, *others, "مراجعة المراجع", "data-origin"):
        assert told not in html


def _choose(desk: Desk, office: Office, wish: dict[int, str]) -> None:
    """Read all of the choosing round: the digit is the place at which the wished reply stands."""
    desk.page.goto(f"/review/{office.choosing.id}")
    sides = set()
    for count in range(FEWEST):
        page = desk.page
        _blind(page.content(), "user:", "local")
        number = int(page.inner_text("h1 bdi"))
        good = next(place for place, text in enumerate(desk.texts()) if text in GOOD.values())
        sides.add(good)
        place = {"good": good, "plain": 1 - good}.get(wish[number])
        desk.digit(0 if place is None else place + 1, arabic=count % 2 == 1)
        assert page.locator("input[name=choice]:checked").count() == 1
        desk.press_to_go("Control+Enter")
    assert sides == {0, 1}
    assert desk.page.locator("#answer").count() == 0


def _alpha(first: dict[int, str], second: dict[int, str]) -> float:
    """Nominal alpha of two raters without gaps, from the definition."""
    pairs = [(first[number], second[number]) for number in sorted(first)]
    values = np.array(pairs).ravel()
    observed = np.mean([one != two for one, two in pairs])
    expected = np.mean([one != two for one, two in combinations(values, 2)])
    return float(1.0 - observed / expected)


def test_two_readers_choose_blind_by_keyboard_and_numpy_agrees(browser: Any, office: Office) -> None:
    wishes = [
        {number: "plain" if number % 5 == 0 else "good" for number in range(1, FEWEST + 1)},
        {number: ("plain", "equal", "good", "good", "good")[number % 5] for number in range(1, FEWEST + 1)},
    ]
    for mail, language, wish in zip(("noura", "omar"), ("ar", "en"), wishes, strict=True):
        desk = Desk(browser, office, mail, language, WIDE)
        assert desk.page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
        _choose(desk, office, wish)
        desk.page.goto(f"/review/{office.choosing.id}/agreement")
        assert desk.page.locator("td.alpha").count() == 0, "a reader of an open round sees no figures"
        desk.close()

    desk = Desk(browser, office, "lead", "en", WIDE)
    desk.page.goto(f"/review/{office.choosing.id}/agreement")
    shown = desk.page.inner_text("[data-question=choice] td.alpha bdi >> nth=0")
    assert shown == f"{_alpha(*wishes):.2f}"
    desk.close()


def _score(desk: Desk, digits: str) -> None:
    for digit in digits:
        desk.keys.press(digit)


def test_scores_are_kept_resumed_and_adjudicated_by_keyboard(browser: Any, office: Office) -> None:
    criteria = [criterion.id for criterion in office.scoring.rubric_text.criteria]
    desk = Desk(browser, office, "noura", "ar", PHONE)
    desk.page.goto(f"/review/{office.scoring.id}")
    assert desk.fits()
    _score(desk, "3310")
    desk.page.wait_for_selector("#saved time")
    desk.close()

    desk = Desk(browser, office, "noura", "ar", WIDE)
    desk.page.goto("/review")
    desk.follow("متابعة المراجعة")
    assert desk.page.locator("input[type=radio]:checked").evaluate_all("all => all.map(one => one.value)") == [
        "3", "3", "1", "na",
    ]  # fmt: skip
    desk.keys.press("Control+Enter")
    assert desk.page.locator("#answer").count() == 1, "what is not whole stays"
    _score(desk, "3" * (len(criteria) - 4))
    desk.keys.press("Space")
    desk.press_to_go("Control+Enter")
    _score(desk, "4" * len(criteria))
    desk.press_to_go("Control+Enter")
    desk.close()

    desk = Desk(browser, office, "omar", "en", WIDE)
    desk.page.goto(f"/review/{office.scoring.id}")
    for _ in range(2):
        _blind(desk.page.content(), "user:")
        assert desk.page.locator("input:checked").count() == 0
        _score(desk, "33" + "4" * (len(criteria) - 2))
        desk.press_to_go("Control+Enter")
    desk.close()

    desk = Desk(browser, office, "lead", "en", WIDE)
    desk.page.goto(f"/review/{office.scoring.id}/disputes")
    desk.follow("Reply 1")
    assert desk.page.locator("tr.odd").count() >= 1
    assert desk.page.locator("input[type=radio]:checked").count() == 2, "what both said is filled in"
    _score(desk, "2" * (len(criteria) - 2))
    desk.page.focus("#why")
    desk.keys.type("The fact is right: both figures stand in the source.")
    desk.press_to_go("Control+Enter")
    desk.page.goto(f"/review/{office.scoring.id}/disputes")
    assert desk.page.get_by_role("link", name="Reply 1").count() == 0
    desk.close()
