import base64
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from api.helpdesks.adapter import AgentReply, CustomerMessage, Delivery, Ignored
from api.helpdesks.vendors.email import EmailAdapter
from api.helpdesks.vendors.email_box import Mailbox
from models.errors import InputError
from tests.api.helpdesks.fakes.imap import USER
from tests.api.helpdesks.vendors.mails import ARABIC, AT, OWN, account, mail, read


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
    adapter = EmailAdapter(Mailbox(account(0)), OWN)
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
