"""An agent's own replies with their scores, their appeals, and what is decided; the scores appealed against stay."""

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.access.audit import record
from api.access.principal import Principal
from api.clock import Now
from api.idempotency import new_id
from api.review.audit import ReviewAction
from api.review.cards import card_of, check_answer, final_of, write_answer
from api.review.disputes import verdict_card
from api.review.judgements import Appeal, AppealPage, Card, NewAppeal, NewDecision, OwnReply, OwnReplyPage
from api.review.paging import last_row
from api.review.sheets import Opened, open_item, opened_all, own_agents, published_appeal, rubric_of, wrote
from api.review.tables import ReviewAppealRow, ReviewItemRow, ReviewRoundRow
from api.review.terms import AppealState, Part, RoundKind
from inference.types import Message
from models.errors import ConflictError, ForbiddenError, NotFoundError
from retrieval.store import Database

MAX_PAGE = 200


class Appeals:
    """Shows agents what was said of their replies, takes their appeals, and what is decided.

    Args:
        database: where they are.
        now: the clock.
    """

    def __init__(self, database: Database, now: Now) -> None:
        self.database = database
        self._now = now

    async def own(self, *, by: Principal, after: str | None = None, limit: int = 50) -> OwnReplyPage:
        """Return the replies of whoever asks that closed rounds have scored, the latest first, behind the id ``after``.

        Raises:
            InputError: there is no such reply ``after``.
        """
        size, item, made = max(1, min(limit, MAX_PAGE)), ReviewItemRow, ReviewRoundRow
        async with self.database.reading() as session:
            agents = await own_agents(session, by.actor, tenant=by.tenant)
            if not agents:
                return OwnReplyPage(items=(), next=None)
            query = select(item).join(made, (made.tenant == item.tenant) & (made.id == item.round_id))
            query = query.where(item.tenant == by.tenant, item.message.is_not(None), made.closed_at.is_not(None))
            query = query.where(made.kind == RoundKind.SCORE)
            query = query.where(or_(*((item.connection == place) & (item.agent == agent) for place, agent in agents)))
            if after is not None:
                last = await last_row(session, item, after, tenant=by.tenant)
                query = query.where(tuple_(item.at, item.id) < tuple_(last.at, last.id))
            query = query.order_by(item.at.desc(), item.id.desc()).limit(size + 1)
            rows = (await session.scalars(query)).all()
            items = tuple(_own_reply(found) for found in await opened_all(session, rows[:size]))
        return OwnReplyPage(items=items, next=items[-1].item if len(rows) > size else None)

    async def make(self, item_id: str, new: NewAppeal, *, by: Principal) -> Appeal:
        """Appeal against the scores of one's own reply, once; the same appeal again changes nothing.

        Raises:
            NotFoundError: there is no such reply of theirs.
            ConflictError: the round is still open, nobody has scored the reply, or it was appealed against already.
        """
        async with self.database.writing(by.tenant) as session:
            found = await open_item(session, item_id, tenant=by.tenant)
            if not wrote(found.item, await own_agents(session, by.actor, tenant=by.tenant)):
                raise NotFoundError(f"There is no reply of yours with the id '{item_id}'.", field="id")
            if (earlier := found.appeal) is not None:
                if earlier.reason == new.reason and earlier.by == by.actor:
                    return published_appeal(earlier)
                raise ConflictError("There is an appeal about this reply already.", field="id")
            if found.round.closed_at is None or not found.submitted or found.round.kind != RoundKind.SCORE:
                raise ConflictError("There are no scores yet to appeal against: wait until the round is closed.")
            row = ReviewAppealRow(
                tenant=by.tenant,
                id=new_id(),
                item_id=item_id,
                state=AppealState.OPEN.value,
                by=by.actor,
                at=self._now(),
                reason=new.reason,
            )
            session.add(row)
            await record(session, by, ReviewAction.APPEALED, item_id, now=self._now)
        return published_appeal(row)

    async def list(
        self, *, by: Principal, state: AppealState | None = None, after: str | None = None, limit: int = 50
    ) -> AppealPage:
        """Return appeals, the oldest first, from behind the id ``after``.

        Raises:
            InputError: there is no appeal ``after``.
        """
        size, row = max(1, min(limit, MAX_PAGE)), ReviewAppealRow
        query = select(row).where(row.tenant == by.tenant)
        if state is not None:
            query = query.where(row.state == state.value)
        async with self.database.reading() as session:
            if after is not None:
                last = await last_row(session, row, after, tenant=by.tenant)
                query = query.where(tuple_(row.at, row.id) > tuple_(last.at, last.id))
            rows = (await session.scalars(query.order_by(row.at, row.id).limit(size + 1))).all()
        items = tuple(published_appeal(item) for item in rows[:size])
        return AppealPage(items=items, next=items[-1].id if len(rows) > size else None)

    async def decide(self, id: str, decision: NewDecision, *, by: Principal) -> Appeal:  # noqa: A002 - the contract's name
        """Uphold an appeal with the card that counts from now on, or reject it; both with a reason.

        Raises:
            NotFoundError: the tenant has no such appeal, or the reply's texts were erased.
            ForbiddenError: they made the appeal, wrote the reply, or scored it.
            InputError: the card is not whole, or does not fit the round.
            ConflictError: it was decided otherwise before.
        """
        async with self.database.writing(by.tenant) as session:
            row = await session.get(ReviewAppealRow, (by.tenant, id))
            if row is None:
                raise NotFoundError(f"There is no appeal with the id '{id}'.", field="id")
            found = await open_item(session, row.item_id, tenant=by.tenant)
            await _refuse_involved(session, found, row, by.actor)
            if row.state != AppealState.OPEN:
                _require_same(row, decision, by.actor)
                return published_appeal(row)
            row.state = (AppealState.UPHELD if decision.upheld else AppealState.REJECTED).value
            row.decided_by, row.decided_at, row.decision = by.actor, self._now(), decision.reason
            if decision.answer is not None:
                check_answer(decision.answer, rubric_of(found.round), RoundKind(found.round.kind), whole=True)
                card = verdict_card(found, Part.APPEAL, by)
                card.begun_at = card.submitted_at = self._now()
                session.add(card)
                await session.flush()
                await write_answer(session, card, decision.answer, reason=decision.reason)
            details = {"upheld": decision.upheld}
            await record(session, by, ReviewAction.APPEAL_DECIDED, row.item_id, details=details, now=self._now)
        return published_appeal(row)


def _own_reply(found: Opened) -> OwnReply:
    item, rubric = found.item, rubric_of(found.round)
    shown = [card for card in found.cards if card.part != Part.MACHINE and card.submitted_at is not None]
    final = final_of(shown)
    cards: dict[str, Card] = {}
    for card in shown:
        published = card_of(card, item, found.marks[card.id], rubric, flipped=False)
        cards[card.id] = published.model_copy(update={"name": None})
    message = Message.model_validate(item.message)
    return OwnReply(
        item=item.id,
        round=item.round_id,
        at=item.at,
        channel=message.channel,
        language=item.language,
        policy_revision=item.policy_revision,
        rubric_text=rubric,
        message=message.text,
        reply=(item.replies or [{"text": ""}])[0]["text"],
        cards=tuple(cards.values()),
        final=None if final is None else cards[final.id],
        appeal=None if found.appeal is None else published_appeal(found.appeal),
    )


async def _refuse_involved(session: AsyncSession, found: Opened, row: ReviewAppealRow, actor: str) -> None:
    own = wrote(found.item, await own_agents(session, actor, tenant=found.item.tenant))
    judged = (Part.READING, Part.ADJUDICATION)
    scored = any(card.name == actor and card.part in judged and card.submitted_at for card in found.cards)
    if own or scored or row.by == actor:
        raise ForbiddenError("You wrote this reply, or scored it: somebody else decides.")


def _require_same(row: ReviewAppealRow, decision: NewDecision, actor: str) -> None:
    upheld = row.state == AppealState.UPHELD
    if row.decided_by != actor or upheld is not decision.upheld or row.decision != decision.reason:
        raise ConflictError("This appeal was decided: it stays so.", field="id")
