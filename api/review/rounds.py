"""Rounds: made from what is stored or from texts that come with them, listed, closed."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.access.audit import Detail, record
from api.access.principal import Principal
from api.access.tables import PersonRow
from api.clock import Now
from api.idempotency import new_id
from api.review.audit import ReviewAction
from api.review.gather import Read, copies, frame, given, text_keys
from api.review.paging import last_row
from api.review.records import NewRound, ReaderProgress, Round, RoundPage, RoundSummary
from api.review.sheets import is_open_to, rubric_of
from api.review.tables import ReviewCardRow, ReviewItemRow, ReviewRoundRow
from api.review.terms import Part, Target
from evaluation.sampling import Candidate, Drawn, SampleReport, StratumShare, risk_weighted
from evaluation.scorecard import Rubric, load_rubric
from models.errors import NotFoundError, NothingToReadError
from retrieval.store import Database

MAX_PAGE = 200
_GIVEN = "given"
_ANY_TARGET = frozenset({"chance", "limit", "read_before"})
"""Why an item was left out, as far as it says nothing of where the replies come from."""


class RoundStore:
    """Makes and reads rounds.

    Args:
        database: where they are.
        now: the clock.
        rubric: the rubric of rounds that bring none.
    """

    def __init__(self, database: Database, now: Now, rubric: Callable[[], Rubric] = load_rubric) -> None:
        self.database = database
        self._now = now
        self._rubric = rubric

    async def make(self, new: NewRound, *, by: Principal) -> Round:
        """Draw a round's items, copy what is read of them, and open it.

        Raises:
            InputError: the period holds nothing to read (a ``NothingToReadError``), or too much.
        """
        now, id_ = self._now(), new_id()
        async with self.database.reading() as session:
            if await session.get(ReviewRoundRow, (by.tenant, id_)) is not None:
                return await self._made(id_, by)  # the same request again, after a crash
            drawn, report = await self._drawn(session, new, by.tenant)
        if not drawn:
            raise NothingToReadError(report.left_out)
        row = _round(new, new.rubric or self._rubric(), report, id_=id_, now=now, by=by)
        async with self.database.writing(by.tenant) as session:
            session.add(row)
            await session.flush()
            # In the writers' turn: what an erasure has taken since the draw is not copied.
            reads = await _reads(session, new, drawn, now, by.tenant)
            session.add_all(_items(row, drawn, reads, now))
            details: dict[str, Detail] = {"kind": row.kind, "target": row.target, "items": len(reads), "seed": row.seed}
            await record(session, by, ReviewAction.ROUND_MADE, id_, details=details, now=self._now)
        return await self._made(id_, by)

    async def list(
        self,
        *,
        by: Principal,
        open: bool | None = None,  # noqa: A002 - the contract's name
        after: str | None = None,
        limit: int = 50,
    ) -> RoundPage:
        """Return rounds, the newest first, from behind the id ``after``; ``open``: only those that are, or are not.

        Raises:
            InputError: there is no round ``after``.
        """
        row, size = ReviewRoundRow, max(1, min(limit, MAX_PAGE))
        query = select(row).where(row.tenant == by.tenant)
        if open is not None:
            query = query.where(row.closed_at.is_(None) if open else row.closed_at.is_not(None))
        async with self.database.reading() as session:
            if after is not None:
                last = await last_row(session, row, after, tenant=by.tenant)
                query = query.where(tuple_(row.made_at, row.id) < tuple_(last.made_at, last.id))
            rows = (await session.scalars(query.order_by(row.made_at.desc(), row.id.desc()).limit(size + 1))).all()
            counts = [await _counts(session, item) for item in rows[:size]]
        items = tuple(
            RoundSummary.model_validate(_summary(item, by.actor) | count)
            for item, count in zip(rows, counts, strict=False)
        )
        return RoundPage(items=items, next=items[-1].id if len(rows) > size else None)

    async def get(self, id: str, *, by: Principal) -> Round:  # noqa: A002 - the contract's name
        """Return a round with its rubric and how far everybody is.

        Raises:
            NotFoundError: the tenant has no such round.
        """
        async with self.database.reading() as session:
            row = await find_round(session, id, tenant=by.tenant)
            counts = await _counts(session, row)
            progress = await _progress(session, row, counts["wanted"])
        mine = next((item for item in progress if item.reviewer == by.actor), ReaderProgress(reviewer=by.actor))
        values = {name: getattr(row, name) for name in ("seed", "readers", "second_share", "differs_by")}
        return Round.model_validate(
            _summary(row, by.actor)
            | counts
            | values
            | {
                "rubric_text": rubric_of(row),
                "reviewers": tuple(row.reviewers),
                "sample": _sample(row, by.actor),
                "mine": mine,
                "progress": tuple(progress),
            }
        )

    async def close(self, id: str, *, by: Principal) -> Round:  # noqa: A002 - the contract's name
        """End a round: nobody reads on, everybody may see its results. A closed one stays as it is.

        Raises:
            NotFoundError: the tenant has no such round.
        """
        async with self.database.writing(by.tenant) as session:
            row = await find_round(session, id, tenant=by.tenant)
            if row.closed_at is None:
                row.closed_at, row.closed_by = self._now(), by.actor
                await record(session, by, ReviewAction.ROUND_CLOSED, id, now=self._now)
        return await self.get(id, by=by)

    async def _made(self, id_: str, by: Principal) -> Round:
        """Return a round to whoever makes it, with all of its draw: they have said what is read."""
        async with self.database.reading() as session:
            row = await find_round(session, id_, tenant=by.tenant)
        sample = SampleReport.model_validate(row.sample)
        return (await self.get(id_, by=by)).model_copy(update={"sample": sample})

    async def _drawn(
        self, session: AsyncSession, new: NewRound, tenant: str
    ) -> tuple[Mapping[str, Drawn], SampleReport]:
        """Return what was drawn, by key, and the report."""
        if new.target is Target.TEXTS:
            keys = text_keys(new.texts)
            shares = (StratumShare(name=_GIVEN, all=len(keys), taken=len(keys)),)
            report = SampleReport(candidates=len(keys), taken=len(keys), strata=shares)
            return {key: Drawn(Candidate(key, ()), _GIVEN, 1.0) for key in keys}, report
        found = await frame(session, new, tenant=tenant)
        sample, report = risk_weighted(
            found.candidates, limit=new.limit, share=new.share, seed=new.seed, set_aside=found.set_aside
        )
        return {item.candidate.id: item for item in sample}, report


async def _reads(
    session: AsyncSession, new: NewRound, drawn: Mapping[str, Drawn], now: datetime, tenant: str
) -> Sequence[tuple[str, Read]]:
    """Return what is read, each with the key that it was drawn by."""
    if new.target is Target.TEXTS:
        return [(item.key, item) for item in given(new.texts, now)]
    held = await copies(session, new.target, list(drawn), tenant=tenant)
    return [(key, item) for key in drawn for item in held.get(key, ())]


async def find_round(session: AsyncSession, id_: str, *, tenant: str) -> ReviewRoundRow:
    """Return a round.

    Raises:
        NotFoundError: the tenant has no such round.
    """
    row = await session.get(ReviewRoundRow, (tenant, id_))
    if row is None:
        raise NotFoundError(f"There is no round of review with the id '{id_}'.", field="id")
    return row


def share_of(row: ReviewRoundRow, wanted: int) -> int | None:
    """Return how many readings fall to each of the named reviewers; None where the round names none."""
    return ceil(wanted / len(row.reviewers)) if row.reviewers else None


def _round(
    new: NewRound, rubric: Rubric, report: SampleReport, *, id_: str, now: datetime, by: Principal
) -> ReviewRoundRow:
    return ReviewRoundRow(
        tenant=by.tenant,
        id=id_,
        **new.model_dump(mode="json", include={"name", "kind", "target", "seed", "readers", "second_share"}),
        reviewers=list(new.reviewers),
        differs_by=new.differs_by,
        rubric_id=rubric.id,
        rubric_revision=rubric.revision or hashlib.sha256(rubric.model_dump_json().encode()).hexdigest()[:12],
        rubric=rubric.model_dump(mode="json"),
        sample=report.model_dump(mode="json"),
        made_by=by.actor,
        made_at=now,
    )


def _items(
    row: ReviewRoundRow, drawn: Mapping[str, Drawn], reads: Sequence[tuple[str, Read]], now: datetime
) -> list[ReviewItemRow]:
    """Number the items in an order of the seed's; those that get one reader more are of another order of it."""
    ordered = sorted(reads, key=lambda pair: _place(row.seed, "order", pair[1].key))
    more = sorted(reads, key=lambda pair: _place(row.seed, "second", pair[1].key))
    twice = {read.key for _, read in more[: round(row.second_share * len(reads))]}
    return [
        ReviewItemRow(
            tenant=row.tenant,
            id=hashlib.sha256(f"{row.id}:{number}".encode()).hexdigest()[:32],
            round_id=row.id,
            number=number,
            wanted=row.readers + (read.key in twice),
            stratum=drawn[key].stratum,
            probability=drawn[key].probability,
            made_at=now,
            **_copied(read),
        )
        for number, (key, read) in enumerate(ordered, start=1)
    ]


def _copied(read: Read) -> dict[str, Any]:
    return {name: value for name, value in vars(read).items() if name != "key"}


def _place(seed: int, use: str, key: str) -> str:
    return hashlib.sha256(f"{seed}:{use}:{key}".encode()).hexdigest()


def _summary(row: ReviewRoundRow, actor: str) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in ("id", "name", "kind", "made_by", "made_at", "closed_at")}
    target = None if is_open_to(row, actor) else row.target
    return values | {"target": target, "rubric": row.rubric_id, "rubric_revision": row.rubric_revision}


def _sample(row: ReviewRoundRow, actor: str) -> SampleReport:
    """Return how the items were drawn; to readers without what would tell them the target."""
    report = SampleReport.model_validate(row.sample)
    if not is_open_to(row, actor):
        return report
    return report.model_copy(update={"left_out": {key: n for key, n in report.left_out.items() if key in _ANY_TARGET}})


async def _counts(session: AsyncSession, row: ReviewRoundRow) -> dict[str, int]:
    item, card = ReviewItemRow, ReviewCardRow
    mine: ColumnElement[bool] = (item.tenant == row.tenant) & (item.round_id == row.id)
    query = select(func.count(), func.sum(item.wanted), func.count(item.channel).filter(item.message.is_(None)))
    items, wanted, erased = (await session.execute(query.where(mine))).one()
    readings = select(func.count(card.submitted_at), func.count()).join(
        item, (item.tenant == card.tenant) & (item.id == card.item_id)
    )
    submitted, begun = (await session.execute(readings.where(mine, card.part == Part.READING))).one()
    return {
        "items": items,
        "wanted": int(wanted or 0),
        "erased": erased,
        "submitted": submitted,
        "unfinished": begun - submitted,
    }


async def _progress(session: AsyncSession, row: ReviewRoundRow, wanted: int) -> list[ReaderProgress]:
    item, card = ReviewItemRow, ReviewCardRow
    query = select(card.name, func.count(card.submitted_at), func.count()).group_by(card.name)
    query = query.join(item, (item.tenant == card.tenant) & (item.id == card.item_id))
    query = query.where(card.tenant == row.tenant, item.round_id == row.id, card.part == Part.READING)
    counts = {name: (submitted, begun) for name, submitted, begun in await session.execute(query)}
    readers = list(dict.fromkeys([*row.reviewers, *sorted(counts)]))
    names = await names_of(session, readers, tenant=row.tenant)
    share = share_of(row, wanted)
    found = []
    for reader in readers:
        submitted, begun = counts.get(reader, (0, 0))
        values = Counter(submitted=submitted, unfinished=begun - submitted)
        found.append(ReaderProgress(reviewer=reader, name=names.get(reader), share=share, **values))
    return found


async def names_of(session: AsyncSession, actors: Sequence[str], *, tenant: str) -> dict[str, str]:
    """Return the names of those of the team who have one, by actor."""
    ids = [actor.removeprefix("user:") for actor in actors if actor.startswith("user:")]
    row = PersonRow
    rows = await session.execute(select(row.id, row.name).where(row.tenant == tenant, row.id.in_(ids)))
    return {f"user:{id_}": name for id_, name in rows if name}
