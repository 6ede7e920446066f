import base64
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import httpx
import pytest

from api.helpdesks.adapter import AgentReply, CustomerMessage, Delivery, Event, Ignored, Note, Polling, Probing
from api.helpdesks.reading import read_safely
from api.helpdesks.vendors.email import EmailAdapter, EmailConnection
from api.helpdesks.vendors.email_box import Account, Mailbox
from inference.types import Status
from models.errors import ConfigurationError, HelpdeskError, InputError, SignatureError
from tests.api.helpdesks.fakes.imap import PASSWORD, USER, FakeImap

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OWN = (USER,)
ARABIC = "السلام عليكم،\nلم تصل بطاقتي ٤٤٧١ حتى الآن. 😟"
CLIENT = httpx.AsyncClient()


def mail(text: str = ARABIC, *, html: str | None = None, **headers: str) -> bytes:
    built = EmailMessage(policy=SMTP)
    values = {
        "From": "سارة <sara@customer.example>",
        "To": USER,
        "Subject": "بطاقتي لم تصل",
        "Date": "Sun, 22 Nov 2026 11:00:00 +0300",
        "Message-ID": "<one@customer.example>",
    }
    for name, value in (values | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        if value:
            built[name] = value
    built.set_content(text)
    if html is not None:
        built.add_alternative(html, subtype="html")
    return built.as_bytes()


def read(raw: bytes, folder: str = "inbox") -> Event:
    adapter = EmailAdapter(Mailbox(_account(0)), OWN)
    (event,) = adapter.read(Delivery(raw, {"x-rifq-folder": folder}, AT))
    return event


def _account(port: int, password: str = PASSWORD) -> Account:
    return Account("127.0.0.1", port, "none", USER, password, private_network=True)


def note(**changes: Any) -> Note:
    values: dict[str, Any] = {
        "id": "d" * 32,
        "marker": "rifq:abc123",
        "conversation": "one@customer.example",
        "status": Status.READY,
        "text": "نعتذر عن التأخير. تصل البطاقة خلال 7 أيام.",
        "heading": "جاهزة",
        "remarks": ("هادئ",),
        "direction": "rtl",
        "text_language": "ar",
        "language": "ar",
    }
    return Note(**(values | changes))


@pytest.fixture
def server() -> Iterator[FakeImap]:
    with FakeImap().running() as fake:
        yield fake
    assert fake.faults == []


@pytest.fixture
def adapter(server: FakeImap) -> EmailAdapter:
    return EmailAdapter(Mailbox(_account(server.port), now=lambda: AT), OWN, now=lambda: AT)


def test_a_mail_is_a_customers_message() -> None:
    event = read(mail())
    assert isinstance(event, CustomerMessage)
    assert (event.conversation, event.id) == ("one@customer.example", "one@customer.example")
    assert (event.customer, event.customer_id, event.subject) == ("سارة", "sara@customer.example", "بطاقتي لم تصل")
    assert event.text == ARABIC
    assert event.at == datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_a_thread_is_named_by_its_first_mail() -> None:
    replied = read(mail(Message_ID="<three@x>", References="<one@customer.example> <two@x>", In_Reply_To="<two@x>"))
    assert isinstance(replied, CustomerMessage)
    assert replied.conversation == "one@customer.example"
    nameless = read(mail(Message_ID=""))
    assert isinstance(nameless, CustomerMessage)
    assert nameless.conversation.startswith("no-id.")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Auto-Submitted": "auto-replied"}, "auto_reply"),
        ({"X-Autoreply": "yes"}, "auto_reply"),
        ({"Precedence": "bulk"}, "mailing_list"),
        ({"List-Id": "<news.example>"}, "mailing_list"),
        ({"From": "MAILER-DAEMON@mx.example"}, "bounce"),
        ({"Return-Path": "<>", "Auto-Submitted": "auto-generated"}, "bounce"),
        ({"From": "noreply@shop.example"}, "auto_reply"),
        ({"From": USER}, "own_mail"),
        ({"X-Rifq-Draft": "d1", "From": USER}, "own_draft"),
    ],
)
def test_what_no_customer_wrote_is_passed_over(changes: dict[str, str], reason: str) -> None:
    assert read(mail(**changes)) == Ignored(reason)


def test_calendar_answers_and_reports_are_passed_over() -> None:
    raw = mail().replace(b"Content-Type: text/plain", b'Content-Type: text/calendar; method="REPLY"')
    assert read(raw) == Ignored("calendar")
    report = b'Content-Type: multipart/report; report-type="delivery-status"; boundary=b'
    assert read(mail().replace(b'Content-Type: text/plain; charset="utf-8"', report)) == Ignored("bounce")


def test_a_sent_mail_is_an_agents_reply() -> None:
    raw = mail("أُرسلت البطاقة.", From=USER, To="sara@customer.example", References="<one@customer.example>")
    event = read(raw, "sent")
    assert isinstance(event, AgentReply)
    assert (event.conversation, event.text, event.agent) == ("one@customer.example", "أُرسلت البطاقة.", USER)
    assert read(mail(From=USER, To=USER), "sent") == Ignored("internal")
    assert read(mail(), "sent") == Ignored("not_ours")
    away = mail(From=USER, To="sara@customer.example", Auto_Submitted="auto-replied")
    assert read(away, "sent") == Ignored("auto_reply")


def test_html_wrong_charsets_attachments_and_bidi_are_read() -> None:
    html = read(mail(" ", html="<p>مرحبًا<br>أين بطاقتي؟</p><script>x</script>"))
    assert isinstance(html, CustomerMessage)
    assert html.text == "مرحبًا\nأين بطاقتي؟"
    encoded = base64.encodebytes("أين بطاقتي؟".encode("cp1256"))
    raw = b"From: a@b.example\r\nSubject: =?windows-1256?B?4eQ=?=\r\nContent-Type: text/plain; charset=x-none\r\n"
    event = read(raw + b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded)
    assert isinstance(event, CustomerMessage)
    assert event.text == "أين بطاقتي؟"
    assert event.subject == "لن"
    bidi = read(mail("abc \u202edef", Subject="\u202eevil\u2066"))
    assert isinstance(bidi, CustomerMessage)
    assert (bidi.text, bidi.subject) == ("abc def", "evil")
    built = EmailMessage(policy=SMTP)
    built["From"], built["Subject"] = "a@b.example", "winmail"
    built.add_attachment(b"x" * 10, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    tnef = read(built.as_bytes())
    assert isinstance(tnef, CustomerMessage)
    assert (tnef.text, tnef.attachments) == ("winmail", ("winmail.dat",))


@pytest.mark.parametrize("charset", [b"punycode", b"idna", b"undefined", b'"a\0b"', b"unicode_escape"])
def test_a_charset_that_no_mail_is_written_in_is_passed_over(charset: bytes) -> None:
    head = b"From: a@b.example\r\nContent-Type: text/plain; charset=" + charset
    event = read(head + "\r\n\r\nأين بطاقتي؟".encode())
    assert isinstance(event, CustomerMessage)
    assert event.text == "أين بطاقتي؟"


def test_of_a_mail_with_more_parts_or_lines_than_people_write_the_beginning_is_read() -> None:
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3_000))
    event = read(b"From: a@b.example\r\nSubject: hello\r\n" + parts + b"\r\nend\r\n")
    assert isinstance(event, CustomerMessage)
    assert event.subject == "hello"
    long = read(b"From: a@b.example\r\n\r\nfirst\r\n" + b"\r\n" * 40_000 + b"last\r\n")
    assert isinstance(long, CustomerMessage)
    assert long.text == "first"


def test_a_date_in_the_future_or_none_is_when_it_arrived() -> None:
    for date in ("Sun, 22 Nov 2099 11:00:00 +0000", "yesterday", ""):
        event = read(mail(Date=date))
        assert isinstance(event, CustomerMessage)
        assert event.at == AT


def test_a_customers_mail_has_the_time_at_which_our_server_took_it() -> None:
    hop = "from mx.example by mail.example with ESMTPS id 7;\r\n Sun, 22 Nov 2026 11:55:00 +0000 (UTC)"
    event = read(f"Received: {hop}\r\nReceived: from pc by mx.example; yesterday\r\n".encode() + mail())
    assert isinstance(event, CustomerMessage)
    assert event.at == datetime(2026, 11, 22, 11, 55, tzinfo=UTC)
    for line in ("from pc by mx.example", "from pc by mx.example; yesterday", ""):
        event = read(f"Received: {line}\r\n".encode() + mail())
        assert isinstance(event, CustomerMessage)
        assert event.at == datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def _nasty() -> Iterator[bytes]:
    chance = random.Random(7)  # noqa: S311 - not for secrets
    built = EmailMessage(policy=SMTP)
    built["From"], built["To"], built["Subject"] = '"A, ب" <a@b.example>', USER, "شكوى " * 40
    built["References"], built["Date"] = "<x@y> " * 200, "Sun, 22 Nov 2026 11:00:00 +0300"
    built.set_content(ARABIC)
    built.add_alternative(f"<div dir=rtl>{ARABIC}</div>", subtype="html")
    built.add_attachment(b"\0\1", maintype="application", subtype="pdf", filename="فاتورة.pdf")
    seeds = [
        mail(),
        mail(" ", html="<p>x"),
        built.as_bytes(),
        b"",
        b"\0" * 50,
        b"From: \xff\xfe\n\n\xd9",
        b"\r\n\r\nno head",
    ]
    pieces = [
        b"\r\n",
        b"\0",
        b"\xff",
        b"=?utf-8?B?####?=",
        b"boundary=",
        b'"',
        b"<>",
        b"(",
        b"Content-Type: ",
        b"\xe2\x80\xae",
    ]
    pieces += [
        b"Content-Type: multipart/mixed\r\n",
        b"charset=rot13",
        b"charset=\xd8",
        b"=?x?q?=00?=",
        b"From: @\r\n",
        b"Date: 99\r\n",
    ]
    yield from seeds
    for _ in range(400):
        raw = bytearray(chance.choice(seeds[:3]))
        for _ in range(chance.randint(1, 12)):
            place = chance.randrange(len(raw) + 1)
            match chance.randrange(4):
                case 0:
                    raw[place : place + chance.randint(1, 60)] = b""
                case 1:
                    raw[place:place] = chance.choice(pieces)
                case 2:
                    raw[place : place + 1] = bytes([chance.randrange(256)])
                case _:
                    raw[place:place] = raw[: chance.randrange(200)]
        yield bytes(raw)


def test_no_mail_raises_anything_but_an_input_error_and_each_has_a_key() -> None:
    adapter = EmailAdapter(Mailbox(_account(0)), OWN)
    outcomes = {"read": 0, "dead": 0}
    for raw in _nasty():
        delivery = Delivery(raw, {}, AT)
        try:
            assert len(adapter.key(delivery)) <= 200
            (event,) = adapter.read(delivery)
            outcomes["read"] += 1
        except InputError:
            outcomes["dead"] += 1
            continue
        if isinstance(event, CustomerMessage):
            assert len(event.conversation) <= 136
            assert event.conversation.isascii()
            assert not set('"\\<>\r\n') & set(event.conversation)
            assert len(event.id) <= 200
            assert not {"\0", "\u202e"} & set(event.text)
            event.text.encode()
            (event.subject or "").encode()
    assert outcomes["read"] > 300
    assert outcomes["dead"] >= 3


def test_a_call_from_outside_is_refused_and_an_empty_delivery_has_no_key() -> None:
    adapter = EmailAdapter(Mailbox(_account(0)), OWN)
    with pytest.raises(SignatureError):
        adapter.verify(Delivery(mail(), {}, AT))
    with pytest.raises(InputError):
        read_safely(adapter.key, Delivery(b" \r\n", {}, AT))


async def test_polling_brings_each_mail_once_and_marks_nothing(server: FakeImap, adapter: EmailAdapter) -> None:
    server.inbox.add(mail(Message_ID="<old@x>"))
    first = await adapter.poll(None)
    assert first.deliveries == ()
    server.inbox.add(mail())
    server.sent.add(mail("أُرسلت.", From=USER, To="sara@customer.example", Message_ID="<s@x>"), "\\Seen")
    second = await adapter.poll(first.cursor)
    assert [item.headers["x-rifq-folder"] for item in second.deliveries] == ["inbox", "sent"]
    assert (await adapter.poll(second.cursor)).deliveries == ()
    assert all("\\Seen" not in item.flags for item in server.inbox.mails)
    assert len(second.cursor) < 2_000


async def test_many_mails_come_in_several_polls_and_none_is_lost(server: FakeImap, adapter: EmailAdapter) -> None:
    cursor = (await adapter.poll(None)).cursor
    for number in range(120):
        server.inbox.add(mail(Message_ID=f"<m{number}@x>"))
    keys: list[str] = []
    for _ in range(4):
        polled = await adapter.poll(cursor)
        keys += [adapter.key(item) for item in polled.deliveries]
        cursor = polled.cursor
    assert len(keys) == len(set(keys)) == 120


async def test_a_mailbox_that_numbers_anew_loses_nothing(server: FakeImap, adapter: EmailAdapter) -> None:
    server.inbox.add(mail(Message_ID="<a@x>"))
    cursor = (await adapter.poll(None)).cursor
    old = server.inbox.mails
    server.inbox.validity, server.inbox.next_uid, server.inbox.mails = 8, 1, []
    for item in old:
        server.inbox.add(item.raw)
    server.inbox.add(mail(Message_ID="<b@x>"))
    polled = await adapter.poll(cursor)
    assert len(polled.deliveries) == 2  # the first one is known by its key
    assert (await adapter.poll(polled.cursor)).deliveries == ()


async def test_read_mails_are_marked_only_where_that_is_wanted(server: FakeImap) -> None:
    server.may_see = True
    adapter = EmailAdapter(Mailbox(replace(_account(server.port), mark_seen=True)), OWN)
    cursor = (await adapter.poll(None)).cursor
    server.inbox.add(mail())
    await adapter.poll(cursor)
    assert server.inbox.mails[0].flags == {"\\Seen"}


async def test_a_mail_that_names_only_what_it_answers_joins_its_thread(server: FakeImap, adapter: EmailAdapter) -> None:
    cursor = (await adapter.poll(None)).cursor
    server.sent.add(
        mail(From=USER, To="sara@customer.example", Message_ID="<s@x>", References="<one@customer.example>")
    )
    server.inbox.add(mail("وماذا بعد؟", Message_ID="<later@x>", In_Reply_To="<s@x>"))
    polled = await adapter.poll(cursor)
    event = adapter.read(polled.deliveries[0])[0]
    assert isinstance(event, CustomerMessage)
    assert event.conversation == "one@customer.example"


async def test_a_draft_lies_in_the_thread_and_is_found_again(server: FakeImap, adapter: EmailAdapter) -> None:
    server.inbox.add(mail())
    assert await adapter.find(CLIENT, note()) is None
    left = await adapter.leave(CLIENT, note())
    (draft,) = server.drafts.mails
    assert draft.flags == {"\\Draft"}
    assert draft.header("in-reply-to") == draft.header("references") == "<one@customer.example>"
    assert draft.header("x-rifq-draft") == "d" * 32
    assert "sara@customer.example" in draft.header("to")
    assert draft.header("from") == USER
    assert await adapter.find(CLIENT, note()) == left
    assert await adapter.leave(CLIENT, note()) == left
    assert len(server.drafts.mails) == 1
    assert b"rifq:abc123" not in draft.raw


async def test_the_newest_mail_of_the_customer_is_answered(server: FakeImap, adapter: EmailAdapter) -> None:
    server.inbox.add(mail())
    thread = {"References": "<one@customer.example>"}
    server.inbox.add(mail(Message_ID="<two@x>", Reply_To="other@customer.example", Subject="Re: card", **thread))
    server.inbox.add(mail(Message_ID="<auto@x>", Auto_Submitted="auto-replied", **thread))
    await adapter.leave(CLIENT, note())
    (draft,) = server.drafts.mails
    assert (draft.header("to"), draft.header("in-reply-to")) == ("سارة <other@customer.example>", "<two@x>") or (
        draft.header("in-reply-to") == "<two@x>" and "other@customer.example" in draft.header("to")
    )
    assert draft.header("subject") == "Re: card"
    assert draft.header("references").split() == ["<one@customer.example>", "<two@x>"]


@pytest.mark.parametrize("changes", [{"text": "", "status": Status.NO_SAFE_DRAFT}, {"beside": True}])
async def test_what_is_for_agents_alone_has_no_recipient(
    server: FakeImap, adapter: EmailAdapter, changes: dict[str, Any]
) -> None:
    server.inbox.add(mail())
    await adapter.leave(CLIENT, note(**changes))
    (draft,) = server.drafts.mails
    assert (draft.header("to"), draft.header("cc")) == ("", "")


async def test_notes_go_beside_the_draft_where_a_folder_is_named(server: FakeImap) -> None:
    adapter = EmailAdapter(Mailbox(_account(server.port)), OWN, notes_folder="Rifq")
    server.inbox.add(mail())
    left = await adapter.leave(CLIENT, note())
    assert len(server.folders["Rifq"].mails) == len(server.drafts.mails) == 1
    assert await adapter.find(CLIENT, note()) == left
    server.drafts.mails.clear()
    assert await adapter.find(CLIENT, note()) is None  # both, or it is left again
    await adapter.leave(CLIENT, note())
    assert len(server.folders["Rifq"].mails) == 1
    assert await adapter.withdraw(CLIENT, note(), left)
    assert not server.folders["Rifq"].mails


async def test_only_our_own_unedited_draft_is_withdrawn(server: FakeImap, adapter: EmailAdapter) -> None:
    server.inbox.add(mail())
    server.drafts.add(mail("mine", From=USER, Message_ID="<other@x>"), "\\Draft", "\\Deleted")
    left = await adapter.leave(CLIENT, note())
    assert await adapter.withdraw(CLIENT, note(), left)
    assert await adapter.withdraw(CLIENT, note(), left)
    assert [item.header("message-id") for item in server.drafts.mails] == ["<other@x>"]
    left = await adapter.leave(CLIENT, note())
    server.drafts.mails[-1].raw = server.drafts.mails[-1].raw.replace(
        b"sara@customer.example", b"boss@customer.example"
    )
    assert not await adapter.withdraw(CLIENT, note(), left)
    assert len(server.drafts.mails) == 2


async def test_a_draft_that_an_agent_saved_anew_stays(server: FakeImap, adapter: EmailAdapter) -> None:
    server.inbox.add(mail())
    left = await adapter.leave(CLIENT, note())
    server.drafts.mails.clear()
    server.drafts.add(mail("نعتذر.", From=USER, Message_ID="<k@x>", References="<one@customer.example>"), "\\Draft")
    assert not await adapter.withdraw(CLIENT, note(), left)


async def test_an_answer_that_never_came_is_unsure_and_the_draft_is_found(
    server: FakeImap, adapter: EmailAdapter
) -> None:
    server.inbox.add(mail())
    server.hang_up_after = "APPEND"
    with pytest.raises(HelpdeskError) as broken:
        await adapter.leave(CLIENT, note())
    assert (broken.value.unsure, broken.value.lasting) == (True, False)
    assert await adapter.find(CLIENT, note()) is not None
    assert len(server.drafts.mails) == 1


async def test_a_wrong_password_and_a_mail_that_is_gone_last_and_a_dead_server_does_not(server: FakeImap) -> None:
    for password in ("wrong", "خطأ"):
        wrong = EmailAdapter(Mailbox(_account(server.port, password)), OWN)
        with pytest.raises(HelpdeskError) as refused:
            await wrong.poll(None)
        assert refused.value.lasting
        assert password not in refused.value.message
    right = EmailAdapter(Mailbox(_account(server.port)), OWN)
    with pytest.raises(HelpdeskError) as gone:
        await right.leave(CLIENT, note())
    assert gone.value.lasting
    nobody = EmailAdapter(Mailbox(_account(1)), OWN)
    with pytest.raises(HelpdeskError) as absent:
        await nobody.poll(None)
    assert not absent.value.lasting
    private = EmailAdapter(Mailbox(replace(_account(server.port), private_network=False, security="tls")), OWN)
    with pytest.raises(HelpdeskError, match="private"):
        await private.poll(None)


async def test_probing_changes_nothing(server: FakeImap, adapter: EmailAdapter) -> None:
    assert "Entwürfe" in await adapter.probe(CLIENT)
    assert isinstance(adapter, Polling)
    assert isinstance(adapter, Probing)


def test_a_connection_is_checked_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    values: dict[str, Any] = {"id": "mail", "vendor": "email", "host": "imap.example.com", "username": USER}
    values |= {"addresses": [USER.upper()], "secret": {"env": "MAIL_PASSWORD"}}
    monkeypatch.delenv("MAIL_PASSWORD", raising=False)
    connection = EmailConnection.model_validate(values)
    assert connection.addresses == (USER,)
    with pytest.raises(ConfigurationError, match="MAIL_PASSWORD"):
        connection.adapter()
    monkeypatch.setenv("MAIL_PASSWORD", "x")
    assert isinstance(connection.adapter(), EmailAdapter)
    faults: list[dict[str, Any]] = [{"security": "none"}, {"addresses": ["nobody"]}, {"addresses": []}, {"port": 0}]
    for wrong in [*faults, {"host": "a b"}]:
        with pytest.raises(ValueError, match="validation error"):
            EmailConnection.model_validate(values | wrong)
