"""What agents read: both languages and directions, nothing that can be clicked, and the draft as it will be copied."""

import re
from dataclasses import replace

import pytest

from api.copilot import Copilot
from api.helpdesks.adapter import Note
from api.helpdesks.notes import is_courtesy, note_of
from api.helpdesks.rendering import as_html, as_markdown, as_text, draft_html, keys, say
from inference.types import Dialect, Message, Reason, SignalName, Status

HOSTILE = Note(
    id="a" * 32,
    marker="rifq-" + "a" * 32,
    conversation="7",
    status=Status.READY,
    text="Hello <script>alert(1)</script> [x](http://evil.example)\n1. Open *Cards*.",
    heading="Draft ready · see www.evil.example",
    remarks=("They wrote http://evil.example/?q=<b>, ![i](https://evil.example/i.png) and mail@evil.example",),
)


def test_nothing_of_a_note_can_be_clicked_or_run() -> None:
    html, markdown = as_html(HOSTILE), as_markdown(HOSTILE)
    assert not re.search(r"<(script|b>|a |img)", html)
    for shown in (html, as_text(HOSTILE), markdown.replace("\\", "")):
        assert "hxxp://evil[.]example/?q=" in shown
        assert "mail[@]evil[.]example" in shown
        assert "www[.]evil[.]example" in shown
    assert "](" not in markdown.replace("\\]", "")
    assert "<script" not in markdown.replace("\\<", "")
    assert "\n> 1. Open \\*Cards\\*." in markdown


@pytest.mark.parametrize(
    ("remark", "shown"),
    [
        ("HTTPS://a.b.example:8/x.html", "hxxps://a.b[.]example:8/x[.]html"),
        ("see www.1and1.com-now", "see www[.]1and1[.]com-now"),
        ("mailto:a.b@c-d.co.uk، tel:+9665", "mailto[:]a.b[@]c-d[.]co[.]uk، tel[:]+9665"),
        ("ftp://x.example", "ftp[:]//x[.]example"),
        ("راجعوا موقع.السعودية/دفع", "راجعوا موقع[.]السعودية/دفع"),
        ("كتب: «افتحوا evil。example»", "كتب: «افتحوا evil[。]example»"),
        ("x.xn--mgberp4a5d4ar", "x[.]xn--mgberp4a5d4ar"),
    ],
)
def test_what_helpdesks_make_links_of_is_written_otherwise(remark: str, shown: str) -> None:
    note = replace(HOSTILE, remarks=(remark,))
    assert f"• {shown}\n" in as_text(note)
    assert f">{shown}</li>" in as_html(note)


@pytest.mark.parametrize(
    "remark", ["الرسوم 3.50 ر.س، أي 1.5% من المبلغ.شكرًا", "v2.0, e.g. 1.5kg at 10:30", "د.أحمد كتب: 12.03.2025"]
)
def test_what_is_no_address_stays_as_it_is(remark: str) -> None:
    assert f"• {remark}\n" in as_text(replace(HOSTILE, remarks=(remark,)))


def test_the_draft_is_set_apart_and_stays_as_it_is() -> None:
    assert HOSTILE.text in as_text(HOSTILE)
    assert as_text(HOSTILE).splitlines()[-1].endswith("\u2068" + HOSTILE.marker + "\u2069")
    assert draft_html(HOSTILE).startswith('<div lang="en" dir="ltr">Hello &lt;script&gt;')
    assert HOSTILE.marker not in draft_html(HOSTILE)
    assert HOSTILE.heading not in draft_html(HOSTILE)


@pytest.mark.parametrize(
    ("text", "language"), [("بطاقتي الجديدة لم تصل بعد", "en"), ("My new card has not arrived", "ar")]
)
async def test_language_and_direction_stand_on_each_part(copilot: Copilot, text: str, language: str) -> None:
    stored = await copilot.propose(Message(text=text), agent_language=language)
    html = as_html(note_of(stored, conversation="7", language=language))
    ours, theirs = ("ltr", "rtl") if language == "en" else ("rtl", "ltr")
    assert html.startswith(f'<p lang="{language}" dir="{ours}">')
    assert f'<blockquote lang="{stored.draft.language}" dir="{theirs}">' in html
    assert say(language, "status.ready") in html


async def test_a_refusal_says_why_and_holds_no_draft(copilot: Copilot) -> None:
    stored = await copilot.propose(Message(text="سأرفع عليكم قضية"), agent_language="ar")
    text = as_text(note_of(stored, conversation="7", language="ar"))
    assert text.startswith("لا مسودة آمنة لهذه الرسالة")
    assert "السبب: في الرسالة تهديد باللجوء إلى القضاء." in text
    assert say("ar", "draft") not in text


async def test_courtesy_rests_on_the_policys_phrases_alone(copilot: Copilot) -> None:
    texts = {"Thank you!": True, "السلام عليكم": True, "My new card has not arrived yet": False, "؟": False}
    drafts = await copilot.draft([Message(text=text) for text in texts])
    assert [is_courtesy(draft) for draft in drafts] == list(texts.values())


def test_every_value_has_its_words_in_both_languages() -> None:
    assert keys("ar") == keys("en")
    wanted = {f"status.{name}" for name in Status} | {f"reason.{name}" for name in Reason}
    wanted |= {f"signal.{name}" for name in SignalName} | {f"dialect.{name}" for name in Dialect}
    assert wanted <= keys("en")
