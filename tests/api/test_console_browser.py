"""The console in a real browser: both directions, phone width, with and without scripts."""

import re
from collections.abc import Iterator
from shutil import which
from typing import Any

import pytest

pytestmark = pytest.mark.browser
ARRIVAL = "My new card has not arrived yet, this is ridiculous"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


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


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def new_page(browser: Any, live: str, faults: list[str]) -> Iterator[Any]:
    contexts = []

    def open_page(address: str, **options: Any) -> Any:
        context = browser.new_context(base_url=live, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type in {"error", "warning"} else None)
        page.on("request", lambda request: None if request.url.startswith(live) else faults.append(request.url))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == [], "the page complained, or asked for something from elsewhere"


def ask(page: Any, text: str) -> None:
    page.fill("#text", text)
    page.click(".compose button[type=submit]")
    page.wait_for_selector("#reading-title")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_from_message_to_draft(new_page: Any, language: str, viewport: dict[str, int]) -> None:
    page = new_page(f"/?lang={language}", viewport=viewport)
    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    ask(page, ARRIVAL)
    assert "draft=" in page.url
    assert page.get_attribute(".steps", "dir") == "ltr"
    assert "5 to 7 working days" in page.inner_text(".steps")
    assert page.inner_text("mark.anger").strip() == "ridiculous"
    assert page.locator("li[aria-current]").get_attribute("class") == "angry"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_arabic_message_reads_right_to_left_in_an_english_page(new_page: Any) -> None:
    page = new_page("/?lang=en", viewport=WIDE)
    ask(page, "بطاقتي الجديدة لم تصل بعد")
    assert page.get_attribute(".steps", "dir") == "rtl"
    assert page.get_attribute(".steps", "lang") == "ar"
    assert page.evaluate("getComputedStyle(document.querySelector('.message')).direction") == "rtl"


def test_accept_copies_and_is_kept(new_page: Any, live: str) -> None:
    page = new_page("/?lang=en", viewport=WIDE, permissions=["clipboard-read", "clipboard-write"])
    ask(page, ARRIVAL)
    page.click("button[value=accepted]")
    page.wait_for_selector(".saved.accepted")
    page.wait_for_selector(".toast:not(:empty)")
    assert "5 to 7 working days" in page.evaluate("navigator.clipboard.readText()")
    page.reload()
    assert page.locator(".saved.accepted").count() == 1


def test_edit_then_reject(new_page: Any) -> None:
    page = new_page("/?lang=ar", viewport=WIDE)
    ask(page, "بطاقتي الجديدة لم تصل بعد")
    page.click("#verdict summary >> nth=0")
    page.fill("#final-text", "أهلًا، بطاقتكم في الطريق.")
    page.click("button[value=edited]")
    page.wait_for_selector(".saved.edited")
    page.click("#verdict summary >> nth=1")
    page.check("input[value=too_long]")
    page.click("button[value=rejected]")
    page.wait_for_selector(".saved.rejected")
    page.reload()
    assert page.input_value("#final-text") != ""
    assert page.locator(".saved.rejected").count() == 1


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_an_agent_looks_for_the_answer_and_chooses_it(new_page: Any, viewport: dict[str, int]) -> None:
    page = new_page("/?lang=ar", viewport=viewport)
    ask(page, "zzz the thing you sent the card vvv")
    assert page.locator(".choices button").count() == 2
    page.fill("#sought", "charged a fee abroad")
    page.press("#sought", "Enter")
    page.wait_for_selector("#sought[value='charged a fee abroad']")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.click(".choices button[value='fee.en']")
    page.wait_for_selector("text=20 riyals")
    assert page.locator(".draft.ready").count() == 1
    page.reload()  # its address is the new draft's
    assert "20 riyals" in page.inner_text(".steps")


def test_sample_is_one_click(new_page: Any) -> None:
    page = new_page("/?lang=en", viewport=WIDE)
    page.click("a[href='/?sample=english-calm']")
    page.wait_for_selector("#reading-title")
    assert page.input_value("#text").startswith("Hi, why was I charged")


def test_language_switch_keeps_the_draft(new_page: Any) -> None:
    page = new_page("/?lang=en", viewport=WIDE)
    ask(page, ARRIVAL)
    page.reload()
    page.click(".switch[hreflang]")
    page.wait_for_selector("html[lang=ar]")
    assert "5 to 7 working days" in page.inner_text(".steps")


@pytest.mark.parametrize("address", ["/commitments", "/complaints", "/sent"])
def test_the_way_home_is_named_on_a_phone(new_page: Any, address: str) -> None:
    page = new_page(f"{address}?lang=ar", viewport=PHONE)
    assert page.get_by_role("link", name="رفق").first.is_visible()
    assert page.locator("nav.links [aria-current=page]").count() == 1
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_scripts(new_page: Any) -> None:
    page = new_page("/?lang=en", viewport=PHONE, java_script_enabled=False)
    ask(page, ARRIVAL)
    page.click("button[value=accepted]")
    page.wait_for_selector(".saved.accepted")


def test_keyboard_alone(new_page: Any) -> None:
    page = new_page("/?lang=en", viewport=WIDE)
    page.focus("#text")
    page.keyboard.type(ARRIVAL)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#reading-title")
    page.wait_for_selector("#result:focus")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(new_page: Any, scheme: str) -> None:
    """WCAG AA: 4.5 to 1 for the text colours that carry meaning on their own grounds."""
    page = new_page("/?lang=en", viewport=WIDE, color_scheme=scheme)
    ask(page, ARRIVAL)
    pairs = page.evaluate(
        """() => {
          const groundOf = (node) => getComputedStyle(node).backgroundColor;
          const clear = (node) => groundOf(node) === 'rgba(0, 0, 0, 0)';
          const marked = '.badge, .primary, h2, h3, .step-name, .meta, .cite, mark, small, li[aria-current]';
          return [...document.querySelectorAll(marked)].map((node) => {
            let ground = node;
            while (clear(ground) && ground !== document.body) ground = ground.parentElement;
            return [node.className || node.tagName, getComputedStyle(node).color, groundOf(ground)];
          });
        }"""
    )
    assert len(pairs) > 15
    for name, ink, ground in pairs:
        assert _contrast(ink, ground) >= 4.5, (name, ink, ground)


def _contrast(first: str, second: str) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
