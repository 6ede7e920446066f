"""The pages on which somebody decides: where readers differ, and what an agent appeals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access.principal import Scope
from api.console.review_forms import STATUS, build, code, failed, missing, plain, read_answer, text
from api.console.routes import Page, PageDep
from api.http.dependencies import CopilotDep, FiguresDep, PrincipalDep, needs
from api.review import Answer, AppealState, Card, Dispute, NewAppeal, NewDecision, NewVerdict, Part, RoundKind
from models.errors import InputError, NotFoundError, RifqError

router = APIRouter(include_in_schema=False)
_deciders = [needs(Scope.REVIEW)]
_ON_PAGE = 50
_OWN = 20
Cursor = Annotated[str | None, Query(max_length=2_000)]


@dataclass(frozen=True)
class Place:
    """An item, and the round or the appeal that an address says it is of."""

    item: str
    round: str | None = None
    appeal: str | None = None

    def checked(self, found: Dispute) -> Dispute:
        """Return what was found where it is of that round and appeal.

        Raises:
            NotFoundError: it is of another.
        """
        appeal = None if found.sheet.revealed is None else found.sheet.revealed.appeal
        of_round = self.round in {None, found.sheet.round}
        if not of_round or self.appeal not in {None, None if appeal is None else appeal.id}:
            raise NotFoundError("There is no such item here.", field="item")
        return found


@router.get("/review/own", dependencies=[needs(Scope.DRAFT)])
async def own(page: PageDep, copilot: CopilotDep, principal: PrincipalDep, after: Cursor = None) -> Response:
    """One's own replies that were scored, and a form to appeal each."""
    return await _own(page, copilot, principal, after)


@router.post("/console/review/items/{id}/appeals", dependencies=[needs(Scope.DRAFT)])
async def appeal(
    id: str,  # noqa: A002 - the path's name
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Appeal the score of a reply of one's own."""
    try:
        await copilot.reviews.appeals.make(id, build(NewAppeal, reason=plain(reason)), by=principal)
    except RifqError as error:
        return await _own(page, copilot, principal, None, error)
    return RedirectResponse("/review/own", status_code=303)


@router.get("/review/appeals", dependencies=_deciders)
async def appeals(
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
    state: AppealState | None = None,
    after: Cursor = None,
) -> Response:
    """Appeals, the oldest first."""
    try:
        found = await copilot.reviews.appeals.list(by=principal, state=state, after=after, limit=_ON_PAGE)
    except RifqError as error:
        return failed(page, error)
    return page.render(
        "review_appeals.html",
        items=found.items,
        names=await copilot.reviews.team.names([item.by for item in found.items], by=principal),
        next=found.next,
        chosen=state,
        states=tuple(AppealState),
    )


@router.get("/review/appeals/{item}", dependencies=_deciders)
async def appealed(item: str, page: PageDep, copilot: CopilotDep, principal: PrincipalDep) -> Response:
    """An appealed reply with its scores, and a form to decide."""
    return await _deciding(page, copilot, principal, Place(item))


@router.post("/console/review/appeals/{id}/decision", dependencies=_deciders)
async def decide(
    id: str,  # noqa: A002 - the path's name
    request: Request,
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
) -> Response:
    """Decide an appeal."""
    form, given = await request.form(), None
    reason, wish = text(form, "why"), text(form, "do")
    upheld = wish == "uphold"
    try:
        given = read_answer(form)
        if wish not in {"uphold", "reject"}:
            raise InputError("The form says neither uphold nor reject.", field="do")
        decision = build(NewDecision, upheld=upheld, reason=reason, answer=given if upheld else None)
        await copilot.reviews.appeals.decide(id, decision, by=principal)
    except RifqError as error:
        at = Place(text(form, "item"), appeal=id)
        return await _deciding(page, copilot, principal, at, given=given, said=reason, error=error)
    return RedirectResponse("/review/appeals?state=open", status_code=303)


@router.get("/review/{id}/disputes", dependencies=_deciders)
async def disputes(
    id: str,  # noqa: A002 - the path's name
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
    figures: FiguresDep,
    *,
    after: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Items of a round on which readers differ."""
    try:
        shown = await copilot.reviews.rounds.get(id, by=principal)
        async with figures.turn():
            found = await copilot.reviews.disputes.list(id, by=principal, after=after, limit=_ON_PAGE)
    except RifqError as error:
        return failed(page, error)
    return page.render("review_disputes.html", round=shown, items=found.items, next=found.next)


@router.get("/review/{id}/disputes/{item}", dependencies=_deciders)
async def dispute(
    id: str,  # noqa: A002 - the path's name
    item: str,
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
) -> Response:
    """One item on which readers differ, with their cards and a form to decide."""
    return await _deciding(page, copilot, principal, Place(item, round=id))


@router.post("/console/review/items/{id}/verdict", dependencies=_deciders)
async def settle(
    id: str,  # noqa: A002 - the path's name
    request: Request,
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
) -> Response:
    """Decide where readers differ."""
    form, given = await request.form(), None
    reason = text(form, "why")
    try:
        given = read_answer(form)
        verdict = build(NewVerdict, answer=given, reason=reason)
        settled = await copilot.reviews.disputes.settle(id, verdict, by=principal)
    except RifqError as error:
        return await _deciding(page, copilot, principal, Place(id), given=given, said=reason, error=error)
    return RedirectResponse(f"/review/{settled.sheet.round}/disputes", status_code=303)


def agreed(cards: Sequence[Card]) -> Answer:
    """Return what all readers said alike: where somebody decides, it is filled in."""
    readings = [card.answer for card in cards if card.part is Part.READING]
    if not readings:
        return Answer()
    first, *others = readings
    return Answer(
        scores={
            name: level
            for name, level in first.scores.items()
            if all(name in other.scores and other.scores[name] == level for other in others)
        },
        failures={
            name: said for name, said in first.failures.items() if all(name in other.failures for other in others)
        },
    )


async def _deciding(
    page: Page,
    copilot: CopilotDep,
    principal: PrincipalDep,
    at: Place,
    *,
    given: Answer | None = None,
    said: str = "",
    error: RifqError | None = None,
) -> Response:
    try:
        found = at.checked(await copilot.reviews.disputes.get(at.item, by=principal))
        shown = await copilot.reviews.rounds.get(found.sheet.round, by=principal)
    except RifqError as failure:
        return failed(page, failure)
    revealed = found.sheet.revealed
    name = None if error is None else code(error)
    gaps: tuple[str, ...] = ()
    if given is not None and name == "invalid_input":
        gaps = missing(given, shown.kind, shown.rubric_text)
    cards, appeal = ((), None) if revealed is None else (revealed.cards, revealed.appeal)
    return page.render(
        "review_dispute.html",
        200 if error is None else STATUS.get(error.code, 500),
        me=principal.actor,
        round=shown,
        sheet=found.sheet,
        differs=found.differs,
        settled=found.settled,
        appeal=appeal,
        names={} if appeal is None else await copilot.reviews.team.names([appeal.by], by=principal),
        answer=given or (agreed(cards) if shown.kind is RoundKind.SCORE else Answer()),
        reason=said,
        missing=gaps,
        error="incomplete" if gaps else name,
    )


async def _own(
    page: Page, copilot: CopilotDep, principal: PrincipalDep, after: str | None, error: RifqError | None = None
) -> Response:
    try:
        found = await copilot.reviews.appeals.own(by=principal, after=after, limit=_OWN)
    except RifqError as failure:
        return failed(page, failure)
    return page.render(
        "review_own.html",
        200 if error is None else STATUS.get(error.code, 500),
        me=principal.actor,
        items=found.items,
        next=found.next,
        error=None if error is None else code(error),
    )
