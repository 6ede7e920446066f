"""Sent replies in the database, with the verdicts that they show and the promises that they make.

One transaction stores a reply, the verdict that is inferred from it, and the ledger's entries. Whatever is delivered
again, or in another order, ends in the same rows: a reply is known by the messages that it was sent in.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.ledger import Ledger
from api.sent.records import NewSent, SentReply
from api.sent.tables import DraftVariantRow, SentPartRow, SentReplyRow
from api.tables import DraftRow, FeedbackRow
from inference.policy import PolicySource
from inference.types import Draft, Feedback, Message, Verdict
from models.errors import InputError, NotFoundError
from retrieval.store import Database

MAX_PAGE = 200
_MAX_TEXT = 20_000
_BEST = (Verdict.ACCEPTED, Verdict.EDITED, Verdict.UNUSED)
_COLUMNS = tuple(name for name in SentReply.model_fields if name != "parts")
_JSON = ("changes", "findings", "commitments")


@dataclass(frozen=True)
class SentFilter:
    """Which sent replies are wanted; all conditions are met at once.

    Attributes:
        blocked: only those with a finding that must not go out, or only those without.
        verdict: only those that show this verdict.
        since: only those sent at or after this moment.
    """

    blocked: bool | None = None
    verdict: Verdict | None = None
    since: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return them as SQL."""
        row, found = SentReplyRow, list[ColumnElement[bool]]()
        if self.blocked is not None:
            found.append(row.blocked.is_(self.blocked))
        if self.verdict is not None:
            found.append(row.verdict == self.verdict.value)
        if self.since is not None:
            found.append(row.sent_at >= self.since)
        return found


@dataclass(frozen=True)
class SentPage:
    """A stretch of a listing; ``next`` is the id behind which the following page begins, None at the end."""

    items: tuple[SentReply, ...]
    next: str | None


class SentStore:
    """Reads and writes sent replies; every method names its tenant.

    Args:
        database: where they are.
        policy: counts working hours of what they promise.
        ledger: enters what they promise; its clock is the store's.
    """

    def __init__(self, database: Database, *, policy: PolicySource, ledger: Ledger) -> None:
        self.database = database
        self._policy = policy
        self._ledger = ledger

    async def get(self, id: str, *, tenant: str) -> SentReply:  # noqa: A002 - the contract's name
        """Return one sent reply.

        Raises:
            NotFoundError: the id does not exist for this tenant.
        """
        async with self.database.reading() as session:
            row = await session.get(SentReplyRow, (tenant, id))
            parts = await _parts(session, tenant, [id])
        if row is None:
            msg = f"There is no sent reply with the id '{id}'."
            raise NotFoundError(msg, field="id")
        return _reply(row, parts)

    async def list(
        self, *, tenant: str, only: SentFilter | None = None, after: str | None = None, limit: int = 50
    ) -> SentPage:
        """Return sent replies, the latest first, from behind the id ``after``.

        Raises:
            InputError: there is no sent reply ``after``.
        """
        size, row = max(1, min(limit, MAX_PAGE)), SentReplyRow
        query = select(row).where(row.tenant == tenant, *(only or SentFilter()).conditions())
        async with self.database.reading() as session:
            if after is not None:
                last = await session.get(row, (tenant, after))
                if last is None:
                    msg = "The cursor is not one that a listing gave: start again without it."
                    raise InputError(msg, field="cursor")
                query = query.where(tuple_(row.sent_at, row.id) < tuple_(last.sent_at, last.id))
            query = query.order_by(row.sent_at.desc(), row.id.desc()).limit(size + 1)
            rows = (await session.scalars(query)).all()
            parts = await _parts(session, tenant, [item.id for item in rows])
        items = tuple(_reply(item, parts) for item in rows[:size])
        return SentPage(items, items[-1].id if len(rows) > size else None)

    async def digests(self, connection: str, conversation: str, *, tenant: str) -> Mapping[str, str]:
        """Return what each stored reply of a conversation was made from, by the id of its first part."""
        row, part = SentReplyRow, SentPartRow
        query = select(part.message_id, row.digest).join(row, (row.tenant == part.tenant) & (row.id == part.sent_id))
        query = query.where(row.tenant == tenant, row.connection == connection, row.conversation == conversation)
        async with self.database.reading() as session:
            found = (await session.execute(query.where(part.number == 0))).all()
        return {str(message): str(digest) for message, digest in found}

    async def variants(self, draft_ids: Iterable[str], *, tenant: str) -> Mapping[str, tuple[str, ...]]:
        """Return the drafts that agents had made again from drafts, by the first one's id, oldest first."""
        row = DraftVariantRow
        query = select(row.of_id, row.draft_id).join(
            DraftRow, (DraftRow.tenant == row.tenant) & (DraftRow.id == row.draft_id)
        )
        query = query.where(row.tenant == tenant, row.of_id.in_(list(draft_ids)))
        found: dict[str, tuple[str, ...]] = {}
        async with self.database.reading() as session:
            for first, again in await session.execute(query.order_by(DraftRow.created_at, row.draft_id)):
                found[first] = (*found.get(first, ()), again)
        return found

    async def record(self, new: NewSent, *, digest: str, tenant: str) -> SentReply:
        """Store a sent reply, in the place of what was stored of any of its parts.

        The same transaction writes the verdict that it shows, unless a person gave one, and enters in the ledger what
        was sent, whichever verdict there is.

        Args:
            new: the reply.
            digest: of all that it was made from: by it ``digests`` tells whether anything has changed.
            tenant: whose.
        """
        now = self._ledger.now()
        async with self.database.writing(tenant) as session:
            older = await _older(session, new, tenant)
            kept = older[0] if older else None
            touched = {item.draft_id for item in older} | {new.draft_id}
            row = kept or SentReplyRow(tenant=tenant, id=uuid.uuid4().hex, stored_at=now)
            await self._hand_over(session, older, new, row.id, tenant)
            for item in older[1:]:
                await session.delete(item)
            for name, value in _values(new).items():
                setattr(row, name, value)
            row.digest = digest
            session.add(row)
            await session.flush()
            await _store_parts(session, new, row.id, tenant)
            for draft_id in sorted(filter(None, touched)):
                await self._settle(session, draft_id, now, tenant)
            if new.draft_id is None:
                await self._ledger.take_up_reply(
                    session,
                    new,
                    sent_id=row.id,
                    conversation=new.conversation,
                    policy=self._policy.current,
                    tenant=tenant,
                    at=new.sent_at,
                )
        return SentReply(id=row.id, stored_at=row.stored_at, **dict(new))

    async def _hand_over(
        self, session: AsyncSession, older: Sequence[SentReplyRow], new: NewSent, sent_id: str, tenant: str
    ) -> None:
        """Keep what was promised, and what became of it, where replies become one or a draft is found late."""
        sent_ids = [item.id for item in older]
        if new.draft_id is not None:
            await self._ledger.hand_over(session, sent_ids, tenant=tenant, draft_id=new.draft_id)
        elif sent_ids[1:]:
            await self._ledger.hand_over(session, sent_ids[1:], tenant=tenant, sent_id=sent_id)

    async def _settle(self, session: AsyncSession, draft_id: str, now: datetime, tenant: str) -> None:
        """Bring a draft's inferred verdict and its promises to what its sent replies say together."""
        draft = await session.get(DraftRow, (tenant, draft_id))
        if draft is None:
            return
        replies = await sent_replies(session, draft_id, tenant)
        await _infer(session, draft_id, replies, now, tenant)
        told = sent_feedback(replies) or await _said(session, draft_id, tenant)
        await self._ledger.take_up(
            session,
            told,
            draft_id=draft_id,
            draft=Draft.model_validate(draft.draft),
            message=Message.model_validate(draft.message),
            policy=self._policy.current,
            tenant=tenant,
            at=replies[-1].sent_at if replies else None,
        )


async def sent_replies(session: AsyncSession, draft_id: str, tenant: str) -> Sequence[SentReplyRow]:
    """Return the replies that were sent beside a draft, oldest first."""
    row = SentReplyRow
    query = select(row).where(row.tenant == tenant, row.draft_id == draft_id).order_by(row.sent_at, row.id)
    return (await session.scalars(query)).all()


def sent_feedback(replies: Sequence[SentReplyRow]) -> Feedback | None:
    """Return what was sent beside a draft as the ledger reads it; None where nothing was."""
    if not replies:
        return None
    shown = [_BEST.index(Verdict(item.verdict)) for item in replies if item.verdict]
    best = _BEST[min(shown, default=-1)]
    text = "\n\n".join(item.text for item in replies)[:_MAX_TEXT]
    return Feedback(verdict=best, final_text=text, inferred=True)


async def _infer(
    session: AsyncSession, draft_id: str, replies: Sequence[SentReplyRow], now: datetime, tenant: str
) -> None:
    """Write the verdict that a draft's replies show; what a person said stands, before it or after."""
    query = select(FeedbackRow).where(FeedbackRow.tenant == tenant, FeedbackRow.draft_id == draft_id)
    given = (await session.scalars(query)).all()
    inferred = next((item for item in given if item.inferred), None)
    shown = [(_BEST.index(Verdict(item.verdict)), number) for number, item in enumerate(replies) if item.verdict]
    if not shown:
        if inferred is not None:
            await session.delete(inferred)
        return
    if any(not item.inferred for item in given):
        return
    best = replies[min(shown)[1]]
    row = inferred or FeedbackRow(
        tenant=tenant, id=_inferred_id(draft_id), draft_id=draft_id, at=now, reasons=[], inferred=True
    )
    row.verdict, row.final_text, row.agent = str(best.verdict), best.text[:_MAX_TEXT], best.agent
    session.add(row)


async def _said(session: AsyncSession, draft_id: str, tenant: str) -> Feedback:
    """Return what a person last said of a draft beside which nothing was sent; unused where nobody said anything."""
    row = FeedbackRow
    query = select(row).where(row.tenant == tenant, row.draft_id == draft_id, row.inferred.is_(False))
    last = await session.scalar(query.order_by(row.at.desc(), row.id.desc()).limit(1))
    if last is None:
        return Feedback(verdict=Verdict.UNUSED, inferred=True)
    return Feedback(verdict=Verdict(last.verdict), final_text=last.final_text)


def _inferred_id(draft_id: str) -> str:
    """Return the id of a draft's one inferred verdict."""
    return hashlib.sha256(f"inferred:{draft_id}".encode()).hexdigest()[:32]


async def _older(session: AsyncSession, new: NewSent, tenant: str) -> list[SentReplyRow]:
    """Return what is stored of a reply's parts: first the row that keeps its id, the one of the first part known."""
    part = SentPartRow
    query = select(part).where(part.tenant == tenant, _of(new))
    known = {item.message_id: item.sent_id for item in await session.scalars(query)}
    ids = dict.fromkeys(known[message] for message in new.parts if message in known)
    rows = [await session.get(SentReplyRow, (tenant, id_)) for id_ in ids]
    return [row for row in rows if row is not None]


async def _store_parts(session: AsyncSession, new: NewSent, sent_id: str, tenant: str) -> None:
    part = SentPartRow
    await session.execute(delete(part).where(part.tenant == tenant, _of(new) | (part.sent_id == sent_id)))
    place = {"tenant": tenant, "connection": new.connection, "conversation": new.conversation}
    session.add_all(
        SentPartRow(**place, message_id=message, sent_id=sent_id, number=number)
        for number, message in enumerate(new.parts)
    )


def _of(new: NewSent) -> ColumnElement[bool]:
    part = SentPartRow
    place = (part.connection == new.connection) & (part.conversation == new.conversation)
    return place & part.message_id.in_(new.parts)


async def _parts(session: AsyncSession, tenant: str, ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    part = SentPartRow
    query = select(part).where(part.tenant == tenant, part.sent_id.in_(ids)).order_by(part.sent_id, part.number)
    found: dict[str, tuple[str, ...]] = {}
    for item in await session.scalars(query):
        found[item.sent_id] = (*found.get(item.sent_id, ()), item.message_id)
    return found


def _values(new: NewSent) -> dict[str, Any]:
    dumped = new.model_dump(mode="json", include=set(_JSON))
    plain = {name: getattr(new, name) for name in NewSent.model_fields if name not in {"parts", *_JSON}}
    return plain | dumped


def _reply(row: SentReplyRow, parts: Mapping[str, tuple[str, ...]]) -> SentReply:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return SentReply.model_validate(values | {"parts": parts.get(row.id, ())})
