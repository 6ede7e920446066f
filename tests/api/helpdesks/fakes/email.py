"""A mailbox as a helpdesk: mails arrive in its folders, the service polls them, and its sessions break now and then."""

from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from random import Random
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.api.helpdesks.fakes.base import FakeHelpdesk, FakeNote, Kind, Said
from tests.api.helpdesks.fakes.imap import PASSWORD, USER, FakeFolder, FakeImap, FakeMail

CUSTOMER = "sara@customer.example"
INTERVAL = 5.0
"""Seconds between two polls: the least that a connection may say."""
_BREAKS = 0.03
"""Share of commands behind which the connection breaks: they were carried out, and nothing was answered."""


@dataclass
class Drafts(FakeFolder):
    """A folder that remembers what was ever put there."""

    ever: list[FakeMail] = field(default_factory=list)

    def add(self, raw: bytes, *flags: str) -> FakeMail:
        self.ever.append(super().add(raw, *flags))
        return self.ever[-1]


@dataclass
class UnreliableImap(FakeImap):
    """A server whose connections break at random, once it is told to."""

    random: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - not for secrets
    breaks: float = 0.0

    def __post_init__(self) -> None:
        self.folders["Entw&APw-rfe"] = Drafts("\\Drafts")

    def hangs(self, command: str) -> bool:
        return super().hangs(command) or (command != "LOGOUT" and self.random.random() < self.breaks)


@dataclass
class FakeEmail(FakeHelpdesk):
    """Mails of customers lie in the inbox, those of agents in the folder of sent mails; nobody calls a hook."""

    vendor: ClassVar[str] = "email"

    imap: UnreliableImap = field(default_factory=UnreliableImap)
    open: ExitStack = field(default_factory=ExitStack)

    def routes(self) -> list[Route]:
        return [
            Route("/_fake/arrive", self._arrive, methods=["POST"]),
            Route("/_fake/polls", self._polls, methods=["GET"]),
        ]

    def connection(self, url: str) -> dict[str, Any]:  # noqa: ARG002 - a mailbox has a host and a port instead
        if not self.imap.port:
            self.open.enter_context(self.imap.running())  # until the process ends
        told = {"vendor": self.vendor, "host": "127.0.0.1", "port": self.imap.port, "security": "none"}
        return {
            **told,
            "username": USER,
            "addresses": [USER],
            "secret": {"env": "FAKE_MAIL_PASSWORD"},
            "interval_seconds": INTERVAL,
        }

    def environment(self) -> dict[str, str]:
        return {"FAKE_MAIL_PASSWORD": PASSWORD}

    def arrive(self, said: Said, *, forged: bool = False) -> None:
        """Put what somebody said into its folder; ``forged`` mails claim to be the helpdesk's own."""
        if said.kind is Kind.CLOSED:
            return
        ours = said.kind in {Kind.AGENT, Kind.PRIVATE}
        raw = _mail(said, sender=USER if ours or forged else CUSTOMER, to=CUSTOMER if said.kind is Kind.AGENT else USER)
        (self.imap.sent if ours else self.imap.inbox).add(raw)

    async def _arrive(self, request: Request) -> Response:
        given = await request.json()
        told = given["said"]
        said = Said(**{**told, "kind": Kind(told["kind"]), "at": datetime.fromisoformat(told["at"])})
        self.arrive(said, forged=given["forged"])
        return JSONResponse({})

    async def _polls(self, _request: Request) -> Response:
        return JSONResponse({"sessions": self.imap.sessions})

    async def _rates(self, request: Request) -> Response:
        self.imap.breaks = _BREAKS
        return await super()._rates(request)

    async def _state(self, _request: Request) -> Response:
        folder = self.imap.drafts
        assert isinstance(folder, Drafts)
        notes = [
            FakeNote(
                id=str(mail.uid),
                conversation=mail.header("references").split()[0].strip("<>"),
                text=f"rifq-{mail.header('x-rifq-draft')}",
                deleted=mail not in folder.mails,
            )
            for mail in folder.ever
        ]
        return JSONResponse({"notes": [asdict(note) for note in notes], "drafts": [], "faults": self.imap.faults})


def _mail(said: Said, *, sender: str, to: str) -> bytes:
    mail, at = EmailMessage(policy=SMTP), format_datetime(said.at)
    if sender == CUSTOMER:
        mail["Received"] = f"from mx.customer.example by mx.example.com; {at}"
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, to, "card", at
    mail["Message-ID"], mail["References"] = f"<m_{said.id}>", f"<c_{said.conversation}>"
    if said.kind is Kind.BOT:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(said.text)
    return mail.as_bytes()
