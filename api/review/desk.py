"""The reader's desk: what to read next, unfinished answers, and what is submitted for good.

Writers of one tenant take turns, in this process and in others: nobody takes a place between somebody else's look and
step. A place that was given out is held for a while; then another reader may have it, and whatever its first holder
submits all the same is kept too.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api.access.audit import record
from api.access.principal import Principal
from api.clock import Now
from api.idempotency import new_id
from api.review.audit import ReviewAction
from api.review.cards import check_answer, read_answer, settled_form, write_answer
from api.review.judgements import Answer, Next, Saved, Sheet, SheetPage
from api.review.rounds import find_round, share_of
from api.review.sheets import (
    Opened,
    is_flipped,
    is_open_to,
    known_names,
    open_item,
    opened,
    opened_all,
    own_agents,
    refuse_own,
    rubric_of,
    sheet,
)
from api.review.tables import ReviewCardRow, ReviewItemRow, ReviewRoundRow
from api.review.terms import NextState, Part, RoundKind
from evaluation.scorecard import Scorer
from models.errors import ConflictError, ForbiddenError
from retrieval.store import Database

HELD = timedelta(minutes=30)
"""How long a place is held for whoever was given it."""
SAVED = timedelta(hours=24)
"""How long it is held from the last saving of an unfinished answer on."""
MAX_PAGE = 200


class Desk:
    """Hands out items and takes answers.

    Args:
        database: where they are.
        now: the clock.
    """

    def __init__(self, database: Database, now: Now) -> None:
        self.database = database
        self._now = now

    async def next(self, round_id: str, *, by: Principal, more: bool = False) -> Next:
        """Return what to read next, and hold its place: first what was begun, then what fewest have read.

        Args:
            round_id: the round.
            by: the reader.
            more: go on beyond one's share.

        Raises:
            NotFoundError: the tenant has no such round.
            ForbiddenError: the round names its reviewers, and they are not among them.
        """
        now = self._now()
        async with self.database.writing(by.tenant) as session:
            row = await find_round(session, round_id, tenant=by.tenant)
            if row.closed_at is not None:
                return Next(state=NextState.CLOSED)
            _require_reader(row, by.actor)
            found = await self._begun(session, row, by.actor, now)
            if found is None:
                state, found = await self._free(session, row, by.actor, now, more=more)
                if found is None:
                    return Next(state=state)
            names = await known_names(session, tenant=by.tenant)
            shown = sheet(found, by.actor, names, reveal=False)
        return Next(state=NextState.ITEM, sheet=shown)

    async def get(self, item_id: str, *, by: Principal) -> Sheet:
        """Return an item: blind to whoever may still read it, else with all that stands behind it.

        Raises:
            NotFoundError: the tenant has no such item, or its texts were erased.
            ForbiddenError: the reply is their own.
        """
        async with self.database.reading() as session:
            found = await open_item(session, item_id, tenant=by.tenant)
            await refuse_own(session, found.item, by.actor)
            names = await known_names(session, tenant=by.tenant)
            return sheet(found, by.actor, names, reveal=not found.is_blind(by.actor))

    async def mine(self, round_id: str, *, by: Principal, after: int = 0, limit: int = 50) -> SheetPage:
        """Return what somebody has begun or submitted in a round, by number, from behind the number ``after``.

        Raises:
            NotFoundError: the tenant has no such round.
        """
        size, item, card = max(1, min(limit, MAX_PAGE)), ReviewItemRow, ReviewCardRow
        query = select(item).join(card, (card.tenant == item.tenant) & (card.item_id == item.id))
        query = query.where(item.tenant == by.tenant, item.round_id == round_id, item.message.is_not(None))
        query = query.where(card.part == Part.READING, card.name == by.actor, item.number > after)
        async with self.database.reading() as session:
            await find_round(session, round_id, tenant=by.tenant)
            rows = (await session.scalars(query.order_by(item.number).limit(size + 1))).all()
            names = await known_names(session, tenant=by.tenant)
            items = await opened_all(session, rows[:size])
        sheets = [sheet(found, by.actor, names, reveal=not found.is_blind(by.actor)) for found in items]
        return SheetPage(items=tuple(sheets), next=str(sheets[-1].number) if len(rows) > size else None)

    async def save(self, item_id: str, answer: Answer, *, by: Principal) -> Saved:
        """Keep an unfinished answer, and hold its place longer.

        Raises:
            NotFoundError: as for ``get``.
            InputError: it does not fit the round's rubric or kind.
            ConflictError: it was submitted, the round is closed, or the item was never handed to them.
        """
        now = self._now()
        async with self.database.writing(by.tenant) as session:
            found, card = await self._mine(session, item_id, by)
            if card.submitted_at is not None:
                raise ConflictError("This answer was submitted: it cannot be changed any more.", field="item")
            check_answer(answer, rubric_of(found.round), RoundKind(found.round.kind), whole=False)
            await write_answer(session, card, answer)
            card.saved_at, card.held_until = now, now + SAVED
        return Saved(item=item_id, saved_at=now, held_until=now + SAVED)

    async def submit(self, item_id: str, answer: Answer, *, by: Principal) -> Sheet:
        """Take an answer for good, and show what stands behind the item; the same answer again changes nothing.

        Raises:
            NotFoundError: as for ``get``.
            InputError: it is not whole, or does not fit the round.
            ConflictError: another one was submitted, the round is closed, or the item was never handed to them.
        """
        now = self._now()
        async with self.database.writing(by.tenant) as session:
            found, card = await self._mine(session, item_id, by, closed=True)
            if card.submitted_at is not None:
                if read_answer(card, found.marks[card.id], flipped=card.flipped) != settled_form(answer):
                    raise ConflictError("Another answer was submitted: it stays as it is.", field="item")
            else:
                _require_open(found.round)
                check_answer(answer, rubric_of(found.round), RoundKind(found.round.kind), whole=True)
                await write_answer(session, card, answer)
                card.saved_at = card.submitted_at = now
                card.held_until = None
                await record(session, by, ReviewAction.SUBMITTED, item_id, now=self._now)
        return await self.get(item_id, by=by)

    async def skip(self, item_id: str, *, by: Principal) -> None:
        """Give an item back that one does not want to read now; what was saved of it goes with it.

        Raises:
            NotFoundError: as for ``get``.
            ConflictError: it was submitted, the round is closed, or the item was never handed to them.
        """
        async with self.database.writing(by.tenant) as session:
            _, card = await self._mine(session, item_id, by)
            if card.submitted_at is not None:
                raise ConflictError("This answer was submitted: it cannot be given back.", field="item")
            card.held_until = self._now()
            await write_answer(session, card, Answer())
            card.saved_at = None

    async def _mine(
        self, session: AsyncSession, item_id: str, by: Principal, *, closed: bool = False
    ) -> tuple[Opened, ReviewCardRow]:
        found = await open_item(session, item_id, tenant=by.tenant)
        await refuse_own(session, found.item, by.actor)
        card = found.reading(by.actor)
        if card is None:
            raise ConflictError("This item was not handed to you: ask for the next one of its round.", field="item")
        if not closed:
            _require_open(found.round)
        return found, card

    async def _begun(self, session: AsyncSession, row: ReviewRoundRow, actor: str, now: datetime) -> Opened | None:
        """Return what a reader has begun, what holds an answer first, and hold its place again."""
        item, card = ReviewItemRow, ReviewCardRow
        query = select(item, card).join(card, (card.tenant == item.tenant) & (card.item_id == item.id))
        query = query.where(item.tenant == row.tenant, item.round_id == row.id, item.message.is_not(None))
        query = query.where(card.part == Part.READING, card.name == actor, card.submitted_at.is_(None))
        query = query.where(card.saved_at.is_not(None) | (card.held_until > now))
        query = query.order_by(card.saved_at.is_(None), card.begun_at, item.number).limit(1)
        found = (await session.execute(query)).first()
        if found is None:
            return None
        mine: ReviewCardRow = found[1]
        mine.held_until = max(mine.held_until or now, now + HELD)
        return await opened(session, found[0])

    async def _free(
        self, session: AsyncSession, row: ReviewRoundRow, actor: str, now: datetime, *, more: bool
    ) -> tuple[NextState, Opened | None]:
        """Give a reader the place that is missing most; say why there is none."""
        if not more and await _share_read(session, row, actor):
            return NextState.SHARE_DONE, None
        agents = await own_agents(session, actor, tenant=row.tenant)
        waiting, again = False, list[str]()
        for place in await session.execute(_places(row, actor, now)):
            if place.mine_submitted is not None or ((place.connection or ""), place.agent) in agents:
                continue
            if place.submitted + place.held >= place.wanted:
                waiting = waiting or place.submitted < place.wanted
            elif place.mine is None:
                return NextState.ITEM, await self._take(session, row, place.id, actor, now)
            else:
                again.append(place.id)  # given back, or left until its time was up: behind all that is new
        if again:
            return NextState.ITEM, await self._take(session, row, again[0], actor, now)
        return (NextState.WAITING if waiting else NextState.ALL_READ), None

    async def _take(
        self, session: AsyncSession, row: ReviewRoundRow, item_id: str, actor: str, now: datetime
    ) -> Opened:
        found = await open_item(session, item_id, tenant=row.tenant)
        card = found.reading(actor) or ReviewCardRow(
            tenant=row.tenant,
            id=new_id(),
            item_id=item_id,
            part=Part.READING.value,
            scorer=Scorer.PERSON.value,
            name=actor,
            reply=0,
            flipped=is_flipped(found.round, found.item, actor),
            begun_at=now,
        )
        card.held_until = now + HELD
        session.add(card)
        await session.flush()
        return await opened(session, found.item)


def _places(row: ReviewRoundRow, actor: str, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the items that want readers, with how many have submitted or hold a place, and the reader's own card."""
    item, card = ReviewItemRow, ReviewCardRow

    def count(wanted: ColumnElement[bool]) -> ColumnElement[int]:
        query = select(func.count()).where(card.tenant == item.tenant, card.item_id == item.id, wanted)
        return query.where(card.part == Part.READING).correlate(item).scalar_subquery()

    submitted = count(card.submitted_at.is_not(None))
    held = count(card.submitted_at.is_(None) & (card.held_until > now) & (card.name != actor))
    mine = aliased(card)
    own = (mine.tenant == item.tenant) & (mine.item_id == item.id) & (mine.part == Part.READING) & (mine.name == actor)
    query = select(
        item.id,
        item.wanted,
        item.connection,
        item.agent,
        submitted.label("submitted"),
        held.label("held"),
        mine.id.label("mine"),
        mine.submitted_at.label("mine_submitted"),
    )
    query = query.select_from(item).outerjoin(mine, own)
    query = query.where(item.tenant == row.tenant, item.round_id == row.id, item.message.is_not(None))
    return query.order_by(submitted + held, item.number)


async def _share_read(session: AsyncSession, row: ReviewRoundRow, actor: str) -> bool:
    item, card = ReviewItemRow, ReviewCardRow
    if not row.reviewers:
        return False
    wanted = select(func.sum(item.wanted)).where(item.tenant == row.tenant, item.round_id == row.id)
    read = select(func.count(card.id)).join(item, (item.tenant == card.tenant) & (item.id == card.item_id))
    read = read.where(item.tenant == row.tenant, item.round_id == row.id, card.part == Part.READING)
    read = read.where(card.name == actor, card.submitted_at.is_not(None))
    share = share_of(row, int(await session.scalar(wanted) or 0))
    return share is not None and int(await session.scalar(read) or 0) >= share


def _require_reader(row: ReviewRoundRow, actor: str) -> None:
    if not is_open_to(row, actor):
        raise ForbiddenError("This round names its reviewers, and you are not among them: ask whoever made it.")


def _require_open(row: ReviewRoundRow) -> None:
    if row.closed_at is not None:
        raise ConflictError("This round is closed: its answers stay as they are.", field="round")
