"""Items as they are shown: blind to whoever is still to read them, with what stands behind them to all others."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.privacy.matching import Matcher
from api.review.blind import agents_matcher, unsigned
from api.review.cards import card_of, final_of, in_order, marks_of, read_answer
from api.review.judgements import Answer, Appeal, Revealed, RevealedReply, Sheet, ShownFact, ShownReply, ShownSource
from api.review.tables import (
    ReviewAgentRow,
    ReviewAppealRow,
    ReviewCardRow,
    ReviewItemRow,
    ReviewMarkRow,
    ReviewRoundRow,
)
from api.review.terms import Direction, Part, Place, RoundKind
from evaluation.scorecard import Rubric
from inference.language import detect
from inference.types import Author, Message, Source, Turn
from models.errors import ForbiddenError, NotFoundError

Kept = dict[str, Any]
_RTL = frozenset({"ar", "fa", "ur", "he", "ps", "ckb", "ug", "sd"})


@dataclass(frozen=True)
class Opened:
    """An item with all that hangs on it, as one transaction reads it."""

    round: ReviewRoundRow
    item: ReviewItemRow
    cards: tuple[ReviewCardRow, ...]
    marks: Mapping[str, Sequence[ReviewMarkRow]]
    appeal: ReviewAppealRow | None

    def reading(self, actor: str) -> ReviewCardRow | None:
        """Return somebody's reading, begun or submitted."""
        return next((card for card in self.cards if card.part == Part.READING and card.name == actor), None)

    @property
    def submitted(self) -> tuple[ReviewCardRow, ...]:
        """The readings that were submitted."""
        return tuple(card for card in self.cards if card.part == Part.READING and card.submitted_at is not None)

    def is_blind(self, actor: str) -> bool:
        """Tell whether somebody may still read this item, and so must not see what others say."""
        mine = self.reading(actor)
        return is_open_to(self.round, actor) and (mine is None or mine.submitted_at is None)


def is_open_to(row: ReviewRoundRow, actor: str) -> bool:
    """Tell whether somebody is a reader of a round that is open."""
    return row.closed_at is None and (not row.reviewers or actor in row.reviewers)


def is_flipped(row: ReviewRoundRow, item: ReviewItemRow, actor: str) -> bool:
    """Tell whether the seed lets a reader see an item's second reply first.

    The order follows from the two texts, not from their places: whoever knows the seed learns nothing by it.
    """
    if row.kind != RoundKind.CHOOSE:
        return False
    first, second = (_order(row.seed, item.number, actor, reply["text"]) for reply in item.replies or ())
    return second < first


def _order(*of: object) -> bytes:
    return hashlib.sha256("\0".join(map(str, of)).encode()).digest()


def rubric_of(row: ReviewRoundRow) -> Rubric:
    """Return the rubric that a round was made with."""
    rubric = Rubric.model_validate(row.rubric)
    rubric._revision = row.rubric_revision
    return rubric


async def open_item(session: AsyncSession, id_: str, *, tenant: str) -> Opened:
    """Return an item with its cards.

    Raises:
        NotFoundError: the tenant has no such item, or an erasure took its texts.
    """
    row = await session.get(ReviewItemRow, (tenant, id_))
    if row is None:
        raise NotFoundError(f"There is no item of review with the id '{id_}'.", field="id")
    if row.message is None:
        raise NotFoundError("The texts of this item were erased: its figures stay in the round.", field="id")
    return await opened(session, row)


async def opened(session: AsyncSession, row: ReviewItemRow) -> Opened:
    """Return an item that is at hand with all that hangs on it."""
    return (await opened_all(session, [row]))[0]


async def opened_all(session: AsyncSession, rows: Sequence[ReviewItemRow]) -> list[Opened]:
    """Return one tenant's items, order kept, in as many queries as one of them takes."""
    if not rows:
        return []
    tenant, made, card, appeal = rows[0].tenant, ReviewRoundRow, ReviewCardRow, ReviewAppealRow
    ids, rounds = [row.id for row in rows], {row.round_id for row in rows}
    of_rounds = await session.scalars(select(made).where(made.tenant == tenant, made.id.in_(rounds)))
    found = {row.id: row for row in of_rounds}
    cards: dict[str, list[ReviewCardRow]] = {id_: [] for id_ in ids}
    for one in await session.scalars(select(card).where(card.tenant == tenant, card.item_id.in_(ids))):
        cards[one.item_id].append(one)
    marks = await marks_of(session, [one for some in cards.values() for one in some])
    of_items = await session.scalars(select(appeal).where(appeal.tenant == tenant, appeal.item_id.in_(ids)))
    appeals = {row.item_id: row for row in of_items}
    return [
        Opened(
            round=found[row.round_id],
            item=row,
            cards=tuple(in_order(cards[row.id])),
            marks={one.id: marks[one.id] for one in cards[row.id]},
            appeal=appeals.get(row.id),
        )
        for row in rows
    ]


async def own_agents(session: AsyncSession, actor: str, *, tenant: str) -> frozenset[tuple[str, str]]:
    """Return the agents of helpdesks (connection, id) that somebody of the team is."""
    row = ReviewAgentRow
    rows = await session.execute(select(row.connection, row.agent).where(row.tenant == tenant, row.actor == actor))
    return frozenset((connection, agent) for connection, agent in rows)


def wrote(item: ReviewItemRow, agents: frozenset[tuple[str, str]]) -> bool:
    """Tell whether an item's reply is of one of these agents."""
    return item.agent is not None and ((item.connection or ""), item.agent) in agents


async def refuse_own(session: AsyncSession, item: ReviewItemRow, actor: str) -> None:
    """Keep people from their own replies.

    Raises:
        ForbiddenError: the reply is theirs.
    """
    if wrote(item, await own_agents(session, actor, tenant=item.tenant)):
        raise ForbiddenError("This reply is your own: somebody else reviews it. You may appeal its scores.")


async def known_names(session: AsyncSession, *, tenant: str) -> Matcher:
    """Return what recognises the names of the tenant's agents."""
    row = ReviewAgentRow
    rows = await session.scalars(select(row.names).where(row.tenant == tenant))
    return agents_matcher(name for names in rows for name in names)


def sheet(found: Opened, actor: str, names: Matcher, *, reveal: bool) -> Sheet:
    """Return an item as somebody sees it; ``reveal``: with what stands behind it."""
    item, mine = found.item, found.reading(actor)
    message = Message.model_validate(item.message)
    flipped = mine.flipped if mine else found.is_blind(actor) and is_flipped(found.round, item, actor)
    return Sheet(
        item=item.id,
        round=item.round_id,
        number=item.number,
        kind=RoundKind(found.round.kind),
        channel=message.channel,
        language=item.language,
        policy_revision=item.policy_revision,
        message=message.text,
        message_direction=_direction(detect(message.text).language),
        history=tuple(_turn(turn, names) for turn in message.history),
        facts=tuple(ShownFact(name=fact.name, value=fact.value) for fact in message.facts),
        sources=tuple(_sources(item)),
        replies=tuple(_replies(item, names, flipped=flipped)),
        answer=read_answer(mine, found.marks[mine.id], flipped=flipped) if mine else Answer(),
        saved_at=mine.saved_at if mine else None,
        submitted_at=mine.submitted_at if mine else None,
        held_until=mine.held_until if mine and mine.submitted_at is None else None,
        revealed=revealed(found, flipped=flipped) if reveal else None,
    )


def revealed(found: Opened, *, flipped: bool) -> Revealed:
    """Return what stands behind an item: origins, everybody's cards, the final one, and the appeal."""
    shown = [card for card in found.cards if card.part != Part.READING or card.submitted_at is not None]
    rubric, final = rubric_of(found.round), final_of(shown)
    cards = {card.id: card_of(card, found.item, found.marks[card.id], rubric, flipped=flipped) for card in shown}
    return Revealed(
        replies=tuple(_origins(found.item, flipped=flipped)),
        cards=tuple(cards.values()),
        final=None if final is None else cards[final.id],
        appeal=None if found.appeal is None else published_appeal(found.appeal),
    )


def published_appeal(row: ReviewAppealRow) -> Appeal:
    """Return an appeal as it is published."""
    values = {name: getattr(row, name) for name in Appeal.model_fields if name != "item"}
    return Appeal.model_validate(values | {"item": row.item_id})


def _sources(item: ReviewItemRow) -> list[ShownSource]:
    sources = [Source.model_validate(source) for source in item.sources or ()]
    return [
        ShownSource(number=number, kind=source.kind, quote=source.quote)
        for number, source in enumerate(sources, start=1)
    ]


def _replies(item: ReviewItemRow, names: Matcher, *, flipped: bool) -> list[ShownReply]:
    direction = _direction(item.language)
    return [
        ShownReply(place=place, text=unsigned(reply["text"], names), direction=direction)
        for place, reply in _placed(item.replies or (), flipped=flipped)
    ]


def _origins(item: ReviewItemRow, *, flipped: bool) -> list[RevealedReply]:
    found = []
    for place, reply in _placed(item.replies or (), flipped=flipped):
        agent = item.agent if reply["origin"] == "sent" else None
        found.append(
            RevealedReply(
                place=place,
                origin=reply["origin"],
                writer=reply["writer"] or None,
                agent=agent,
                status=reply["status"],
            )
        )
    return found


def _placed(items: Sequence[Kept], *, flipped: bool) -> list[tuple[Place, Kept]]:
    places: tuple[Place, Place] = ("first", "second")
    return list(zip(places, reversed(items) if flipped else items, strict=False))


def _turn(turn: Turn, names: Matcher) -> Turn:
    if turn.author is not Author.AGENT:
        return turn
    return turn.model_copy(update={"text": unsigned(turn.text, names)})


def _direction(language: str) -> Direction:
    return "rtl" if language in _RTL else "ltr"
