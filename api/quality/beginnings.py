"""Where conversations began: the first draft of each, which may lie before the period that is looked at."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from api.sent.tables import SentReplyRow
from api.tables import DraftRow
from evaluation.live import Case
from inference.types import SignalName

CHUNK = 500
"""Ids that one query names."""
_OF_CASES = (
    DraftRow.created_at,
    DraftRow.channel,
    DraftRow.urgent,
    DraftRow.message,
    DraftRow.analysis,
    DraftRow.found,
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """When a conversation's first message arrived, and what was known of it then."""

    at: datetime
    case: Case


async def beginnings(
    session: AsyncSession, names: Collection[str], known: Mapping[str, Beginning], *, tenant: str
) -> dict[str, Beginning]:
    """Return where conversations began, by name; those without a draft are left out.

    Args:
        session: to read in.
        names: of conversations.
        known: by drafts' ids, of those that were read already.
        tenant: whose.
    """
    row = DraftRow
    place = func.row_number().over(partition_by=row.conversation, order_by=(row.created_at, row.id))
    first: dict[str, str] = {}
    for chunk in chunks(sorted(names)):
        query = select(row.conversation, row.id, place.label("place"))
        drafts = query.where(row.tenant == tenant, row.conversation.in_(chunk)).subquery()
        found = await session.execute(select(drafts.c.conversation, drafts.c.id).where(drafts.c.place == 1))
        first |= {name: id_ for name, id_ in found}  # noqa: C416 - dict() would take a result by its keys()
    begun = dict(known)
    for chunk in chunks(sorted(set(first.values()) - known.keys())):
        cases = select(row).where(row.tenant == tenant, row.id.in_(chunk))
        cases = cases.options(load_only(*_OF_CASES, raiseload=True))
        begun |= {
            item.id: Beginning(received_at(item) or item.created_at, case_of(item))
            for item in await session.scalars(cases)
        }
        session.expunge_all()
    return {name: begun[id_] for name, id_ in first.items()}


async def replies_before(
    session: AsyncSession, begun: Mapping[str, datetime], ends: datetime, *, tenant: str
) -> dict[str, list[datetime]]:
    """Return when replies were sent in conversations since these began, up to a moment, the earliest first."""
    sent, found = SentReplyRow, dict[str, list[datetime]]()
    for chunk in chunks(sorted(begun)):
        since = min(begun[name] for name in chunk)
        query = select(sent.conversation, sent.sent_at).where(sent.tenant == tenant, sent.conversation.in_(chunk))
        query = query.where(sent.sent_at >= since, sent.sent_at < ends).order_by(sent.sent_at)
        for name, at in await session.execute(query):
            if at >= begun[name]:
                found.setdefault(name, []).append(at)
    return found


def received_at(row: DraftRow) -> datetime | None:
    """Return when a draft's message arrived, where its time zone is known."""
    written = row.message.get("received_at")
    moment = datetime.fromisoformat(written) if written else None
    return moment if moment is not None and moment.tzinfo is not None else None


def case_of(row: DraftRow) -> Case:
    """Return what was known of a draft's message when it arrived."""
    analysis, message = row.analysis, row.message
    return Case(
        language=analysis["language"],
        dialect=analysis.get("dialect"),
        script=analysis["script"],
        channel=row.channel,
        anger=analysis["anger"]["level"],
        intensity=analysis["anger"]["intensity"],
        sentiment=analysis["sentiment"]["score"],
        technical=analysis.get("technical_level", "layman"),
        trajectory=analysis.get("trajectory", "steady"),
        signals=frozenset(SignalName(item["name"]) for item in analysis.get("signals", ())),
        length=len(message["text"].split()),
        turns=len(message.get("history", ())),
        relevance=row.found.get("relevance", 0.0),
        answerable=bool(row.found.get("answerable")),
        urgent=row.urgent,
        uncertain=bool(analysis.get("uncertain")),
        owed=any(item.get("owed") for item in message.get("commitments", ())),
    )


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Return ids in as many as one query names."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
