"""A mailbox's fake server and the adapter over it."""

from collections.abc import Iterator

import pytest

from api.helpdesks.vendors.email import EmailAdapter
from api.helpdesks.vendors.email_box import Mailbox
from tests.api.helpdesks.fakes.imap import FakeImap
from tests.api.helpdesks.vendors.mails import AT, OWN, account


@pytest.fixture
def server() -> Iterator[FakeImap]:
    with FakeImap().running() as fake:
        yield fake
    assert fake.faults == []


@pytest.fixture
def adapter(server: FakeImap) -> EmailAdapter:
    return EmailAdapter(Mailbox(account(server.port), now=lambda: AT), OWN, now=lambda: AT)
