"""Items on which readers differ, and the verdict of somebody else: all cards stay, the verdict stands above them."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access.audit import record
from api.access.principal import Principal
from api.clock import Now
from api.idempotency import new_id
from api.review.audit import ReviewAction
from api.review.cards import CRITERION, FAILURE, check_answer, read_answer, settled_form, write_answer
from api.review.judgements import Dispute, DisputePage, NewVerdict
from api.review.rounds import find_round
from api.review.sheets import (
    Opened,
    known_names,
    open_item,
    opened_all,
    own_agents,
    refuse_own,
    rubric_of,
    sheet,
    wrote,
)
from api.review.tables import ReviewCardRow, ReviewItemRow
from api.review.terms import Part, RoundKind
from evaluation.scorecard import Scorer
from models.errors import ConflictError, ForbiddenError
from retrieval.store import Database

MAX_PAGE = 100
_CHUNK = 200
"""Items that are looked at in one go."""


class Disputes:
    """Lists what readers differ on, and takes verdicts.

    Args:
        database: where they are.
        now: the clock.
    """

    def __init__(self, database: Database, now: Now) -> None:
        self.database = database
        self._now = now

    async def list(self, round_id: str, *, by: Principal, after: int = 0, limit: int = 50) -> DisputePage:
        """Return the items that wait for a verdict of this person's, by number, from behind the number ``after``.

        Left out are those that they have read, may still read, or wrote.

        Raises:
            NotFoundError: the tenant has no such round.
        """
        size, found = max(1, min(limit, MAX_PAGE)), list[Dispute]()
        item = ReviewItemRow
        query = select(item).where(item.tenant == by.tenant, item.round_id == round_id, item.message.is_not(None))
        query = query.where(_readings(item) >= 2).order_by(item.number).limit(_CHUNK)
        async with self.database.reading() as session:
            await find_round(session, round_id, tenant=by.tenant)
            agents = await own_agents(session, by.actor, tenant=by.tenant)
            names = await known_names(session, tenant=by.tenant)
            while some := (await session.scalars(query.where(item.number > after))).all():
                for here in await opened_all(session, some):
                    on = differs(here)
                    if not on or _settled(here) or wrote(here.item, agents) or _reads(here, by.actor):
                        continue
                    if len(found) == size:
                        return DisputePage(items=tuple(found), next=str(found[-1].sheet.number))
                    shown = sheet(here, by.actor, names, reveal=True)
                    found.append(Dispute(sheet=shown, differs=on, settled=False))
                after = some[-1].number
        return DisputePage(items=tuple(found), next=None)

    async def get(self, item_id: str, *, by: Principal) -> Dispute:
        """Return one item with what its readers differ on.

        Raises:
            NotFoundError: the tenant has no such item, or its texts were erased.
            ForbiddenError: they read it, may still read it, or wrote it.
        """
        async with self.database.reading() as session:
            here = await open_item(session, item_id, tenant=by.tenant)
            await _refuse_readers(session, here, by.actor)
            return await self._dispute(session, here, by)

    async def settle(self, item_id: str, verdict: NewVerdict, *, by: Principal) -> Dispute:
        """Give the card that counts from now on; the readers' stay. The same verdict again changes nothing.

        Raises:
            NotFoundError, ForbiddenError: as for ``get``.
            InputError: the answer is not whole, or does not fit the round.
            ConflictError: its readers do not differ, or somebody has settled it otherwise.
        """
        async with self.database.writing(by.tenant) as session:
            here = await open_item(session, item_id, tenant=by.tenant)
            await _refuse_readers(session, here, by.actor)
            settled = next((card for card in here.cards if card.part == Part.ADJUDICATION), None)
            if settled is not None:
                _require_same(here, settled, verdict, by)
            else:
                if not differs(here):
                    raise ConflictError("Its reviewers do not differ: there is nothing to settle.", field="id")
                check_answer(verdict.answer, rubric_of(here.round), RoundKind(here.round.kind), whole=True)
                card = verdict_card(here, Part.ADJUDICATION, by)
                card.begun_at = card.submitted_at = self._now()
                session.add(card)
                await session.flush()
                await write_answer(session, card, verdict.answer, reason=verdict.reason)
                await record(session, by, ReviewAction.ADJUDICATED, item_id, now=self._now)
        return await self.get(item_id, by=by)

    async def _dispute(self, session: AsyncSession, here: Opened, by: Principal) -> Dispute:
        shown = sheet(here, by.actor, await known_names(session, tenant=by.tenant), reveal=True)
        return Dispute(sheet=shown, differs=differs(here), settled=_settled(here))


def differs(here: Opened) -> tuple[str, ...]:
    """Return on what readers differ: a criterion by so many levels, an auto-fail, or the choice."""
    cards = here.submitted
    if len(cards) < 2:
        return ()
    if here.round.kind == RoundKind.CHOOSE:
        return ("choice",) if len({card.choice for card in cards}) > 1 else ()
    levels: dict[str, list[int]] = {}
    failed: dict[str, int] = {}
    for card in cards:
        for mark in here.marks[card.id]:
            if mark.kind == CRITERION and mark.level is not None:
                levels.setdefault(mark.name, []).append(mark.level)
            elif mark.kind == FAILURE:
                failed[mark.name] = failed.get(mark.name, 0) + 1
    far = [f"criterion:{name}" for name, found in levels.items() if max(found) - min(found) >= here.round.differs_by]
    return tuple(sorted(far)) + tuple(sorted(f"auto_fail:{name}" for name, n in failed.items() if n < len(cards)))


def _readings(item: type[ReviewItemRow]) -> ColumnElement[int]:
    """Return how many have submitted an item."""
    card = ReviewCardRow
    query = select(func.count(card.id)).where(card.tenant == item.tenant, card.item_id == item.id)
    query = query.where(card.part == Part.READING, card.submitted_at.is_not(None))
    return query.correlate(item).scalar_subquery()


def verdict_card(here: Opened, part: Part, by: Principal) -> ReviewCardRow:
    """Return an empty card of somebody who decides, its sides as ``sheet`` shows them to them."""
    mine = here.reading(by.actor)
    return ReviewCardRow(
        tenant=by.tenant,
        id=new_id(),
        item_id=here.item.id,
        part=part.value,
        scorer=Scorer.PERSON.value,
        name=by.actor,
        reply=0,
        flipped=mine.flipped if mine else False,
    )


def _settled(here: Opened) -> bool:
    return any(card.part in {Part.ADJUDICATION, Part.APPEAL} for card in here.cards)


def _reads(here: Opened, actor: str) -> bool:
    """Tell whether somebody is a reader of the item: they submitted, or may still."""
    mine = here.reading(actor)
    return here.is_blind(actor) or (mine is not None and mine.submitted_at is not None)


async def _refuse_readers(session: AsyncSession, here: Opened, actor: str) -> None:
    await refuse_own(session, here.item, actor)
    if _reads(here, actor):
        raise ForbiddenError("You are a reviewer of this item: somebody else decides.")


def _require_same(here: Opened, card: ReviewCardRow, verdict: NewVerdict, by: Principal) -> None:
    told = read_answer(card, here.marks[card.id], flipped=card.flipped)
    same = told == settled_form(verdict.answer) and (card.notes or {}).get("reason") == verdict.reason
    if card.name != by.actor or not same:
        raise ConflictError("Somebody has settled this item: the verdict stays as it is.", field="id")
