"""Agents' doubts about a resolution: enough of them send it back to review."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from inference.policy import ReviewRules
from inference.types import SentBack
from retrieval.store.access import advance, rows_of
from retrieval.store.mapping import to_resolution, update_row
from retrieval.store.tables import DoubtRow

# A verification bears a date of the team's calendar, whose day may begin this much before UTC's.
_ZONES = timedelta(hours=14)


async def settle_doubts(
    session: AsyncSession,
    draft_id: str,
    quotes: Mapping[str, str],
    *,
    tenant: str,
    reason: str | None,
    rule: ReviewRules,
    at: datetime,
    today: date,
) -> tuple[str, ...]:
    """Record what the last verdict on a draft says about the resolutions that it rests on; call it in its transaction.

    A draft counts once, however often it is judged, and no longer where the last verdict takes the doubt back. A
    resolution whose text has changed since the draft is not doubted: the verdict spoke of other words.

    Args:
        session: a writing session, which holds the write lock until the verdict is committed.
        draft_id: the draft.
        quotes: the text that the draft used of each resolution, by its id.
        tenant: who owns all of them.
        reason: why the draft was rejected; None where it was not doubted.
        rule: when a resolution goes back.
        at: now.
        today: today's date where the team works.

    Returns:
        The resolutions that this verdict sent back to review.
    """
    await session.execute(delete(DoubtRow).where(DoubtRow.tenant == tenant, DoubtRow.draft_id == draft_id))
    if reason is None:
        return ()
    sent_back = {}
    for key, row in (await rows_of(session, tenant, list(quotes))).items():
        resolution = to_resolution(row)
        if resolution.quote != quotes[key] or resolution.retired is not None:
            continue
        session.add(DoubtRow(tenant=tenant, resolution_id=key, draft_id=draft_id, at=at))
        since = at - timedelta(days=rule.within_days)
        if resolution.verified_at is not None:
            since = max(since, datetime.combine(resolution.verified_at, time.min, UTC) - _ZONES)
        counted = select(func.count()).where(
            DoubtRow.tenant == tenant, DoubtRow.resolution_id == key, DoubtRow.at >= since
        )
        count = int(await session.scalar(counted) or 0)
        if count >= rule.rejections and resolution.sent_back is None:
            note = SentBack(since=today, reason=f"{count} drafts within {rule.within_days} days: {reason}.")
            sent_back[key] = row, resolution.model_copy(update={"sent_back": note})
    if sent_back:
        version = await advance(session, tenant)
        for row, resolution in sent_back.values():
            update_row(row, resolution, version)
    return tuple(sent_back)


async def clear_doubts(session: AsyncSession, tenant: str, id: str) -> None:  # noqa: A002 - the contract's name
    """Forget the doubts about a resolution: it was verified."""
    await session.execute(delete(DoubtRow).where(DoubtRow.tenant == tenant, DoubtRow.resolution_id == id))
