"""What every fake helpdesk has: it checks each request, keeps what it took, and misbehaves when told to."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Any, ClassVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Trouble(StrEnum):
    """How the next write goes wrong."""

    BUSY = "busy"  # 429 with Retry-After, not taken
    BROKEN = "broken"  # 500, not taken
    BROKEN_AFTER = "broken_after"  # taken, and answered 500
    SILENT = "silent"  # not taken, no answer
    SILENT_AFTER = "silent_after"  # taken, no answer


class Kind(StrEnum):
    """What somebody did in the helpdesk, of which it tells."""

    CUSTOMER = "customer"
    AGENT = "agent"
    PRIVATE = "private"
    BOT = "bot"
    CLOSED = "closed"


@dataclass(frozen=True)
class Said:
    """Something that happened in a helpdesk; ids are digits, as most vendors have them."""

    kind: Kind
    conversation: str
    id: str
    text: str
    at: datetime
    customer: str = "Sara"


@dataclass
class FakeNote:
    """What was left: ``version`` grows where an agent edits it."""

    id: str
    conversation: str
    text: str
    draft: bool = False
    deleted: bool = False
    version: int = 1


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """The request is not what this vendor takes: a fault of ours."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass
class FakeHelpdesk:
    """A vendor's API. Subclasses give ``vendor``, ``routes``, ``connection``, ``environment`` and ``delivery``.

    ``faults`` must be empty at the end: it holds every request that the vendor would not take, above all public ones.
    """

    vendor: ClassVar[str]

    notes: list[FakeNote] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    requests: int = 0
    troubles: deque[Trouble] = field(default_factory=deque)
    rates: dict[Trouble, float] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - not for secrets
    silence: float = 30.0
    latency: float = 0.0
    retry_after: str = "1"
    forbid: bool = False

    def routes(self) -> list[Route]:
        """Return the vendor's routes; each endpoint calls ``guarded``."""
        raise NotImplementedError

    def connection(self, url: str) -> dict[str, Any]:
        """Return the connection's entry in the helpdesks file, but ``id`` and ``tenant``."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """Return the secrets that the entry names."""
        raise NotImplementedError

    def delivery(self, said: Said, at: datetime, *, number: str) -> tuple[dict[str, str], bytes]:
        """Return headers and body with which the vendor tells of something, signed at a moment.

        ``number`` is the delivery's: the same for each time that it is delivered.
        """
        raise NotImplementedError

    def app(self) -> Starlette:
        """Return the API with its control routes."""
        control = [
            Route("/_fake/state", self._state, methods=["GET"]),
            Route("/_fake/connection", self._connection, methods=["GET"]),
            Route("/_fake/delivery", self._delivery, methods=["POST"]),
            Route("/_fake/rates", self._rates, methods=["POST"]),
        ]
        built = Starlette(routes=[*control, *self.routes(), Route("/{path:path}", self._unknown, methods=_METHODS)])
        built.add_exception_handler(Refused, self._refused)
        return built

    def current(self, conversation: str) -> list[FakeNote]:
        """Return what an agent sees of ours in a conversation."""
        return [note for note in self.notes if note.conversation == conversation and not note.deleted]

    def add(self, conversation: str, text: str, *, draft: bool = False) -> FakeNote:
        """Keep a note."""
        note = FakeNote(str(9_000 + len(self.notes)), conversation, text, draft)
        self.notes.append(note)
        return note

    def note(self, id: str) -> FakeNote:  # noqa: A002 - a note's id
        """Return a note that is still there."""
        found = next((note for note in self.notes if note.id == id and not note.deleted), None)
        if found is None:
            raise Gone
        return found

    async def write(self, take: Callable[[], Response]) -> Response:
        """Take what a request wants to write, or go wrong as told."""
        if self.latency:
            await asyncio.sleep(self.random.uniform(0, self.latency))
        if self.forbid:
            return JSONResponse({"error": "forbidden"}, 403)
        trouble = self._next()
        if trouble is Trouble.BUSY:
            return JSONResponse({"error": "busy"}, 429, {"Retry-After": self.retry_after})
        answer: Response = JSONResponse({"error": "broken"}, 500)
        if trouble not in {Trouble.BROKEN, Trouble.SILENT}:
            answer = take() if trouble is None else (take(), answer)[1]
        if trouble in {Trouble.SILENT, Trouble.SILENT_AFTER}:
            await asyncio.sleep(self.silence)
        if self.latency:
            await asyncio.sleep(self.random.uniform(0, self.latency))
        return answer

    def require(self, condition: object, why: str, status: int = 422) -> None:
        """Refuse the request, and remember that it came, unless a condition holds."""
        if not condition:
            raise Refused(status, why)

    def _next(self) -> Trouble | None:
        if self.troubles:
            return self.troubles.popleft()
        drawn = self.random.random()
        for trouble, rate in self.rates.items():
            if drawn < rate:
                return trouble
            drawn -= rate
        return None

    async def _refused(self, request: Request, error: Exception) -> Response:
        refused = error if isinstance(error, Refused) else Refused(500, repr(error))
        self.faults.append(f"{request.method} {request.url.path}: {refused.why}")
        return JSONResponse({"error": refused.why}, refused.status)

    async def _unknown(self, _request: Request) -> Response:
        raise Refused(404, "there is no such address in this vendor's API")

    async def _state(self, _request: Request) -> Response:
        notes, drafts = ([asdict(note) for note in found] for found in (self.notes, getattr(self, "drafts", ())))
        return JSONResponse({"notes": notes, "drafts": drafts, "faults": self.faults, "requests": self.requests})

    async def _connection(self, request: Request) -> Response:
        told = self.connection(request.query_params["url"])
        return JSONResponse({"connection": told, "environment": self.environment()})

    async def _delivery(self, request: Request) -> Response:
        given = await request.json()
        said = Said(**{**given["said"], "kind": Kind(given["said"]["kind"]), "at": _moment(given["said"]["at"])})
        headers, body = self.delivery(said, _moment(given["at"]), number=given["number"])
        return JSONResponse({"headers": headers, "body": body.decode()})

    async def _rates(self, request: Request) -> Response:
        given: Mapping[str, Any] = await request.json()
        self.rates = {Trouble(name): rate for name, rate in given["rates"].items()}
        self.silence, self.latency = given.get("silence", self.silence), given.get("latency", self.latency)
        self.retry_after = given.get("retry_after", self.retry_after)
        return JSONResponse({})


class Gone(Exception):  # noqa: N818 - an answer, not an error
    """What a request names is not there: vendors answer 404, and nothing is at fault."""


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)
