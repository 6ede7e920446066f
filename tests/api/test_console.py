import re

import httpx
import pytest

from api.console import strings, view
from api.console.strings import choose_language, keys, samples
from api.copilot import Copilot
from inference.thread import Removal
from inference.types import (
    AngerTarget,
    Author,
    Channel,
    Dialect,
    FeedbackReason,
    Freshness,
    Message,
    Reason,
    Script,
    SentimentLabel,
    Severity,
    SignalName,
    SourceKind,
    Status,
    StepName,
    Trajectory,
    Turn,
    Verdict,
)

ARRIVAL = "My new card has not arrived yet"
FORM = {"text": ARRIVAL, "channel": "chat", "customer": ""}


@pytest.mark.parametrize(
    ("sentence", "direction"),
    [
        ("«AWB-99120» لا يرد في أي مصدر: استعمل الاسم كما في المصدر.", "rtl"),
        ("“بطاقة” stands in no source: use the name that the source uses.", "ltr"),
        ("الرقم 12 لا يرد في أي مصدر.", "rtl"),
        ("The customer sounds angry, from: سيئة.", "ltr"),
        ("12: «نعم»", "auto"),
    ],
)
def test_a_sentence_to_agents_leans_as_its_own_words_do(sentence: str, direction: str) -> None:
    assert view.lean(sentence) == direction


def test_both_languages_say_everything() -> None:
    assert keys("ar") == keys("en")
    for prefix, kinds in {
        "channel": Channel, "dialect": Dialect, "script": Script, "sentiment": SentimentLabel, "target": AngerTarget,
        "signal": SignalName, "trajectory": Trajectory, "step": StepName, "status": Status, "reason": Reason,
        "freshness": Freshness, "kind": SourceKind, "severity": Severity, "verdict": Verdict, "why": FeedbackReason,
        "saved": Verdict, "removed": Removal,
    }.items():  # fmt: skip
        missing = {f"{prefix}.{kind.value}" for kind in kinds} - keys("en")
        assert not missing
    assert all(set(sample["label"]) == {"ar", "en"} for sample in samples())


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "chosen"),
    [
        ("en", "ar", "ar", "en"),
        (None, "en", "ar", "en"),
        ("xx", None, "en-GB,en;q=0.9,ar;q=0.8", "en"),
        (None, None, "en;q=0.3, ar-SA;q=0.9", "ar"),
        (None, None, "fr, de;q=0.9", "ar"),
        (None, None, "en;q=0", "ar"),
        (None, None, "en;q=oops,,;", "ar"),
        (None, None, "", "ar"),
    ],
)
def test_language_is_chosen(asked: str | None, remembered: str | None, accepted: str, chosen: str) -> None:
    assert choose_language(asked, remembered, accepted) == chosen


def test_unknown_words_still_show() -> None:
    assert strings.say("ar", "signal.brand_new") == "brand new"


async def test_runs_give_the_message_back(copilot: Copilot) -> None:
    text = "This is ridiculous, thank you <b>so</b> much for your disgrace of a service"
    stored = await copilot.propose(Message(text=text))
    found = view.runs(stored.message, stored.analysis)
    assert "".join(run.text for run in found) == text
    assert any(run.kind == "anger" for run in found)


QUOTED = (
    "I was promised a card, this is ridiculous.\n\n"
    "On Tue, 3 Jun 2025 at 10:12, Nora <n@x.example> wrote:\n> ridiculous <b>"
)


async def test_what_was_not_read_is_told_apart(copilot: Copilot, client: httpx.AsyncClient) -> None:
    stored = await copilot.propose(Message(text=QUOTED, channel=Channel.EMAIL))
    found = view.runs(stored.message, stored.analysis)
    assert "".join(run.text for run in found) == QUOTED
    aside = "".join(run.text for run in found if run.removed)
    assert aside.startswith("On Tue")
    assert not any(run.removed and (run.kind or run.signals) for run in found)
    page = (await client.get(f"/?draft={stored.id}&lang=en")).text
    assert '<span class="aside" title="Quoted earlier text">' in page
    assert "&gt; ridiculous &lt;b&gt;" in page


async def test_signals_point_to_the_words_that_show_them(copilot: Copilot, client: httpx.AsyncClient) -> None:
    stored = await copilot.propose(Message(text="I was promised a card. I was promised it twice!"))
    signal = next(item for item in stored.analysis.signals if item.name is SignalName.BROKEN_PROMISE)
    page = (await client.get(f"/?draft={stored.id}&lang=en")).text
    assert page.count('id="words-broken_promise"') == 1
    assert 'href="#words-broken_promise"' in page
    assert f'<q dir="auto">{signal.evidence[0].text}</q>' in page


async def test_course_is_shown_where_something_came_before(copilot: Copilot, client: httpx.AsyncClient) -> None:
    history = (
        Turn(author=Author.CUSTOMER, text="where is my new card"),
        Turn(author=Author.AGENT, text="on its way"),
        Turn(author=Author.CUSTOMER, text="ok thanks"),
    )
    stored = await copilot.propose(Message(text="this is ridiculous", history=history))
    bars = view.course(stored.message, stored.analysis)
    assert [(bar.height, bar.text, bar.counted, bar.last) for bar in bars] == [
        (10, "where is my new card", True, False),
        (10, "ok thanks", False, False),
        (90, "this is ridiculous", True, True),
    ]
    page = (await client.get(f"/?draft={stored.id}&lang=ar")).text
    assert page.count("<rect ") == 3
    assert "مجاملة لا تدخل في الحساب" in page
    alone = await copilot.propose(Message(text="this is ridiculous"))
    assert view.course(alone.message, alone.analysis) == []


async def test_an_uncertain_reading_says_so(copilot: Copilot, client: httpx.AsyncClient) -> None:
    for text, shown in (("12345 67", True), (ARRIVAL, False)):
        stored = await copilot.propose(Message(text=text))
        assert stored.analysis.uncertain is shown
        page = (await client.get(f"/?draft={stored.id}&lang=en")).text
        assert ('class="notice" role="note"' in page) is shown


async def test_page_speaks_both_languages(client: httpx.AsyncClient) -> None:
    arabic = await client.get("/", headers={"Accept-Language": "ar"})
    assert '<html lang="ar" dir="rtl">' in arabic.text
    english = await client.get("/?lang=en")
    assert '<html lang="en" dir="ltr">' in english.text
    assert "rifq_lang=en" in english.headers["Set-Cookie"]
    remembered = await client.get("/", headers={"Accept-Language": "ar"})
    assert '<html lang="en" dir="ltr">' in remembered.text


async def test_page_keeps_its_own_policy(client: httpx.AsyncClient) -> None:
    """Nothing inline, nothing from elsewhere: the content security policy would stop it."""
    page = (await client.get("/?lang=en")).text
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|<style", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


async def test_plain_form_works_without_scripts(client: httpx.AsyncClient) -> None:
    posted = await client.post("/console/drafts", data=FORM)
    assert posted.status_code == 303
    page = await client.get(posted.headers["Location"])
    assert "5 to 7 working days" in page.text
    assert ARRIVAL in page.text
    draft_id = posted.headers["Location"].split("=")[1]
    for verdict in ({"verdict": "accepted"}, {"verdict": "edited", "final_text": "Hi,\r\nsoon."},
                    {"verdict": "rejected", "reasons": ["too_long", "other"], "comment": "no"}):  # fmt: skip
        answer = await client.post(f"/console/drafts/{draft_id}/feedback", data=verdict)
        assert answer.status_code == 303
    kept = (await client.get(f"/v1/drafts/{draft_id}")).json()["feedback"]
    assert [item["verdict"] for item in kept] == ["accepted", "edited", "rejected"]
    assert kept[1]["final_text"] == "Hi,\nsoon."
    assert kept[2]["reasons"] == ["too_long", "other"]


async def test_htmx_gets_the_part_only(client: httpx.AsyncClient) -> None:
    part = await client.post("/console/drafts", data=FORM, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert part.headers["HX-Push-Url"].startswith("/?draft=")
    draft_id = part.headers["HX-Push-Url"].split("=")[1]
    verdict = await client.post(
        f"/console/drafts/{draft_id}/feedback", data={"verdict": "accepted"}, headers={"HX-Request": "true"}
    )
    assert verdict.text.lstrip().startswith('<div id="verdict"')


async def test_customers_words_are_never_markup(client: httpx.AsyncClient) -> None:
    evil = '<script>alert(1)</script> ridiculous "><img src=x onerror=alert(1)> {{7*7}}'
    posted = await client.post("/console/drafts", data=FORM | {"text": evil, "customer": "<b>x</b>"})
    page = (await client.get(posted.headers["Location"])).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>x</b>" not in page
    assert "{{7*7}}" in page


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"text": "a\0b"}, 422),
        ({"text": "x" * 20_001}, 422),
        ({"text": "x", "channel": "fax"}, 422),
        ({"text": "x", "customer": "n" * 201}, 422),
        ({"text": ""}, 303),
        ({}, 303),
    ],
)
async def test_faulty_forms_say_so_on_the_page(client: httpx.AsyncClient, form: dict[str, str], status: int) -> None:
    answer = await client.post("/console/drafts", data=form)
    assert answer.status_code == status
    if status == 422:
        assert 'role="alert"' in answer.text


async def test_faulty_verdicts_say_so(client: httpx.AsyncClient) -> None:
    made = (await client.post("/v1/drafts", json={"text": ""})).json()["id"]
    for target, form, status in (
        ("nope", {"verdict": "accepted"}, 404),
        (made, {"verdict": "maybe"}, 422),
        (made, {"verdict": "edited", "final_text": " "}, 422),
        (made, {"verdict": "rejected", "reasons": ["nope"]}, 422),
        (made, {"verdict": "accepted"}, 409),
    ):
        answer = await client.post(f"/console/drafts/{target}/feedback", data=form)
        assert answer.status_code == status
        assert 'role="alert"' in answer.text
    assert (await client.get("/?draft=nope")).status_code == 404


async def test_sample_fills_the_form(client: httpx.AsyncClient) -> None:
    page = (await client.get("/?sample=arabizi&lang=en")).text
    assert re.search(r"<textarea id=\"text\"[^>]*>\nel 7ewala", page)
    assert '<option value="whatsapp" selected>' in page
    assert (await client.get("/?sample=nope")).status_code == 200


async def test_htmx_comes_with_its_licence(client: httpx.AsyncClient) -> None:
    assert "Zero-Clause BSD" in (await client.get("/static/htmx.LICENSE.txt")).text
    assert "max-age" in (await client.get("/static/htmx.min.js")).headers["Cache-Control"]


@pytest.mark.parametrize("partial", [True, False])
async def test_an_edited_text_is_checked_before_it_is_saved(
    copilot: Copilot, client: httpx.AsyncClient, *, partial: bool
) -> None:
    stored = await copilot.propose(Message(text="My new card has not arrived yet"))
    headers = {"hx-request": "true"} if partial else {}
    form = {"final_text": "We guarantee <b>it</b>.\r\nWe will refund you today."}
    address = f"/console/drafts/{stored.id}/check"
    page = await client.post(address, params={"lang": "en"}, data=form, headers=headers)
    assert page.status_code == 200
    assert "Nobody can guarantee this" in page.text
    assert "<b>it</b>" not in page.text
    assert ("<html" in page.text) is not partial
    if not partial:
        assert "We guarantee &lt;b&gt;it&lt;/b&gt;." in page.text  # what was typed is still there
    assert not (await copilot.drafts.get(stored.id, tenant=copilot.tenant)).feedback


async def test_an_empty_text_is_not_checked(copilot: Copilot, client: httpx.AsyncClient) -> None:
    stored = await copilot.propose(Message(text="My new card has not arrived yet"))
    assert (await client.post(f"/console/drafts/{stored.id}/check", data={"final_text": ""})).status_code == 422
