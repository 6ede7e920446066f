"""Exports in the shapes that the vendors document; every person and number in them is invented."""

import json
from email.message import EmailMessage
from pathlib import Path
from typing import Any

SECRETS = (
    *("Lubna", "Qasimi", "لبنى", "القاسمي", "Tariq", "Haddad", "طارق", "حداد", "Wendel", "Okafor", "نايف", "العتيبي"),
    *("lubna.q@example.com", "0501234567", "٠٥٠١٢٣٤٥٦٧", "501234567", "50 123 4567", "SA0380000000608010167519"),
    *("4111 1111 1111 1111", "4111111111111111", "+201012345678", "01012345678"),
)
"""Values that must never be stored: names, telephones in both digit systems, addresses, an IBAN, a card."""


def zendesk_ticket(number: int = 1, **given: Any) -> dict[str, Any]:
    """A line of Zendesk's JSON export: a ticket with people and comments inside."""
    return {
        "id": number,
        "url": f"https://desk.zendesk.com/api/v2/tickets/{number}.json",
        "subject": "Re: Refund for a cancelled order",
        "status": "solved",
        "via": {"channel": "email"},
        "tags": ["refund", "lubna_qasimi"],
        "satisfaction_rating": {"score": "good"},
        "requester": {"id": 11, "name": "Lubna Al-Qasimi", "email": "lubna.q@example.com", "phone": "+966501234567"},
        "assignee": {"id": 21, "name": "Tariq Haddad", "role": "agent"},
        "comments": [
            comment(
                11,
                "Hello Tariq,\n\nI cancelled my order yesterday and the money is not back on my card "
                "4111 1111 1111 1111. Call me on 050 123 4567.\n\nBest regards,\nLubna Al-Qasimi\nlubna.q@example.com",
            ),
            comment(21, "lubna is a difficult one, IBAN SA0380000000608010167519", public=False),
            comment(-1, "Your request (1) has been received.", via={"channel": "rule"}),
            comment(
                21,
                "Dear Lubna,\n\nThank you for contacting us. Refunds return to the card within 5 to 10 working days "
                "after the cancellation. You can follow it like this:\n1. Open the app and choose Orders.\n"
                "2. Choose the order and then Refund status.\n\n"
                "Is there anything else I can help you with?\n\nKind regards,\nTariq Haddad\n"
                "Customer Support\n\nOn Tue, 3 Jun 2025 at 10:01, Lubna Al-Qasimi <lubna.q@example.com> wrote:\n"
                "> I cancelled my order yesterday",
            ),
            comment(11, "Thank you Tariq!"),
        ],
    } | given


def comment(author: int, body: str, *, public: bool = True, **given: Any) -> dict[str, Any]:
    return {"id": 900, "type": "Comment", "author_id": author, "body": body, "public": public} | given


def zendesk_page() -> dict[str, Any]:
    """A page of the incremental export with side-loads."""
    ticket = zendesk_ticket(7, subject="استرداد المبلغ", tags=["refund"], requester_id=11, assignee_id=21)
    for name in ("requester", "assignee", "comments"):
        del ticket[name]
    answer = (
        "أهلا بك لبنى،\nيعود المبلغ إلى البطاقة نفسها خلال عشرة أيام عمل من الإلغاء.\n"
        "لا تتردد في التواصل معنا\nمع تحياتي،\nطارق حداد"
    )
    words = [
        (11, "السلام عليكم\nألغيت الطلب أمس ولم يرجع المبلغ إلى بطاقتي. رقمي ٠٥٠١٢٣٤٥٦٧ وأنا لبنى القاسمي"),
        (21, answer),
        (11, "شكرا لك يا طارق"),
    ]
    return {
        "tickets": [ticket, zendesk_ticket(8, status="open")],
        "users": [
            {"id": 11, "name": "لبنى القاسمي", "role": "end-user"},
            {"id": 21, "name": "طارق حداد", "role": "agent"},
        ],
        "comments": [comment(author, text) | {"ticket_id": 7} for author, text in words],
        "metric_sets": [{"ticket_id": 7, "reopens": 1}],
        "end_of_stream": True,
    }


def chatwoot(number: int = 5, **given: Any) -> dict[str, Any]:
    """A conversation with its messages, as the API gives it."""
    contact = {"id": 3, "name": "نايف العتيبي", "type": "contact", "phone_number": "+966501234567"}
    agent = {"id": 9, "name": "Tariq Haddad", "available_name": "طارق", "type": "user"}
    said = [
        (0, "السلام عليكم", contact),
        (0, "التطبيق ما يفتح معي بعد التحديث وجوالي 0501234567", contact),
        (3, "سيرد عليكم أحد موظفينا قريبا", None),
        (1, "هلا نايف، لحظة من فضلك", agent),
        (1, "احذف التطبيق ثم نزل آخر نسخة من المتجر وسجل الدخول برقمك. هل أقدر أساعدك في شيء آخر؟", agent),
        (0, "اشتغل، شكرا طارق", contact),
        (2, "Conversation was marked resolved by Tariq Haddad", None),
    ]
    messages: list[dict[str, Any]] = [
        {
            "id": place,
            "content": text,
            "message_type": kind,
            "private": False,
            "created_at": 1717400000 + place,
            "sender": sender,
        }
        for place, (kind, text, sender) in enumerate(said)
    ]
    messages.insert(
        4, {"id": 99, "content": "نايف يتصل كثيرا", "message_type": 1, "private": True, "created_at": 1717400003}
    )
    survey: Any = {"submitted_values": {"csat_survey_response": {"rating": 4}}}
    messages.append(
        {"id": 50, "content": "rate us", "message_type": 3, "content_type": "input_csat", "content_attributes": survey}
    )
    return {
        "id": number,
        "status": "resolved",
        "channel": "Channel::Whatsapp",
        "labels": ["app"],
        "meta": {"sender": contact, "assignee": agent, "channel": "Channel::Whatsapp"},
        "messages": messages,
    } | given


def freshdesk(number: int = 40, **given: Any) -> dict[str, Any]:
    """A ticket of API v2 with ``include=requester,conversations``."""
    return {
        "id": number,
        "subject": "Cannot log in / لا أستطيع الدخول",
        "status": 5,
        "source": 1,
        "description": "<div>Hi, I am Wendel Okafor. I forgot my password, no code arrives at 01012345678.</div>",
        "description_text": None,
        "requester": {"id": 4, "name": "Wendel Okafor", "email": "w@example.com", "mobile": "+201012345678"},
        "conversations": [
            {"id": 1, "incoming": False, "private": True, "body_text": "Wendel again", "user_id": 8, "source": 2},
            {
                "id": 2,
                "incoming": False,
                "private": False,
                "user_id": 8,
                "source": 0,
                "body": "<p>Hi Wendel,</p><p>Open the login page and choose <b>Forgot password</b>, then do this:</p>"
                "<ol><li>Enter the e-mail address of the account</li><li>Open the link within 30 minutes</li></ol>"
                "<p>Best regards,<br>Tariq</p><blockquote>Hi, I am Wendel Okafor</blockquote>",
            },
        ],
        "tags": ["login"],
        "stats": {"reopened_at": None},
    } | given


def mail(
    sender: str, to: str, subject: str, body: str, *, number: int, reply: int | None = None, html: bool = False
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = f"Tue, 03 Jun 2025 10:{number:02d}:00 +0300"
    message["Message-ID"] = f"<{number}@mail.example.com>"
    if reply is not None:
        message["In-Reply-To"] = f"<{reply}@mail.example.com>"
    message.set_content(body, subtype="html" if html else "plain", charset="utf-8")
    return message


def mbox(path: Path, *messages: EmailMessage | bytes) -> Path:
    with path.open("wb") as file:
        for message in messages:
            raw = message if isinstance(message, bytes) else message.as_bytes()
            file.write(
                b"From x@example.com Tue Jun  3 10:00:00 2025\n" + raw.replace(b"\nFrom ", b"\n>From ") + b"\n\n"
            )
    return path


def lines(path: Path, *rows: object) -> Path:
    text = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path
