"""Claims keys and keeps answers, durably.

The order is: claim, effect, answer. A crash before the effect leaves a claim that the next repeat takes over when its
lease has run out; one after the effect too, and then the effect is found again by its ids (``api.idempotency.claim``).
So nothing is lost and nothing is done twice, at the price of a short wait after a crash. A lease that runs out while
its holder still works does no harm either: whoever stores second finds the ids of the first.
"""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Now
from api.idempotency.claim import Claim
from api.idempotency.tables import IdempotencyRow
from models.errors import IdempotencyConflictError, StillRunningError
from retrieval.store import Database

LIFETIME = timedelta(hours=24)
"""How long an answer is kept."""
LEASE = timedelta(seconds=30)
"""How long a claim without an answer is taken for one that somebody works on."""


@dataclass(frozen=True)
class Asked:
    """A request with a key.

    Attributes:
        actor: who asks.
        operation: method and the address's template.
        key: the caller's.
        content: all that makes the request what it is: address and body.
    """

    actor: str
    operation: str
    key: str
    content: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """A digest of who asks for what under which key."""
        return hashlib.sha256("\0".join((self.actor, self.operation, self.key)).encode()).hexdigest()

    @property
    def digest(self) -> str:
        """A digest of the request."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class KeptAnswer:
    """An answer as it was given."""

    status: int
    headers: Mapping[str, str]
    body: str = field(repr=False)


class AnswerKeeper:
    """Keeps answers for ``LIFETIME``; every method names or carries its tenant.

    Args:
        database: where they are.
        now: what the time is.
    """

    def __init__(self, database: Database, *, now: Now) -> None:
        self._database = database
        self._now = now

    async def claim(self, asked: Asked, *, tenant: str) -> Claim | KeptAnswer:
        """Claim a key, or return the answer that is kept under it.

        Raises:
            IdempotencyConflictError: the key was used for another request.
            StillRunningError: somebody is answering it.
        """
        now = self._now()
        # Writers of one tenant take turns: nobody else claims the key meanwhile.
        async with self._database.writing(tenant) as session:
            await session.execute(
                delete(IdempotencyRow).where(IdempotencyRow.tenant == tenant, IdempotencyRow.expires_at <= now)
            )
            row = await session.get(IdempotencyRow, (tenant, asked.id))
            if row is None:
                return self._begin(session, asked, tenant)
            if row.digest != asked.digest:
                msg = "This Idempotency-Key was used for another request: choose a new key for each request."
                raise IdempotencyConflictError(msg, field="Idempotency-Key")
            if row.status is not None:
                return KeptAnswer(row.status, dict(row.headers), row.body or "")
            if row.until > now:
                raise _running(round((row.until - now).total_seconds()))
            row.until = now + LEASE
            return Claim(tenant, row.id, row.seed, again=True)

    async def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """Keep the answer to a claimed request."""
        values = {"status": answer.status, "headers": dict(answer.headers), "body": answer.body}
        async with self._database.writing(claim.tenant) as session:
            await session.execute(update(IdempotencyRow).where(*_is(claim)).values(values))

    async def forget(self, claim: Claim) -> None:
        """Give a key back: the request was refused and stored nothing."""
        async with self._database.writing(claim.tenant) as session:
            await session.execute(delete(IdempotencyRow).where(*_is(claim)))

    async def give_up(self, claim: Claim) -> None:
        """End a claim's lease: the request failed, perhaps half-way; a repeat takes it over with the same ids."""
        async with self._database.writing(claim.tenant) as session:
            await session.execute(update(IdempotencyRow).where(*_is(claim)).values(until=self._now()))

    def _begin(self, session: AsyncSession, asked: Asked, tenant: str) -> Claim:
        now, seed = self._now(), uuid.uuid4().hex
        row = IdempotencyRow(
            tenant=tenant,
            id=asked.id,
            digest=asked.digest,
            seed=seed,
            until=now + LEASE,
            expires_at=now + LIFETIME,
            headers={},
        )
        session.add(row)
        return Claim(tenant, asked.id, seed, again=False)


def _is(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    row = IdempotencyRow
    return row.tenant == claim.tenant, row.id == claim.id, row.seed == claim.seed, row.status.is_(None)


def _running(seconds: int) -> StillRunningError:
    msg = "The request with this Idempotency-Key is still being answered: send it again in a moment."
    return StillRunningError(msg, retry_after=max(1, min(seconds, 5)))
