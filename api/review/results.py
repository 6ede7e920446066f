"""What a round comes to: agreement, weighted means, and exports."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access.audit import record
from api.access.principal import Principal
from api.clock import Now
from api.review.audit import ReviewAction
from api.review.cards import CRITERION, FAILURE, Marks, card_of, chosen, final_of, in_order, marks_of
from api.review.machine import MachineCards
from api.review.outcomes import ExportedItem, RoundAgreement, RoundExport
from api.review.records import RoundSummary
from api.review.rounds import RoundStore, find_round, names_of
from api.review.sheets import is_open_to, published_appeal, rubric_of
from api.review.tables import ReviewAppealRow, ReviewCardRow, ReviewItemRow, ReviewRoundRow
from api.review.terms import Part, RoundKind
from evaluation.agreement import Coefficient, Question, Rating, Scale, Value, agreement, mean
from evaluation.scorecard import Rubric
from models.errors import ForbiddenError
from retrieval.store import Database


@dataclass(frozen=True)
class Gathered:
    """A round's items with their submitted cards, as one transaction reads them."""

    round: ReviewRoundRow
    items: Sequence[ReviewItemRow]
    cards: Mapping[str, Sequence[ReviewCardRow]]
    marks: Marks

    def readings(self, item: ReviewItemRow) -> list[ReviewCardRow]:
        """Return the readers' cards of an item."""
        return [card for card in self.cards[item.id] if card.part == Part.READING]


class Results:
    """Reads results; of an open round only for those who are none of its readers.

    Args:
        database: where they are.
        now: the clock.
        rounds: reads rounds.
        machine: scores what has no card of the checks yet.
    """

    def __init__(self, database: Database, now: Now, rounds: RoundStore, machine: MachineCards) -> None:
        self.database = database
        self._now = now
        self._rounds = rounds
        self._machine = machine

    async def agreement(self, round_id: str, *, by: Principal, seed: int = 0) -> RoundAgreement:
        """Return how far the readers agree, and the checks with them.

        Raises:
            NotFoundError: the tenant has no such round.
            ForbiddenError: it is open, and they are among its readers.
        """
        async with self.database.reading() as session:
            row = await _results_of(session, round_id, by)
        await self._machine.fill(row)
        async with self.database.reading() as session:
            found = await gathered(session, row)
            raters = sorted({card.name for item in found.items for card in found.readings(item)})
            names = await names_of(session, raters, tenant=by.tenant)
        weights = {item.id: 1.0 / item.probability for item in found.items}
        questions = list(_questions(found))
        answered = await asyncio.to_thread(agreement, questions, weights=weights, seed=seed)
        means = await asyncio.to_thread(_means, found, seed)
        return RoundAgreement(
            round=row.id,
            items=sum(bool(found.readings(item)) for item in found.items),
            raters={rater: names.get(rater) for rater in raters},
            means=means,
            questions=answered,
        )

    async def export(self, round_id: str, *, by: Principal) -> RoundExport:
        """Return everything that was said in a round, without the customers' words.

        Raises:
            NotFoundError, ForbiddenError: as for ``agreement``.
        """
        async with self.database.reading() as session:
            row = await _results_of(session, round_id, by)
        await self._machine.fill(row)
        made = await self._rounds.get(round_id, by=by)
        async with self.database.reading() as session:
            found = await gathered(session, row)
            query = select(ReviewAppealRow).join(
                ReviewItemRow,
                (ReviewItemRow.tenant == ReviewAppealRow.tenant) & (ReviewItemRow.id == ReviewAppealRow.item_id),
            )
            query = query.where(ReviewItemRow.tenant == by.tenant, ReviewItemRow.round_id == row.id)
            appeals = {appeal.item_id: appeal for appeal in await session.scalars(query)}
        async with self.database.writing(by.tenant) as session:
            await record(session, by, ReviewAction.EXPORTED, round_id, now=self._now)
        rubric = rubric_of(row)
        items = await asyncio.to_thread(
            lambda: tuple(_exported(found, item, rubric, appeals.get(item.id)) for item in found.items)
        )
        return RoundExport(
            round=RoundSummary.model_validate({name: getattr(made, name) for name in RoundSummary.model_fields}),
            rubric=rubric,
            sample=made.sample,
            items=items,
        )


async def gathered(session: AsyncSession, row: ReviewRoundRow) -> Gathered:
    """Return a round's items, by number, with what was submitted of them."""
    item, card = ReviewItemRow, ReviewCardRow
    mine = (item.tenant == row.tenant) & (item.round_id == row.id)
    items = (await session.scalars(select(item).where(mine).order_by(item.number))).all()
    query = select(card).join(item, (item.tenant == card.tenant) & (item.id == card.item_id))
    cards = in_order(await session.scalars(query.where(mine, card.submitted_at.is_not(None))))
    by_item: dict[str, list[ReviewCardRow]] = {found.id: [] for found in items}
    for found in cards:
        by_item[found.item_id].append(found)
    return Gathered(row, items, by_item, await marks_of(session, cards))


async def _results_of(session: AsyncSession, round_id: str, by: Principal) -> ReviewRoundRow:
    row = await find_round(session, round_id, tenant=by.tenant)
    if is_open_to(row, by.actor):
        msg = "You may still read in this round, so its results are hidden from you: close it first."
        raise ForbiddenError(msg, field="round")
    return row


def _questions(found: Gathered) -> Iterable[Question]:
    if found.round.kind == RoundKind.CHOOSE:
        ratings = [
            Rating(item.id, card.name, chosen(card, item)) for item in found.items for card in found.readings(item)
        ]
        yield Question("choice", Scale.NOMINAL, ratings)
        return
    rubric = rubric_of(found.round)
    kinds = [(CRITERION, item.id) for item in rubric.criteria] + [(FAILURE, item.id) for item in rubric.auto_fails]
    for kind, name in kinds:
        ratings, machine = [], dict[str, Value]()
        for item in found.items:
            for card in found.cards[item.id]:
                value = _value(found, card, kind, name)
                if card.part == Part.READING:
                    ratings.append(Rating(item.id, card.name, value))
                elif card.part == Part.MACHINE:
                    machine[item.id] = value
        criterion = kind == CRITERION
        scale = Scale.ORDINAL if criterion else Scale.NOMINAL
        yield Question(f"{'criterion' if criterion else 'auto_fail'}:{name}", scale, ratings, machine)


def _value(found: Gathered, card: ReviewCardRow, kind: str, name: str) -> Value:
    mark = next((mark for mark in found.marks[card.id] if (mark.kind, mark.name) == (kind, name)), None)
    if kind == FAILURE:
        return mark is not None
    return None if mark is None else mark.level


def _means(found: Gathered, seed: int) -> dict[str, Coefficient]:
    """Return people's weighted means: an item's final card, else the mean of its readers'."""
    if found.round.kind == RoundKind.CHOOSE:
        return {}
    means, rubric = dict[str, Coefficient](), rubric_of(found.round)
    kinds = [(CRITERION, item.id) for item in rubric.criteria] + [(FAILURE, item.id) for item in rubric.auto_fails]
    for kind, name in kinds:
        values, weights = dict[str, float](), dict[str, float]()
        for item in found.items:
            final = final_of(found.cards[item.id])
            given = [_value(found, card, kind, name) for card in ([final] if final else found.readings(item))]
            levels = [float(value) for value in given if value is not None]
            if levels:
                values[item.id], weights[item.id] = sum(levels) / len(levels), 1.0 / item.probability
        key = f"{'criterion' if kind == CRITERION else 'auto_fail'}:{name}"
        means[key] = mean(values, bounds=(1.0, 4.0) if kind == CRITERION else (0.0, 1.0), weights=weights, seed=seed)
    return means


def _exported(found: Gathered, item: ReviewItemRow, rubric: Rubric, appeal: ReviewAppealRow | None) -> ExportedItem:
    cards = found.cards[item.id]
    final = final_of(cards)
    names = ("id", "number", "channel", "language", "at", "stratum", "probability", "policy_revision")
    values = {name: getattr(item, name) for name in (*names, "draft_id", "sent_id", "agent")}
    return ExportedItem(
        **values,
        origins=tuple(reply["origin"] for reply in item.replies or ()),
        cards=tuple(card_of(card, item, found.marks[card.id], rubric, flipped=False) for card in cards),
        final=None if final is None else final.id,
        appeal=None if appeal is None else published_appeal(appeal),
    )
