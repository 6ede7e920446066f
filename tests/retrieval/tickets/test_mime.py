"""Who a mail is from: malformed headers name nobody whom the sender merely claims to be."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.tickets import mime


def parsed(head: str) -> EmailMessage:
    mail = message_from_bytes(head.encode() + b"\n\ntext", policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("c@d.example", ("", "c@d.example")),
        ("Sara <C@D.example>", ("Sara", "c@d.example")),
        ("سارة العتيبي <c@d.example>", ("سارة العتيبي", "c@d.example")),
        ("=?utf-8?b?2LPYp9ix2Kk=?= <c@d.example>", ("سارة", "c@d.example")),
        ("Sara (work) <c@d.example>", ("Sara", "c@d.example")),
        ("Ahmed M. Ali <c@d.example>", ("Ahmed M. Ali", "c@d.example")),
        ("Support, Team <c@d.example>", ("Team", "c@d.example")),
        # What stands before the angle brackets is a name, whatever it looks like.
        ("bank@b.example <c@d.example>", ("", "c@d.example")),
        ('"bank@b.example" <c@d.example>', ("", "c@d.example")),
        ('"bank@b.example <x" <c@d.example>', ("", "c@d.example")),
        ("bank＠b.example <c@d.example>", ("bank＠b.example", "c@d.example")),
        ("=?utf-8?q?bank=40b=2Eexample?= <c@d.example>", ("", "c@d.example")),
        ("Sara bank@b.example <c@d.example>", ("", "c@d.example")),
        ("bank@b.example\n <c@d.example>", ("", "c@d.example")),
    ],
)
def test_the_address_in_angle_brackets_is_the_sender(written: str, expected: tuple[str, str]) -> None:
    assert mime.sender(parsed(f"From: {written}")) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Sara",
        "<>",
        "bank@b.example <>",
        "bank@b.example <c@d.example> <e@f.example>",
        "<bank@b.example> <c@d.example>",
        "bank@b.example, c@d.example",
        "bank@b.example;c@d.example <c@d.example>",
        "bank@b.example )Sara(",
        "bank@b@d.example",
        "bank @d.example x",
        "<bank@b.example",
        "=?utf-8?b?YmFua0BiLmV4YW1wbGUgPHhAeS5leGFtcGxlPg==?=",
        "c@d.example\nFrom: bank@b.example",
    ],
)
def test_in_doubt_nobody_wrote_it(written: str) -> None:
    assert mime.sender(parsed(f"From: {written}")) is None


def test_fields_keep_the_order_in_which_they_are_asked_for() -> None:
    mail = parsed("To: x@y.example, Z <z@y.example>\nReply-To: bank@b.example <c@d.example>\nFrom: f@y.example")
    assert [address for _, address in mime.addresses(mail, "reply-to", "from", "to")] == [
        "c@d.example",
        "f@y.example",
        "x@y.example",
        "z@y.example",
    ]


@example(".@.;<")
@given(st.text(alphabet='ab@.<>,;:"() \\ةم\t', max_size=40))
def test_a_claimed_address_never_stands_for_the_one_in_angle_brackets(before: str) -> None:
    try:
        wrote = mime.sender(parsed(f"From: {before} <c@d.example>"))
    except mime.BROKEN:
        return
    assert wrote is None or wrote[1] == "c@d.example"


def test_a_header_that_was_set_is_read_as_one_that_was_parsed() -> None:
    mail = EmailMessage()
    mail["From"] = "سارة <c@d.example>"
    assert mime.sender(mail) == ("سارة", "c@d.example")
