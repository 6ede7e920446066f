"""The life of knowledge: verified, retired, taken back; pairs that a person found not to contradict each other."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from inference.types import Freshness, Resolution, Retirement
from models.errors import ConflictError, InputError
from retrieval.clean import MOST_CASES, clean, clean_text
from retrieval.store.access import Expecting, advance, one_row, rows_of
from retrieval.store.doubts import clear_doubts
from retrieval.store.engine import Database
from retrieval.store.mapping import freshness_is, to_resolution, update_row
from retrieval.store.tables import DismissalRow, ResolutionRow

VERIFICATION = ("verified_by", "verified_at", "review_by")


class ResolutionLife:
    """What happens to stored resolutions other than being written."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def verify(
        self,
        id: str,  # noqa: A002 - the contract's name
        *,
        by: str,
        on: date,
        review_by: date,
        tenant: str = "default",
        expecting: Expecting | None = None,
    ) -> Resolution:
        """Record that ``by`` checked the resolution on the day ``on`` and that it is due again at ``review_by``.

        Former doubts are settled by it: a resolution that was sent back can be relied on again.

        Raises:
            InputError: ``review_by`` lies before ``on``, or ``by`` is empty or too long.
            NotFoundError: the id does not exist for this tenant.
            ConflictError: the resolution is retired.
        """
        _check_verification(by, on, review_by)
        async with self.database.writing(tenant) as session:
            row = await one_row(session, tenant, id, expecting)
            if row.retired is not None:
                msg = f"'{id}' is retired: restore it before you verify it."
                raise ConflictError(msg, field="id")
            verified = clean(to_resolution(row).model_copy(update=_verified(by, on, review_by)))
            await clear_doubts(session, tenant, id)
            if verified != to_resolution(row):
                update_row(row, verified, await advance(session, tenant))
        return verified

    async def add_cases(self, id: str, cases: Sequence[str], *, tenant: str = "default") -> int:  # noqa: A002 - the contract's name
        """Add customers' masked words by which a resolution is found; return how many are new.

        What it says does not change, so that it stays verified. Cases that find no room are left out.

        Raises:
            InputError: a case cannot be stored.
            NotFoundError: the id does not exist for this tenant.
            ConflictError: the resolution is retired.
        """
        async with self.database.writing(tenant) as session:
            row = await one_row(session, tenant, id)
            if row.retired is not None:
                msg = f"'{id}' is retired: restore it before you add to it."
                raise ConflictError(msg, field="id")
            old = to_resolution(row)
            room = max(0, MOST_CASES - len(old.cases))
            cleaned = dict.fromkeys(filter(None, (clean_text(case).strip() for case in cases)))
            fresh = [case for case in cleaned if case not in old.cases][:room]
            if fresh:
                grown = clean(old.model_copy(update={"cases": (*old.cases, *fresh)}))
                update_row(row, grown, await advance(session, tenant))
        return len(fresh)

    async def verify_all(self, *, by: str, on: date, review_by: date, tenant: str = "default") -> int:
        """Verify every resolution that is unverified or expired at ``on``; return how many.

        What agents' rejections sent back is left out: each of those wants to be read, and verified by its id.

        Raises:
            InputError: as for ``verify``.
        """
        _check_verification(by, on, review_by)
        doubtful = or_(freshness_is(Freshness.UNVERIFIED, on), freshness_is(Freshness.EXPIRED, on))
        async with self.database.writing(tenant) as session:
            query = select(ResolutionRow).where(ResolutionRow.tenant == tenant, doubtful)
            rows = (await session.scalars(query)).all()
            version = await advance(session, tenant) if rows else 0
            for row in rows:
                await clear_doubts(session, tenant, row.id)
                update_row(row, to_resolution(row).model_copy(update=_verified(by, on, review_by)), version)
        return len(rows)

    async def retire(
        self,
        id: str,  # noqa: A002 - the contract's name
        *,
        by: str,
        reason: str,
        on: date,
        tenant: str = "default",
        expecting: Expecting | None = None,
    ) -> Resolution:
        """Take a resolution out of use: no search finds it, it stays readable, ``restore`` takes it back.

        Raises:
            InputError: ``by`` or ``reason`` is empty or too long.
            NotFoundError: the id does not exist for this tenant.
            ConflictError: it is retired already.
        """
        note = Retirement(by=_line(by, "by", 200), at=on, reason=_line(reason, "reason", 500))
        async with self.database.writing(tenant) as session:
            row = await one_row(session, tenant, id, expecting)
            if row.retired is not None:
                msg = f"'{id}' is retired already."
                raise ConflictError(msg, field="id")
            retired = to_resolution(row).model_copy(update={"retired": note})
            update_row(row, retired, await advance(session, tenant))
        return retired

    async def restore(
        self,
        id: str,  # noqa: A002 - the contract's name
        *,
        tenant: str = "default",
        expecting: Expecting | None = None,
    ) -> Resolution:
        """Take a retired resolution back as a draft: no reply rests on it until it is verified.

        Raises:
            NotFoundError: the id does not exist for this tenant.
            ConflictError: it is not retired.
        """
        async with self.database.writing(tenant) as session:
            row = await one_row(session, tenant, id, expecting)
            if row.retired is None:
                msg = f"'{id}' is not retired."
                raise ConflictError(msg, field="id")
            cleared: dict[str, None] = dict.fromkeys((*VERIFICATION, "sent_back", "retired"))
            restored = to_resolution(row).model_copy(update=cleared)
            await clear_doubts(session, tenant, id)
            update_row(row, restored, await advance(session, tenant))
        return restored

    async def dismiss(self, first: str, second: str, *, by: str, on: date, tenant: str = "default") -> None:
        """Record that two resolutions do not contradict each other, as long as neither's text changes.

        Raises:
            InputError: ``by`` is empty or too long.
            NotFoundError: one of them does not exist for this tenant.
        """
        who = _line(by, "by", 200)
        async with self.database.writing(tenant) as session:
            one, other = [await one_row(session, tenant, name) for name in sorted((first, second))]
            mark = pair_mark(to_resolution(one), to_resolution(other))
            row = DismissalRow(tenant=tenant, first_id=one.id, second_id=other.id, mark=mark, by=who, on=on)
            await session.merge(row)
            await advance(session, tenant)

    async def states(self, *, on: date, tenant: str = "default") -> dict[str | None, dict[Freshness, int]]:
        """Count resolutions by owner and by their state at the day ``on``; states and owners without any are absent."""
        counts: dict[str | None, dict[Freshness, int]] = {}
        async with self.database.reading() as session:
            for state in Freshness:
                query = select(ResolutionRow.owner, func.count()).group_by(ResolutionRow.owner)
                query = query.where(ResolutionRow.tenant == tenant, freshness_is(state, on))
                for owner, count in await session.execute(query):
                    counts.setdefault(owner, {})[state] = count
        return counts

    async def count_unverified(self, ids: Sequence[str], *, on: date, tenant: str = "default") -> int:
        """Return how many of these resolutions are still to be verified at the day ``on``."""
        wanted = {Freshness.UNVERIFIED, Freshness.SENT_BACK}
        async with self.database.reading() as session:
            rows = await rows_of(session, tenant, ids)
        return sum(to_resolution(row).freshness(on) in wanted for row in rows.values())


def carry_life(new: Resolution, old: Resolution) -> Resolution:
    """Return ``new`` as it replaces ``old``: still retired, and still sent back unless it was verified since."""
    sent_back = old.sent_back
    if sent_back is not None and new.verified_at is not None and new.verified_at > sent_back.since:
        sent_back = None
    return new.model_copy(update={"retired": old.retired, "sent_back": sent_back})


def pair_mark(one: Resolution, other: Resolution) -> str:
    """Return a mark of the texts of two resolutions that changes when either does."""
    texts = [[item.id, item.quote, *(pair.answer for pair in item.follow_ups)] for item in (one, other)]
    return hashlib.sha256(repr(sorted(texts)).encode("utf-8", "replace")).hexdigest()


def _verified(by: str, on: date, review_by: date) -> dict[str, Any]:
    return {"verified_by": by.strip(), "verified_at": on, "review_by": review_by, "sent_back": None}


def _check_verification(by: str, on: date, review_by: date) -> None:
    _line(by, "by", 200)
    if review_by < on:
        msg = f"The review date {review_by} lies before the verification on {on}: choose a later one."
        raise InputError(msg, field="review_by")


def _line(text: str, field: str, limit: int) -> str:
    """Return a name or reason as it may be stored.

    Raises:
        InputError: nothing is left of it, or it is too long.
    """
    cleaned = clean_text(text)
    if not cleaned or len(cleaned) > limit or "\0" in cleaned:
        msg = f"Say in 1 to {limit} characters {'who did it' if field == 'by' else 'why'}."
        raise InputError(msg, field=field)
    return cleaned
