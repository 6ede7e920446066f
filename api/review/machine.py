"""The checks' own cards of what people review: kept beside theirs, never mixed into them."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Now
from api.idempotency import new_id
from api.review.cards import answer_of, write_answer
from api.review.sheets import rubric_of
from api.review.tables import ReviewCardRow, ReviewItemRow, ReviewRoundRow
from api.review.terms import Part
from api.tables import DraftRow
from evaluation.scorecard import Rubric, Scorecard, Scorer, score_by_checks
from inference.checks import CheckInput
from inference.policy import PolicySource
from inference.types import Analysis, Draft, Message, Source
from retrieval.store import Database

_CHUNK = 50


class MachineCards:
    """Scores the items of rounds by the checks, once each.

    Args:
        database: where they are.
        policy: the one that the checks follow.
        now: the clock.
    """

    def __init__(self, database: Database, policy: PolicySource, now: Now) -> None:
        self.database = database
        self._policy = policy
        self._now = now

    async def fill(self, row: ReviewRoundRow) -> None:
        """Score the items that have no card of the checks yet, as far as their drafts are still stored.

        A choice gets none: the checks score one reply. Items from texts have no analysis to score them by.
        """
        if row.kind != "score":
            return
        while True:
            async with self.database.reading() as session:
                missing = await _missing(session, row)
            if not missing:
                return
            cards = await asyncio.to_thread(self._score, missing, rubric_of(row))
            await self._store(row, missing, cards)

    def _score(self, items: Sequence[tuple[ReviewItemRow, DraftRow]], rubric: Rubric) -> list[Scorecard]:
        return [
            score_by_checks(self._given(item, draft), Analysis.model_validate(draft.analysis), rubric)
            for item, draft in items
        ]

    def _given(self, item: ReviewItemRow, row: DraftRow) -> CheckInput:
        draft, reply = Draft.model_validate(row.draft), (item.replies or [])[0]
        return CheckInput(
            text=reply["text"],
            language=item.language,
            sources=tuple(Source.model_validate(source) for source in item.sources or ()),
            policy=self._policy.current,
            message=Message.model_validate(item.message),
            plan=draft.plan,
            steps=draft.steps if reply["origin"] == "draft" else (),
        )

    async def _store(
        self, row: ReviewRoundRow, items: Sequence[tuple[ReviewItemRow, DraftRow]], cards: Sequence[Scorecard]
    ) -> None:
        now = self._now()
        async with self.database.writing(row.tenant) as session:
            for (item, _), card in zip(items, cards, strict=True):
                if await _has_card(session, item) or await _gone(session, item):
                    continue
                made = ReviewCardRow(
                    tenant=row.tenant,
                    id=new_id(),
                    item_id=item.id,
                    part=Part.MACHINE.value,
                    scorer=Scorer.CHECKS.value,
                    name=card.name,
                    reply=0,
                    flipped=False,
                    begun_at=now,
                    submitted_at=now,
                )
                session.add(made)
                await session.flush()
                await write_answer(session, made, answer_of(card))


async def _missing(session: AsyncSession, row: ReviewRoundRow) -> list[tuple[ReviewItemRow, DraftRow]]:
    item, draft, card = ReviewItemRow, DraftRow, ReviewCardRow
    scored = select(card.id).where(card.tenant == item.tenant, card.item_id == item.id, card.part == Part.MACHINE)
    query = select(item, draft).join(draft, (draft.tenant == item.tenant) & (draft.id == item.draft_id))
    query = query.where(item.tenant == row.tenant, item.round_id == row.id, item.message.is_not(None))
    rows = await session.execute(query.where(~scored.exists()).order_by(item.number).limit(_CHUNK))
    return [(found, made) for found, made in rows]


async def _has_card(session: AsyncSession, item: ReviewItemRow) -> bool:
    card = ReviewCardRow
    query = select(card.id).where(card.tenant == item.tenant, card.item_id == item.id, card.part == Part.MACHINE)
    return await session.scalar(query.limit(1)) is not None


async def _gone(session: AsyncSession, item: ReviewItemRow) -> bool:
    """Tell whether the item's texts were erased while it was scored."""
    row = ReviewItemRow
    query = select(row.id).where(row.tenant == item.tenant, row.id == item.id, row.message.is_not(None))
    return await session.scalar(query) is None
