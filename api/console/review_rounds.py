"""The page of rounds: the latest with one's own progress, and for administrators forms to start and close one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from api.access.people import PublishedPerson
from api.access.principal import ROLE_SCOPES, Scope
from api.console.review_forms import STATUS, build, code, failed, text
from api.console.routes import PageDep
from api.console.signing import AccessDep
from api.http.dependencies import CopilotDep, PrincipalDep, needs
from api.review import NewRound, RoundKind, Target
from models.errors import InputError, NothingToReadError, RifqError

_ROUNDS = 30
_PEOPLE = 100
_TARGETS = {
    RoundKind.SCORE: (Target.DRAFT, Target.SENT, Target.BOTH),
    RoundKind.CHOOSE: (Target.PAIR,),
}
_FRESH = {
    "name": "", "what": "score.draft", "readers": "1", "second": "30", "share": "10", "limit": "100",
    "since": "", "until": "",
}  # fmt: skip
_FIELDS = {"kind": "what", "target": "what", "second_share": "second"}
"""How the form calls what a round calls otherwise."""
router = APIRouter(include_in_schema=False)


class Rounds:
    """The rounds as whoever asks sees them."""

    def __init__(self, page: PageDep, copilot: CopilotDep, principal: PrincipalDep, access: AccessDep) -> None:
        self.page = page
        self.reviews = copilot.reviews
        self.store = copilot.reviews.rounds
        self.principal = principal
        self._people = access.people

    async def show(self, error: RifqError | None = None, form: FormData | None = None) -> Response:
        """Render the latest rounds, with one's own progress in those that are open; a form at fault as it was typed."""
        found = await self.store.list(by=self.principal, limit=_ROUNDS)
        running = [item.id for item in found.items if item.closed_at is None]
        return self.page.render(
            "review.html",
            200 if error is None else STATUS.get(error.code, 500),
            items=found.items,
            more=found.next is not None,
            mine={id_: (await self.store.get(id_, by=self.principal)).mine for id_ in running},
            people=await self._reviewers() if self.page.may("admin") else (),
            targets=_TARGETS,
            error=None if error is None else code(error),
            typed=_FRESH if form is None else {name: text(form, name) for name in _FRESH},
            ticked=() if form is None else form.getlist("reviewer"),
            faulty=_faulty(error) if form is not None else None,
            left_out=error.left_out if isinstance(error, NothingToReadError) else None,
        )

    async def _reviewers(self) -> list[PublishedPerson]:
        found = await self._people.list(tenant=self.principal.tenant, limit=_PEOPLE)
        return [one for one in found.items if one.locked_at is None and Scope.REVIEW in ROLE_SCOPES[one.role]]


RoundsDep = Annotated[Rounds, Depends(Rounds)]


@router.get("/review", dependencies=[needs(Scope.DRAFT)])
async def rounds(rounds: RoundsDep) -> Response:
    """The latest rounds with one's own progress; agents go on to their own replies."""
    if not rounds.page.may("review"):
        return RedirectResponse("/review/own", status_code=303)
    return await rounds.show()


@router.post("/console/review/rounds", dependencies=[needs(Scope.ADMIN)])
async def make(request: Request, rounds: RoundsDep) -> Response:
    """Start a round."""
    form = await request.form()
    try:
        made = await rounds.reviews.make_round(_new_round(form), by=rounds.principal)
    except RifqError as error:
        return await rounds.show(error, form)
    return RedirectResponse(f"/review#round-{made.id}", status_code=303)


@router.get("/review/{id}/close", dependencies=[needs(Scope.ADMIN)])
async def ask_to_close(id: str, rounds: RoundsDep) -> Response:  # noqa: A002 - the path's name
    """Ask before a round is closed: it cannot be opened again."""
    try:
        shown = await rounds.store.get(id, by=rounds.principal)
    except RifqError as error:
        return failed(rounds.page, error)
    if shown.closed_at is not None:
        return RedirectResponse("/review", status_code=303)
    return rounds.page.render("review_close.html", round=shown)


@router.post("/console/review/rounds/{id}/close", dependencies=[needs(Scope.ADMIN)])
async def close(id: str, rounds: RoundsDep) -> Response:  # noqa: A002 - the path's name
    """Close a round: nobody reads in it any more, and its readers see how far they agree."""
    try:
        await rounds.store.close(id, by=rounds.principal)
    except RifqError as error:
        return await rounds.show(error)
    return RedirectResponse("/review", status_code=303)


def _new_round(form: FormData) -> NewRound:
    kind, _, target = text(form, "what").partition(".")
    since, until = text(form, "since"), text(form, "until")
    return build(
        NewRound,
        name=text(form, "name"),
        kind=kind,
        target=target,
        reviewers=tuple(value for value in form.getlist("reviewer") if isinstance(value, str)),
        readers=text(form, "readers") or 1,
        second_share=_share(form, "second"),
        share=_share(form, "share"),
        limit=text(form, "limit") or 100,
        since=f"{since}T00:00:00Z" if since else None,
        until=f"{until}T00:00:00Z" if until else None,
    )


def _faulty(error: RifqError | None) -> str | None:
    """Return the field of the form that is at fault; None where an empty round says itself what was left out."""
    if error is None or error.field is None or isinstance(error, NothingToReadError):
        return None
    name = _FIELDS.get(error.field, error.field)
    return name if name in {*_FRESH, "reviewers"} else None


def _share(form: FormData, name: str) -> float:
    try:
        return float(text(form, name) or 0) / 100
    except ValueError as error:
        msg = "A share is a number of percent."
        raise InputError(msg, field=name) from error
