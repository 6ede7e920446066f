"""The pages on which a reader scores one reply, or chooses between two, blind; and what they have read."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access.principal import Scope
from api.console.review_forms import STATUS, code, failed, missing, read_answer, text
from api.console.routes import Page, PageDep
from api.http.dependencies import CopilotDep, PrincipalDep, needs
from api.review import Answer, Next, NextState, Round, Sheet
from models.errors import NotFoundError, RifqError

_READ = 50
router = APIRouter(include_in_schema=False)
_reviewers = [needs(Scope.REVIEW)]


@router.get("/review/{id}", dependencies=_reviewers)
async def read(
    id: str,  # noqa: A002 - the path's name
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
    *,
    item: Annotated[str | None, Query(max_length=64)] = None,
    more: bool = False,
    done: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """What to read next, or an item that was begun or read before."""
    reviews = copilot.reviews
    try:
        shown = await reviews.rounds.get(id, by=principal)
        if item is None:
            found = await reviews.desk.next(id, by=principal, more=more)
        else:
            found = Next(state=NextState.ITEM, sheet=_of(id, await reviews.desk.get(item, by=principal)))
    except RifqError as error:
        return failed(page, error)
    return _sheet(page, shown, found, me=principal.actor, done=done)


@router.get("/review/{id}/mine", dependencies=_reviewers)
async def mine(
    id: str,  # noqa: A002 - the path's name
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
    after: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """What one has read or begun in a round."""
    try:
        shown = await copilot.reviews.rounds.get(id, by=principal)
        found = await copilot.reviews.desk.mine(id, by=principal, after=after, limit=_READ)
    except RifqError as error:
        return failed(page, error)
    return page.render("review_mine.html", round=shown, items=found.items, next=found.next)


@router.post("/console/review/items/{id}", dependencies=_reviewers)
async def answer(
    id: str,  # noqa: A002 - the path's name
    request: Request,
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
) -> Response:
    """Submit an answer, keep it for later, or give the item back."""
    form, desk = await request.form(), copilot.reviews.desk
    wish, given = text(form, "do"), None
    try:
        sheet = await desk.get(id, by=principal)
        if wish == "skip":
            await desk.skip(id, by=principal)
            return RedirectResponse("/review", status_code=303)
        given = read_answer(form)
        if wish == "save":
            await desk.save(id, given, by=principal)
            return RedirectResponse("/review", status_code=303)
        await desk.submit(id, given, by=principal)
    except RifqError as error:
        return await _again(id, page, copilot, principal, given=given, error=error)
    return RedirectResponse(f"/review/{sheet.round}?done={id}", status_code=303)


@router.post("/console/review/items/{id}/draft", dependencies=_reviewers)
async def keep(
    id: str,  # noqa: A002 - the path's name
    request: Request,
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
) -> Response:
    """Keep an unfinished answer while it is being given."""
    try:
        saved = await copilot.reviews.desk.save(id, read_answer(await request.form()), by=principal)
    except RifqError as error:
        return page.render("review_saved.html", STATUS.get(error.code, 500), saved_at=None)
    return page.render("review_saved.html", saved_at=saved.saved_at)


def _of(round_id: str, found: Sheet) -> Sheet:
    """Return an item of this round: beside another round's rubric it would be read by the wrong one."""
    if found.round != round_id:
        raise NotFoundError("This round has no such item.", field="item")
    return found


async def _again(
    id_: str,
    page: Page,
    copilot: CopilotDep,
    principal: PrincipalDep,
    *,
    given: Answer | None,
    error: RifqError,
) -> Response:
    """Show the item again with what was typed, and what is wrong with it."""
    try:
        sheet = await copilot.reviews.desk.get(id_, by=principal)
        shown = await copilot.reviews.rounds.get(sheet.round, by=principal)
    except RifqError as failure:
        return failed(page, failure)
    typed = given if sheet.submitted_at is None else None
    return _sheet(page, shown, Next(state=NextState.ITEM, sheet=sheet), me=principal.actor, given=typed, error=error)


def _sheet(
    page: Page,
    shown: Round,
    found: Next,
    *,
    me: str,
    given: Answer | None = None,
    done: str | None = None,
    error: RifqError | None = None,
) -> Response:
    sheet: Sheet | None = found.sheet
    gaps: tuple[str, ...] = ()
    name = None if error is None else code(error)
    if sheet is not None and given is not None and name == "invalid_input":
        gaps = missing(given, shown.kind, shown.rubric_text)
        name = "incomplete" if gaps else name
    filled = given or (sheet.answer if sheet is not None else None)
    status = 200 if name is None else STATUS.get(name, 500)
    return page.render(
        "review_item.html",
        status,
        me=me,
        round=shown,
        state=found.state,
        sheet=sheet,
        answer=filled,
        missing=gaps,
        differs=(),
        done=done,
        error=name,
    )
