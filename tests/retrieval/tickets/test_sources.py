import json
from pathlib import Path

import pytest

from inference.types import Author, Resolution
from models.errors import InputError
from retrieval.tickets import Source, TicketReport, write_candidates
from retrieval.tickets.mail import Mail
from retrieval.tickets.types import Ticket
from tests.retrieval.tickets.exports import (
    SECRETS,
    chatwoot,
    freshdesk,
    lines,
    mail,
    mbox,
    zendesk_page,
    zendesk_ticket,
)


def propose(path: Path, source: Source) -> tuple[list[Resolution], TicketReport]:
    out = path.with_name("candidates.ndjson")
    report = write_candidates(path, source, out)
    text = out.read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret.lower() in text.lower()]
    return [Resolution.model_validate_json(line) for line in text.splitlines()], report


def test_zendesk_export(tmp_path: Path) -> None:
    [found], report = propose(lines(tmp_path / "t.json", zendesk_ticket()), Source.ZENDESK)
    assert found.problem == "Refund for a cancelled order"
    assert found.answer.startswith("Refunds return to the card within 5 to 10 working days after the cancellation.")
    assert found.answer.endswith("You can follow it like this:")
    assert found.steps == ("Open the app and choose Orders.", "Choose the order and then Refund status.")
    assert found.cases[0].startswith("I cancelled my order yesterday and the money is not back on my card [CARD_1].")
    assert "regards" not in found.cases[0]
    assert (found.language, found.provenance) == ("en", "zendesk ticket 1")
    assert found.tags == ("refund",)
    assert found.outcome is not None
    assert (found.outcome.solved, found.outcome.satisfaction) == (1, 1.0)
    assert found.verified_by is None
    assert report.masked["card"] == 1
    assert report.masked["name"] >= 3


def test_zendesk_page_with_side_loads(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text(json.dumps(zendesk_page(), ensure_ascii=False, indent=1), encoding="utf-8")
    [found], report = propose(path, Source.ZENDESK)
    assert found.answer == "يعود المبلغ إلى البطاقة نفسها خلال عشرة أيام عمل من الإلغاء."
    assert found.language == "ar"
    assert found.cases[0].startswith("ألغيت الطلب أمس ولم يرجع المبلغ إلى بطاقتي.")
    assert found.outcome is not None
    assert found.outcome.reopened == 1
    assert (report.read, report.solved, report.skipped, report.unit) == (2, 1, {"not_solved": 1}, "record")


@pytest.mark.parametrize("wrap", [lambda item: item, lambda item: [item], lambda item: {"data": {"payload": [item]}}])
def test_chatwoot(tmp_path: Path, wrap: object) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(wrap(chatwoot()), ensure_ascii=False, indent=2), encoding="utf-8")  # type: ignore[operator]
    [found], _ = propose(path, Source.CHATWOOT)
    assert found.answer == "احذف التطبيق ثم نزل آخر نسخة من المتجر وسجل الدخول برقمك."
    assert found.cases[0].startswith("التطبيق ما يفتح معي بعد التحديث وجوالي [")
    assert found.problem == found.cases[0]
    assert found.outcome is not None
    assert found.outcome.satisfaction == 0.75
    assert found.tags == ("app",)


def test_freshdesk(tmp_path: Path) -> None:
    exported = {
        "helpdesk_ticket": {
            "display_id": 41,
            "subject": "Ticket",
            "status": 4,
            "description": "The invoice shows the wrong company name",
            "requester_name": "Wendel Okafor",
            "responder_name": "Tariq Haddad",
            "notes": [{"note": {"body": "Change it under Billing and download the invoice again.", "incoming": False}}],
        }
    }
    path = lines(tmp_path / "f.ndjson", freshdesk(), exported, freshdesk(42, status=2))
    [first, second], report = propose(path, Source.FRESHDESK)
    assert first.answer == "Open the login page and choose Forgot password, then do this:"
    assert first.steps == ("Enter the e-mail address of the account", "Open the link within 30 minutes")
    assert second.answer == "Change it under Billing and download the invoice again."
    assert second.problem == "The invoice shows the wrong company name"
    assert report.skipped == {"not_solved": 1}


ASK = "لم تصل الشحنة منذ أسبوع، ما العمل؟\n\nلبنى القاسمي"
ANSWER = (
    "مرحبا لبنى،\n\nيمكنكم طلب شحنة بديلة من صفحة الطلبات بعد مرور سبعة أيام على موعد التسليم.\n\n"
    "مع تحياتي،\nطارق حداد\n\n"
    "في الثلاثاء، 3 يونيو 2025 في 10:01 ص، كتب لبنى القاسمي <lubna.q@example.com>:\n> لم تصل الشحنة منذ أسبوع"
)
OUTLOOK = (
    "<html><head><style>p{}</style></head><body><p>Hello Wendel,</p><p>Please update the app to version 5.2, "
    "older ones cannot show the invoice.</p><p>Kind regards,<br>Tariq Haddad</p>"
    "<div id='divRplyFwdMsg'><b>From:</b> Wendel Okafor &lt;w@example.com&gt;"
    "<br><b>Sent:</b> Tuesday, June 3, 2025 10:05 AM<br><b>To:</b> help@shop.example<br>"
    "<b>Subject:</b> Invoice</div><p>The app shows no invoice.</p></body></html>"
)


def mailbox(path: Path) -> Path:
    desk = "Tariq Haddad <help@shop.example>"
    away = mail(desk, "lubna.q@example.com", "Auto", "We received your mail", number=2, reply=1)
    away["Auto-Submitted"] = "auto-replied"
    cyrillic = mail("Wendel Okafor <w@example.com>", desk, "Invoice", "x", number=5)
    raw = (
        cyrillic.as_bytes()
        .replace(b'charset="utf-8"', b'charset="x-unknown"')
        .replace(b"\nx", b"\nThe app shows no invoice.")
    )
    return mbox(
        path,
        mail("لبنى القاسمي <lubna.q@example.com>", desk, "الشحنة متأخرة منذ أسبوع", ASK, number=1),
        away,
        mail(desk, "lubna.q@example.com", "رد: الشحنة", ANSWER, number=3, reply=1),
        mail("لبنى القاسمي <lubna.q@example.com>", desk, "رد: الشحنة", "شكرا جزيلا", number=4, reply=3),
        raw,
        mail(desk, "w@example.com", "RE: Invoice", OUTLOOK, number=6, reply=5, html=True),
        b"Subject: nobody sent this\n\nhello\n",
        mail("z@example.com", desk, "Open", "Nobody answered me about the parcel", number=8),
    )


def test_mailbox(tmp_path: Path) -> None:
    [arabic, english], report = propose(mailbox(tmp_path / "in.mbox"), Source.MAIL)
    assert arabic.answer == "يمكنكم طلب شحنة بديلة من صفحة الطلبات بعد مرور سبعة أيام على موعد التسليم."
    assert arabic.problem == "الشحنة متأخرة منذ أسبوع"
    assert english.answer == "Please update the app to version 5.2, older ones cannot show the invoice."
    assert english.cases == ("The app shows no invoice.",)
    assert [(error.line, error.code) for error in report.errors] == [(7, "missing")]
    assert report.skipped == {"not_solved": 1}


def test_folder_of_mails(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    desk = "help@gmail.com"
    (folder / "b.eml").write_bytes(
        mail("a@gmail.com", desk, "Code", "The code never arrives on my phone", number=1).as_bytes()
    )
    answer = mail(
        desk, "a@gmail.com", "Code", "Codes arrive within a minute once roaming is switched on.", number=2, reply=1
    )
    (folder / "a.eml").write_bytes(answer.as_bytes())
    other = mail(
        "third@gmail.com", desk, "Code", "I am a colleague of somebody else entirely, hello to all", number=3, reply=1
    )
    (folder / "c.eml").write_bytes(other.as_bytes())
    [ticket] = Mail(folder)
    assert isinstance(ticket, Ticket)
    assert [(turn.author, turn.public) for turn in ticket.turns] == [
        (Author.CUSTOMER, True),
        (Author.AGENT, True),
        (Author.AGENT, False),
    ]
    assert ticket.solved


def test_records_are_read_one_by_one(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "t.ndjson",
        zendesk_ticket(1),
        "{broken",
        [1],
        zendesk_ticket(2, comments="none"),
        zendesk_ticket(3, id=None),
        zendesk_ticket(4, requester_id={"a": 1}),
        zendesk_ticket(5),
    )
    path.write_bytes(path.read_bytes() + b'{"id": "\xff"}\n')
    found, report = propose(path, Source.ZENDESK)
    assert [(error.line, error.code) for error in report.errors] == [
        (2, "invalid_json"),
        (3, "not_an_object"),
        (4, "wrong_type"),
        (5, "missing"),
        (6, "wrong_shape"),
        (8, "invalid_utf8"),
    ]
    assert (report.read, report.solved, report.merged, len(found)) == (8, 2, 1, 1)
    assert found[0].provenance == "zendesk ticket 1, 1 more"


@pytest.mark.parametrize("content", [b'[{"id": 1}, {"id"', b"\xff\xfe{", b""])
def test_unreadable_files_are_one_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(InputError):
        write_candidates(path, Source.ZENDESK, tmp_path / "out")
    with pytest.raises(InputError):
        write_candidates(tmp_path / "absent", Source.MAIL, tmp_path / "out")
