"""Records of a tenant's drafts and conversations, read from the tables; what people wrote is measured and let go."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.quality.beginnings import CHUNK, Beginning, beginnings, case_of, chunks, received_at, replies_before
from api.quality.tables import OutcomeRow
from api.sent.tables import SentReplyRow
from api.tables import DraftRow, FeedbackRow
from evaluation.live import Conversation, DraftRecord, edited_shares
from inference.matching import compare
from inference.types import ChangeKind, Draft, FeedbackReason, SourceKind, Status, Verdict
from retrieval.store import Database

MOST_DRAFTS = 20_000
"""Drafts of a period that are read, the latest."""
_MOST_COMPARED = 2_000
"""Edits without a matched reply whose changes are found anew; each takes some milliseconds."""
_REPLY = (
    SentReplyRow.draft_id,
    SentReplyRow.conversation,
    SentReplyRow.sent_at,
    SentReplyRow.agent,
    SentReplyRow.changes,
    SentReplyRow.blocked,
)
_Reply = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Records:
    """What happened in a period; ``cut`` where only the latest drafts were read."""

    drafts: tuple[DraftRecord, ...]
    conversations: tuple[Conversation, ...]
    cut: bool


@dataclass(frozen=True)
class _Read:
    """One draft's record, and who is known to have answered."""

    record: DraftRecord
    agent: str | None


@dataclass(frozen=True)
class _Found:
    """All that a period's conversations are put together from; ``before``: when earlier replies were sent."""

    drafts: Sequence[_Read]
    replies: Sequence[_Reply]
    outcomes: Mapping[str, OutcomeRow]
    begun: Mapping[str, Beginning]
    before: Mapping[str, Sequence[datetime]]


async def read_drafts(
    database: Database, begins: datetime, ends: datetime, *, tenant: str
) -> tuple[tuple[DraftRecord, ...], bool]:
    """Return the drafts that were made in a period, oldest first, and whether there were too many for all."""
    async with database.reading() as session:
        read, cut = await _drafts(session, begins, ends, tenant)
    return tuple(item.record for item in read), cut


async def read_records(database: Database, begins: datetime, ends: datetime, *, tenant: str) -> Records:
    """Return drafts and conversations of a period.

    A conversation belongs to it where a draft, a sent reply or what was reported of its begin does. Its case, when it
    was opened and when it was first answered are its own, also where they lie before the period.

    Args:
        database: where they are.
        begins: the first moment.
        ends: the moment behind the last one.
        tenant: whose.
    """
    async with database.reading() as session:
        read, cut = await _drafts(session, begins, ends, tenant)
        outcome, sent = OutcomeRow, SentReplyRow
        began = func.coalesce(outcome.opened_at, outcome.first_response_at, outcome.closed_at, outcome.told_at)
        within = select(outcome).where(outcome.tenant == tenant, began >= begins, began < ends)
        told = await session.stream_scalars(within.execution_options(yield_per=CHUNK))
        outcomes = {row.conversation: row async for row in told}
        query = select(*_REPLY).where(sent.tenant == tenant, sent.sent_at >= begins, sent.sent_at < ends)
        query = query.order_by(sent.sent_at, sent.id).execution_options(yield_per=CHUNK)
        replies = [reply async for reply in await session.stream(query)]
        seen = {*(item.record.conversation for item in read), *(reply.conversation for reply in replies), *outcomes}
        for names in chunks(sorted(seen - outcomes.keys())):
            more = select(outcome).where(outcome.tenant == tenant, outcome.conversation.in_(names))
            outcomes |= {row.conversation: row for row in await session.scalars(more)}
        known = {item.record.id: _begun(item.record) for item in read}
        begun = await beginnings(session, seen, known, tenant=tenant)
        carried = {name: item.at for name, item in begun.items() if item.at < begins}
        before = await replies_before(session, carried, begins, tenant=tenant)
    found = _Found(read, replies, outcomes, begun, before)
    conversations = await asyncio.to_thread(lambda: tuple(_conversations(found)))
    return Records(tuple(item.record for item in read), conversations, cut)


async def _drafts(session: AsyncSession, begins: datetime, ends: datetime, tenant: str) -> tuple[list[_Read], bool]:
    row = DraftRow
    query = select(row.id).where(row.tenant == tenant, row.created_at >= begins, row.created_at < ends)
    ids = (await session.scalars(query.order_by(row.created_at.desc(), row.id.desc()).limit(MOST_DRAFTS + 1))).all()
    found, left = list[_Read](), _MOST_COMPARED
    for chunk in chunks(ids[:MOST_DRAFTS]):
        drafts = (await session.scalars(select(row).where(row.tenant == tenant, row.id.in_(chunk)))).all()
        verdicts, replies = await _became(session, chunk, tenant)
        read = await asyncio.to_thread(_records, drafts, verdicts, replies, left)
        left -= sum(bool(item.record.changes) for item in read)
        found += read
        session.expunge_all()
    return sorted(found, key=lambda item: (item.record.made_at, item.record.id)), len(ids) > MOST_DRAFTS


async def _became(
    session: AsyncSession, ids: Sequence[str], tenant: str
) -> tuple[Mapping[str, FeedbackRow], Mapping[str, list[_Reply]]]:
    """Return what counts of the verdicts on drafts (a person's before an inferred one, the last), and their replies."""
    row, sent = FeedbackRow, SentReplyRow
    query = select(row).where(row.tenant == tenant, row.draft_id.in_(ids))
    given = await session.scalars(query.order_by(row.inferred.desc(), row.at, row.id))
    verdicts = {item.draft_id: item for item in given}
    beside = select(*_REPLY).where(sent.tenant == tenant, sent.draft_id.in_(ids))
    replies: dict[str, list[_Reply]] = {}
    for item in await session.execute(beside.order_by(sent.sent_at, sent.id)):
        replies.setdefault(item.draft_id, []).append(item)
    return verdicts, replies


def _records(
    drafts: Iterable[DraftRow], verdicts: Mapping[str, FeedbackRow], replies: Mapping[str, list[_Reply]], left: int
) -> list[_Read]:
    found = []
    for row in drafts:
        verdict, sent = verdicts.get(row.id), replies.get(row.id, [])
        changes = {ChangeKind(item["kind"]) for reply in sent for item in reply.changes}
        if not changes and left > 0:
            changes = _compared(row, verdict)
            left -= bool(changes)
        agent = next((reply.agent for reply in sent if reply.agent), verdict.agent if verdict else None)
        found.append(_Read(_record(row, verdict, sent, frozenset(changes)), agent))
    return found


def _compared(row: DraftRow, verdict: FeedbackRow | None) -> set[ChangeKind]:
    """Return what an agent changed who said so, without a reply from a helpdesk that was matched already."""
    if verdict is None or verdict.verdict != Verdict.EDITED or not verdict.final_text or not row.draft.get("text"):
        return set()
    return {item.kind for item in compare(Draft.model_validate(row.draft), verdict.final_text).changes}


def _record(
    row: DraftRow, verdict: FeedbackRow | None, sent: Sequence[_Reply], changes: frozenset[ChangeKind]
) -> DraftRecord:
    tokens, characters = _edited(row.draft.get("text") or "", verdict)
    sources = row.draft.get("sources", ())
    return DraftRecord(
        id=row.id,
        conversation=row.conversation or row.id,
        made_at=row.created_at,
        received_at=received_at(row),
        sent_at=sent[0].sent_at if sent else None,
        status=Status(row.status),
        case=case_of(row),
        verdict=Verdict(verdict.verdict) if verdict else None,
        inferred=verdict is not None and verdict.inferred,
        reasons=tuple(FeedbackReason(item) for item in verdict.reasons) if verdict else (),
        changes=changes,
        tokens=tokens,
        characters=characters,
        blocked=any(reply.blocked for reply in sent) if sent else None,
        resolution=next((item["id"] for item in sources if item.get("kind") == SourceKind.RESOLUTION), None),
        writer=row.draft.get("writer") or "composer",
        model=row.model_revision,
        policy=row.policy_revision,
        index=row.index_generation,
    )


def _edited(text: str, verdict: FeedbackRow | None) -> tuple[float | None, float | None]:
    """Return the edited shares of words and characters; None where it is not known what was sent."""
    if verdict is None or not text or verdict.verdict not in {Verdict.ACCEPTED, Verdict.EDITED}:
        return None, None
    if verdict.final_text:
        return edited_shares(text, verdict.final_text)
    return (0.0, 0.0) if verdict.verdict == Verdict.ACCEPTED else (None, None)


def _begun(record: DraftRecord) -> Beginning:
    return Beginning(record.received_at or record.made_at, record.case)


def _conversations(found: _Found) -> Iterator[Conversation]:
    drafts: dict[str, list[_Read]] = {}
    for item in found.drafts:
        drafts.setdefault(item.record.conversation, []).append(item)
    sent: dict[str, list[_Reply]] = {}
    for reply in found.replies:
        sent.setdefault(reply.conversation, []).append(reply)
    for id_ in sorted({*drafts, *sent, *found.outcomes}):
        yield _conversation(id_, drafts.get(id_, []), sent.get(id_, []), found)


def _conversation(id_: str, drafts: Sequence[_Read], sent: Sequence[_Reply], found: _Found) -> Conversation:
    told = found.outcomes.get(id_)
    # A draft that belongs to no conversation is one of its own.
    begun = found.begun.get(id_) or (_begun(drafts[0].record) if drafts else None)
    began = [*(_begun(item.record).at for item in drafts), *([begun.at] if begun else [])]
    opened = (told and told.opened_at) or min(began, default=None)
    answered = [*found.before.get(id_, ()), *(item.sent_at for item in sent)]
    first = (told and told.first_response_at) or next((at for at in answered if opened and at >= opened), None)
    agents = [told.agent if told else None, *(item.agent for item in sent), *(item.agent for item in drafts)]
    ends = [sent[0].sent_at] if sent else [told.closed_at or told.told_at] if told else []
    judged = [item.record.verdict for item in drafts if item.record.verdict is not None]
    return Conversation(
        id=id_,
        agent=next(filter(None, agents), None),
        opened_at=opened or first or ends[0],
        first_response_at=first,
        case=begun.case if begun else None,
        reopened=told.reopened if told else None,
        satisfaction=told.satisfaction if told else None,
        handling_seconds=told.handling_seconds if told else None,
        changed=judged[0] is not Verdict.ACCEPTED if judged else None,
    )
