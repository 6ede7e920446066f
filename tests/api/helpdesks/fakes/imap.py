"""A small IMAP server: enough of RFC 3501 for what we send, and a fault for whatever we must never do."""

import re
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Self

USER, PASSWORD = "help@example.com", "سر-secret"
_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')


@dataclass
class FakeMail:
    """One mail in a folder."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)

    def header(self, name: str) -> str:
        return "\n".join(str(value) for value in message_from_bytes(self.raw).get_all(name, []))


@dataclass
class FakeFolder:
    """A folder with its UIDs."""

    role: str = ""
    validity: int = 7
    next_uid: int = 1
    mails: list[FakeMail] = field(default_factory=list)

    def add(self, raw: bytes, *flags: str) -> FakeMail:
        mail = FakeMail(self.next_uid, raw, set(flags))
        self.next_uid += 1
        self.mails.append(mail)
        return mail


@dataclass
class FakeImap:
    """A mailbox's server. ``faults`` must stay empty: they are marks, deletions and mails that we may not make."""

    folders: dict[str, FakeFolder] = field(
        default_factory=lambda: {
            "INBOX": FakeFolder(),
            "Entw&APw-rfe": FakeFolder("\\Drafts"),
            "Sent": FakeFolder("\\Sent"),
            "Rifq": FakeFolder(),
        }
    )
    faults: list[str] = field(default_factory=list)
    may_see: bool = False
    hang_up_after: str | None = None
    """A command after which the connection breaks once: it was carried out, and nothing was answered."""
    port: int = 0
    sessions: int = 0
    """Sessions that came to their end."""

    @property
    def inbox(self) -> FakeFolder:
        return self.folders["INBOX"]

    @property
    def drafts(self) -> FakeFolder:
        return self.folders["Entw&APw-rfe"]

    @property
    def sent(self) -> FakeFolder:
        return self.folders["Sent"]

    def hangs(self, command: str) -> bool:
        """Tell whether the connection breaks behind a command."""
        if self.hang_up_after != command:
            return False
        self.hang_up_after = None
        return True

    @contextmanager
    def running(self) -> Iterator[Self]:
        fake = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(ConnectionError):  # the other side is gone
                    _Session(fake, self).run()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        with Server(("127.0.0.1", 0), Handler) as server:
            self.port = int(server.server_address[1])
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


class _Session:
    def __init__(self, fake: FakeImap, handler: socketserver.StreamRequestHandler) -> None:
        self.fake, self.read, self.write = fake, handler.rfile, handler.wfile
        self.connection = handler.connection
        self.chosen: FakeFolder | None = None
        self.writable = False

    def run(self) -> None:
        self.say(b"* OK [CAPABILITY IMAP4rev1 UIDPLUS AUTH=PLAIN] ready")
        while line := self.read.readline():
            tag, _, rest = line.strip().partition(b" ")
            name, _, args = rest.partition(b" ")
            if name.upper() == b"UID":
                name, _, args = args.partition(b" ")
                name = b"UID " + name
            command = name.decode().upper()
            done = self.perform(command, tag, args)
            if self.fake.hangs(command):
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.say(tag + b" " + done + b" done")
            if command == "LOGOUT":
                self.fake.sessions += 1
                return

    def say(self, line: bytes) -> None:
        self.write.write(line + b"\r\n")
        self.write.flush()

    def perform(self, command: str, tag: bytes, args: bytes) -> bytes:  # noqa: ARG002 - the tag is answered by run
        known: dict[str, Callable[[bytes], bytes]] = {
            "CAPABILITY": self.capability,
            "LOGIN": self.login,
            "AUTHENTICATE": self.authenticate,
            "LIST": self.list_,
            "STATUS": self.status,
            "SELECT": self.select,
            "EXAMINE": self.examine,
            "APPEND": self.append,
            "UID SEARCH": self.search,
            "UID FETCH": self.fetch,
            "UID STORE": self.store,
            "UID EXPUNGE": self.expunge,
            "LOGOUT": self.nothing,
            "NOOP": self.nothing,
        }
        if command not in known:
            self.fake.faults.append(f"unknown command {command}")
            return b"BAD unknown"
        return known[command](args)

    def nothing(self, _args: bytes) -> bytes:
        return b"OK"

    def capability(self, _args: bytes) -> bytes:
        self.say(b"* CAPABILITY IMAP4rev1 UIDPLUS AUTH=PLAIN")
        return b"OK"

    def login(self, args: bytes) -> bytes:
        return b"NO [AUTHENTICATIONFAILED] who?" if b"wrong" in args else b"NO ascii only here"

    def authenticate(self, _args: bytes) -> bytes:
        from base64 import b64decode  # noqa: PLC0415 - this one command's

        self.say(b"+ ")
        _, user, password = b64decode(self.read.readline()).split(b"\0")
        right = (user.decode(), password.decode()) == (USER, PASSWORD)
        return b"OK" if right else b"NO [AUTHENTICATIONFAILED] who?"

    def list_(self, _args: bytes) -> bytes:
        for name, folder in self.fake.folders.items():
            self.say(f'* LIST (\\HasNoChildren{" " + folder.role if folder.role else ""}) "/" "{name}"'.encode())
        return b"OK"

    def status(self, args: bytes) -> bytes:
        folder = self.folder(args)
        name = _words(args)[0]
        self.say(f'* STATUS "{name}" (UIDVALIDITY {folder.validity} UIDNEXT {folder.next_uid})'.encode())
        return b"OK"

    def select(self, args: bytes) -> bytes:
        self.chosen, self.writable = self.folder(args), True
        self.say(f"* {len(self.chosen.mails)} EXISTS".encode())
        return b"OK [READ-WRITE]"

    def examine(self, args: bytes) -> bytes:
        self.chosen, self.writable = self.folder(args), False
        self.say(f"* {len(self.chosen.mails)} EXISTS".encode())
        return b"OK [READ-ONLY]"

    def append(self, args: bytes) -> bytes:
        name = _words(args)[0]
        size = int(args.rsplit(b"{", 1)[1].rstrip(b"}"))
        self.say(b"+ go on")
        raw = self.read.read(size)
        self.read.readline()
        flags = set(re.findall(r"\\\w+", args.decode()))
        folder = self.fake.folders[name]
        if not (folder is self.fake.drafts and "\\Draft" in flags) and name != "Rifq":
            self.fake.faults.append(f"appended to {name} with {sorted(flags)}")
        if name == "Rifq" and message_from_bytes(raw)["to"] is not None:
            self.fake.faults.append("a note has a recipient")
        mail = folder.add(raw, *flags)
        return f"OK [APPENDUID {folder.validity} {mail.uid}]".encode()

    def search(self, args: bytes) -> bytes:
        words = _words(args)
        if words[:1] == ["CHARSET"]:
            words = words[2:]
        found = [mail.uid for mail in self.mails() if _matches(mail, list(words), self.mails())]
        self.say(b"* SEARCH " + " ".join(map(str, found)).encode())
        return b"OK"

    def fetch(self, args: bytes) -> bytes:
        uid, _, what = args.decode().partition(" ")
        for number, mail in enumerate(self.mails(), start=1):
            if mail.uid == int(uid):
                raw = mail.raw.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n" if "HEADER" in what else mail.raw[: 1024 * 1024]
                if "PEEK" not in what:
                    self.fake.faults.append("fetched without PEEK")
                self.write.write(f"* {number} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        return b"OK"

    def store(self, args: bytes) -> bytes:
        uid, how, flags = args.decode().split(" ", 2)
        mail = next(mail for mail in self.mails() if mail.uid == int(uid))
        ours = mail.header("message-id").startswith("<rifq-")
        allowed = ("\\Deleted" in flags and ours) or ("\\Seen" in flags and self.fake.may_see)
        if not self.writable or not allowed or not how.startswith("+FLAGS"):
            self.fake.faults.append(f"marked {mail.header('message-id')} {flags}")
        mail.flags |= set(re.findall(r"\\\w+", flags))
        return b"OK"

    def expunge(self, args: bytes) -> bytes:
        assert self.chosen is not None
        self.chosen.mails = [mail for mail in self.mails() if not (mail.uid == int(args) and "\\Deleted" in mail.flags)]
        return b"OK"

    def mails(self) -> list[FakeMail]:
        assert self.chosen is not None
        return self.chosen.mails

    def folder(self, args: bytes) -> FakeFolder:
        return self.fake.folders[_words(args)[0]]


def _words(args: bytes) -> list[str]:
    found: list[str] = []
    for quoted, group, plain in _TOKEN.findall(args):
        text = (quoted or group or plain).decode()
        found += _words(group[1:-1]) if group and not quoted else [text]
    return found


def _matches(mail: FakeMail, words: list[str], mails: list[FakeMail]) -> bool:
    whole = True
    while words:
        whole = _one(mail, words, mails) and whole
    return whole


def _one(mail: FakeMail, words: list[str], mails: list[FakeMail]) -> bool:
    match words.pop(0).upper():
        case "ALL":
            return True
        case "UNDELETED":
            return "\\Deleted" not in mail.flags
        case "OR":
            first = _one(mail, words, mails)
            return _one(mail, words, mails) or first
        case "HEADER":
            name, value = words.pop(0), words.pop(0)
            return value.lower() in mail.header(name).lower()
        case "UID":
            least = int(words.pop(0).split(":")[0])
            # A range to "*" always holds the last mail, as RFC 3501 says.
            return mail.uid >= least or mail is mails[-1]
        case "SINCE":
            since = datetime.strptime(words.pop(0), "%d-%b-%Y").replace(tzinfo=UTC)
            return since <= datetime.now(UTC)
        case other:
            raise AssertionError(other)
