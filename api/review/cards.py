"""Answers as rows and back: the levels, failures and reasons are figures, everything that is written stands apart."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.review.judgements import Answer, Card
from api.review.tables import ReviewCardRow, ReviewItemRow, ReviewMarkRow
from api.review.terms import Part, RoundKind
from evaluation.scorecard import CriterionScore, Proof, Rubric, Scorecard, Scorer, require_fit, total
from inference.types import Channel
from models.errors import InputError

CRITERION, FAILURE, REASON = "criterion", "failure", "reason"
_OTHER = {"first": "second", "second": "first"}
Marks = Mapping[str, Sequence[ReviewMarkRow]]


def check_answer(answer: Answer, rubric: Rubric, kind: RoundKind, *, whole: bool) -> None:
    """Refuse an answer that does not fit the round; ``whole``: it is to be submitted, so nothing may be missing.

    Raises:
        InputError: names what does not fit, or the first that is missing.
    """
    criteria = [item.id for item in rubric.criteria]
    require_fit(scorecard(answer, rubric), rubric)
    for field, names in (("notes", answer.notes), ("reasons", answer.reasons)):
        if unknown := sorted(set(names) - set(criteria)):
            known = ", ".join(criteria)
            raise InputError(f"The rubric {rubric.id} has no '{unknown[0]}': it has {known}.", field=field)
    if kind is RoundKind.SCORE:
        if answer.choice is not None or answer.reasons:
            raise InputError("This round asks for scores: leave choice and reasons out.", field="choice")
        missing = [name for name in criteria if name not in answer.scores]
        if whole and missing:
            msg = f"'{missing[0]}' has no score: give 1 to 4, or null where it does not apply."
            raise InputError(msg, field=f"scores.{missing[0]}")
        return
    if answer.scores or answer.failures:
        raise InputError("This round asks for a choice: leave scores and failures out.", field="scores")
    if whole and answer.choice is None:
        raise InputError("Choose 'first', 'second' or 'equal'.", field="choice")


def scorecard(answer: Answer, rubric: Rubric, *, name: str = "") -> Scorecard:
    """Return an answer as a person's card."""
    return Scorecard(
        rubric=rubric.id,
        revision=rubric.revision,
        scorer=Scorer.PERSON,
        name=name,
        scores={
            key: CriterionScore(score=score, reason=answer.notes.get(key, "")[:500])
            for key, score in answer.scores.items()
        },
        failures={key: (Proof(note=note),) for key, note in answer.failures.items()},
        notes=answer.comment,
    )


def answer_of(card: Scorecard) -> Answer:
    """Return a machine's card as an answer, its reasons and proofs as notes."""
    return Answer(
        scores={key: item.score for key, item in card.scores.items()},
        notes={key: text for key, item in card.scores.items() if (text := _told(item.proofs) or item.reason)},
        failures={key: _told(proofs) for key, proofs in card.failures.items()},
        comment=card.notes,
    )


def settled_form(answer: Answer) -> Answer:
    """Return an answer as it is read back: reasons once, in the order of their names."""
    return answer.model_copy(update={"reasons": tuple(sorted(set(answer.reasons)))})


async def write_answer(session: AsyncSession, row: ReviewCardRow, answer: Answer, *, reason: str | None = None) -> None:
    """Put an answer, as its giver saw the sides, into a card's rows in place of what stood there."""
    row.choice = _turned(answer.choice) if row.flipped else answer.choice
    row.notes = {"notes": answer.notes, "failures": answer.failures, "comment": answer.comment, "reason": reason}
    mark = ReviewMarkRow
    await session.execute(delete(mark).where(mark.tenant == row.tenant, mark.card_id == row.id))
    levels = [(CRITERION, name, level) for name, level in answer.scores.items()]
    named = [(FAILURE, name, None) for name in answer.failures] + [(REASON, name, None) for name in answer.reasons]
    session.add_all(
        mark(tenant=row.tenant, card_id=row.id, kind=kind, name=name, level=level)
        for kind, name, level in (*levels, *dict.fromkeys(named))
    )


def read_answer(row: ReviewCardRow, marks: Iterable[ReviewMarkRow], *, flipped: bool) -> Answer:
    """Return a card's answer as somebody sees the sides; after an erasure without its words."""
    found, notes = list(marks), row.notes or {}
    told: dict[str, str] = notes.get("failures", {})
    return Answer.model_validate(
        {
            "scores": {item.name: item.level for item in found if item.kind == CRITERION},
            "failures": {item.name: told.get(item.name, "") for item in found if item.kind == FAILURE},
            "reasons": tuple(item.name for item in found if item.kind == REASON),
            "notes": notes.get("notes", {}),
            "comment": notes.get("comment", ""),
            "choice": _turned(row.choice) if flipped else row.choice,
        }
    )


def card_of(
    row: ReviewCardRow, item: ReviewItemRow, marks: Iterable[ReviewMarkRow], rubric: Rubric, *, flipped: bool
) -> Card:
    """Return a card as it is published, its sides as its reader sees them."""
    answer = read_answer(row, marks, flipped=flipped)
    scored = bool(answer.scores) and row.choice is None
    return Card(
        id=row.id,
        part=Part(row.part),
        scorer=Scorer(row.scorer),
        name=row.name,
        at=row.submitted_at or row.begun_at,
        reply="first" if bool(row.reply) is flipped else "second",
        answer=answer,
        chosen=chosen(row, item),
        total=total(scorecard(answer, rubric), rubric, Channel(item.channel)) if scored else None,
        reason=(row.notes or {}).get("reason"),
    )


def chosen(row: ReviewCardRow, item: ReviewItemRow) -> str | None:
    """Return what a choice fell on, whatever the sides were: the writer's name, or where the reply comes from."""
    if row.choice in {None, "equal"}:
        return row.choice
    place = 0 if row.choice == "first" else 1
    if item.replies is None:
        return row.choice
    reply = item.replies[place]
    return str(reply["writer"] or reply["origin"])


async def marks_of(session: AsyncSession, cards: Sequence[ReviewCardRow]) -> dict[str, list[ReviewMarkRow]]:
    """Return the marks of cards, by card; in the order of their names."""
    found: dict[str, list[ReviewMarkRow]] = {card.id: [] for card in cards}
    ids = list(found)
    for start in range(0, len(ids), 500):
        mark, some = ReviewMarkRow, ids[start : start + 500]
        query = select(mark).where(mark.tenant == cards[0].tenant, mark.card_id.in_(some))
        for item in await session.scalars(query.order_by(mark.card_id, mark.kind, mark.name)):
            found[item.card_id].append(item)
    return found


def in_order(cards: Iterable[ReviewCardRow]) -> list[ReviewCardRow]:
    """Return cards by part, then as they were given."""
    order = list(Part)
    return sorted(
        cards,
        key=lambda card: (order.index(Part(card.part)), card.submitted_at or card.begun_at, card.name, card.reply),
    )


def final_of(cards: Sequence[ReviewCardRow]) -> ReviewCardRow | None:
    """Return the card that counts above the readers': an upheld appeal's, else the adjudicator's."""
    for part in (Part.APPEAL, Part.ADJUDICATION):
        found = [card for card in cards if card.part == part]
        if found:
            return found[-1]
    return None


def _told(proofs: Sequence[Proof]) -> str:
    parts = [proof.note or (proof.span.text if proof.span else "") or proof.code for proof in proofs]
    return "; ".join(dict.fromkeys(part for part in parts if part))[:2_000]


def _turned(choice: str | None) -> str | None:
    return None if choice is None else _OTHER.get(choice, choice)
