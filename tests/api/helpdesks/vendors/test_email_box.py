from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest

from api.helpdesks.adapter import CustomerMessage
from api.helpdesks.vendors.email import EmailAdapter
from api.helpdesks.vendors.email_box import Mailbox
from models.errors import HelpdeskError
from tests.api.helpdesks.fakes.imap import USER, FakeImap
from tests.api.helpdesks.vendors.mails import OWN, account, mail


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
    adapter = EmailAdapter(Mailbox(replace(account(server.port), mark_seen=True)), OWN)
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


@dataclass
class _BadLine(FakeImap):
    """Its connections break behind every so many mails that are fetched, on the way of their words."""

    every: int = 5
    commands: list[str] = field(default_factory=list)

    def hangs(self, command: str) -> bool:
        self.commands.append(command)
        return command == "UID FETCH" and self.commands.count(command) % self.every == 0


@pytest.fixture
def bad_line() -> Iterator[_BadLine]:
    with _BadLine(may_see=True).running() as fake:
        yield fake
    assert fake.faults == []


@pytest.mark.parametrize("mark_seen", [False, True])
async def test_a_backlog_is_got_through_on_a_line_that_keeps_breaking(bad_line: _BadLine, *, mark_seen: bool) -> None:
    adapter = EmailAdapter(Mailbox(replace(account(bad_line.port), mark_seen=mark_seen)), OWN)
    cursor = (await adapter.poll(None)).cursor
    sent = {"From": USER, "To": "sara@customer.example"}
    for number in range(30):
        thread = {"In_Reply_To": f"<s{number - 1}@x>"} if number % 3 == 2 else {}
        bad_line.inbox.add(mail(Message_ID=f"<m{number}@x>", **thread))
        bad_line.sent.add(mail(Message_ID=f"<s{number}@x>", References=f"<root{number}@x>", **sent))
    keys: list[str] = []
    roots: list[str] = []
    for _ in range(60):
        with suppress(HelpdeskError):  # nothing was read before the line broke: the cursor stays
            polled = await adapter.poll(cursor)
            cursor = polled.cursor
            keys += [adapter.key(item) for item in polled.deliveries]
            roots += [item.headers["x-rifq-root"] for item in polled.deliveries if "x-rifq-root" in item.headers]
    assert len(keys) == len(set(keys)) == 60
    assert roots == [f"<root{number - 1}@x>" for number in range(2, 30, 3)]
    assert all(("\\Seen" in item.flags) is mark_seen for item in bad_line.inbox.mails)


async def test_a_renumbered_folder_that_is_read_in_part_goes_on_behind_the_last_mail(bad_line: _BadLine) -> None:
    adapter = EmailAdapter(Mailbox(account(bad_line.port)), OWN)
    bad_line.inbox.add(mail(Message_ID="<a@x>"))
    cursor = (await adapter.poll(None)).cursor
    bad_line.inbox.validity, bad_line.sent.validity, bad_line.every = 8, 9, 2
    bad_line.inbox.add(mail(Message_ID="<b@x>"))
    bad_line.sent.add(mail(From=USER, Message_ID="<s@x>"))
    read: list[int] = []
    for _ in range(3):
        polled = await adapter.poll(cursor)
        cursor = polled.cursor
        read.append(len(polled.deliveries))
    assert read == [1, 1, 1]
    assert (await adapter.poll(cursor)).deliveries == ()


async def test_the_folder_is_chosen_again_only_where_another_was_looked_into(bad_line: _BadLine) -> None:
    bad_line.every = 1_000
    adapter = EmailAdapter(Mailbox(account(bad_line.port)), OWN)
    cursor = (await adapter.poll(None)).cursor
    for number in range(5):
        bad_line.inbox.add(mail(Message_ID=f"<m{number}@x>"))
    await adapter.poll(cursor)
    assert bad_line.commands.count("EXAMINE") == 2  # the inbox, and what was sent
