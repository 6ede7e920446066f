"""``/v1/reviews``: rounds of human review, what is read in them, and what it comes to.

Reviewers are blind: until they have submitted, no answer tells them who or what wrote a reply, what the checks found,
or what others say. Making and closing rounds, imports and who is which agent need ``admin``; everything a reviewer, an
adjudicator or a lead does needs ``review``. What agents see and appeal against is in ``review_appeals``.
"""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from fastapi.responses import Response

from api.access.principal import Scope
from api.drafts import storable
from api.http import review_appeals
from api.http import review_examples as examples
from api.http.conditions import ETAG_HEADER, NOT_MODIFIED, IfNoneMatch, tagged
from api.http.cursors import CursorParameter, LimitParameter, make_cursor, read_cursor, read_number
from api.http.dependencies import FIGURES, CopilotDep, PrincipalDep, needs
from api.http.keyed import KeyedRoute
from api.review import (
    AgentIdentity,
    AgentList,
    Answer,
    Dispute,
    DisputePage,
    ImportedPage,
    ImportReport,
    NewImport,
    NewRound,
    NewVerdict,
    Next,
    Round,
    RoundAgreement,
    RoundExport,
    RoundPage,
    Saved,
    Sheet,
    SheetPage,
    as_csv,
)

_PREFIX = "/v1/reviews"
_TAGGED: dict[int | str, dict[str, Any]] = {200: {"headers": ETAG_HEADER}, 304: NOT_MODIFIED}
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"description": "One line a score.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
reading = APIRouter(prefix=_PREFIX, route_class=KeyedRoute, tags=["reviews"], dependencies=[needs(Scope.REVIEW)])
counting = APIRouter(
    prefix=_PREFIX, route_class=KeyedRoute, tags=["reviews"], dependencies=[needs(Scope.REVIEW), FIGURES]
)
leading = APIRouter(prefix=_PREFIX, route_class=KeyedRoute, tags=["reviews"], dependencies=[needs(Scope.ADMIN)])
router = APIRouter()
AnswerBody = Annotated[Answer, Body(openapi_examples=examples.ANSWER)]


@leading.post("/rounds", status_code=201, summary="Make a round")
async def make_round(
    new: Annotated[NewRound, Body(openapi_examples=examples.ROUND)], copilot: CopilotDep, principal: PrincipalDep
) -> Round:
    """Drawn are all complaints and cases of fraud, self-harm, a regulator or the law, and a share of the rest."""
    return await copilot.reviews.make_round(storable(new), by=principal)


@reading.get("/rounds", summary="List rounds")
async def list_rounds(
    copilot: CopilotDep,
    principal: PrincipalDep,
    *,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
    open: Annotated[bool | None, Query(description="Only those that are open, or are not.")] = None,  # noqa: A002 - the contract's name
) -> RoundPage:
    """Rounds, the newest first."""
    page = await copilot.reviews.rounds.list(by=principal, open=open, after=read_cursor(cursor), limit=limit)
    return page.model_copy(update={"next": make_cursor(page.next)})


@reading.get("/rounds/{id}", summary="Read a round", response_model=Round, responses=_TAGGED)
async def read_round(
    id: str,  # noqa: A002 - the path's name
    copilot: CopilotDep,
    principal: PrincipalDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """A round with its own rubric, how its items were drawn, and how far everybody is."""
    return tagged(await copilot.reviews.rounds.get(id, by=principal), if_none_match=if_none_match)


@leading.post("/rounds/{id}/close", summary="Close a round")
async def close_round(id: str, copilot: CopilotDep, principal: PrincipalDep) -> Round:  # noqa: A002 - as above
    """Nobody reads on; results open to all reviewers, and agents see the scores of their own replies."""
    return await copilot.reviews.rounds.close(id, by=principal)


@reading.post("/rounds/{id}/next", summary="Take the next item")
async def next_item(
    id: str,  # noqa: A002 - as above
    copilot: CopilotDep,
    principal: PrincipalDep,
    *,
    more: Annotated[bool, Query(description="Go on beyond one's share.")] = False,
) -> Next:
    """First what one has begun; else the item that fewest have read. Its place is held for half an hour."""
    return await copilot.reviews.desk.next(id, by=principal, more=more)


@reading.get("/rounds/{id}/mine", summary="List what one has read")
async def list_mine(
    id: str,  # noqa: A002 - as above
    copilot: CopilotDep,
    principal: PrincipalDep,
    *,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
) -> SheetPage:
    """The items that one has begun or submitted, by number."""
    page = await copilot.reviews.desk.mine(id, by=principal, after=read_number(cursor, 0), limit=limit)
    return page.model_copy(update={"next": make_cursor(page.next)})


@reading.get("/items/{id}", summary="Read an item", response_model=Sheet, responses=_TAGGED)
async def read_item(
    id: str,  # noqa: A002 - as above
    copilot: CopilotDep,
    principal: PrincipalDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Blind to whoever may still read it; to others with all that stands behind it."""
    return tagged(await copilot.reviews.desk.get(id, by=principal), if_none_match=if_none_match)


@reading.put("/items/{id}/answer", summary="Keep an unfinished answer")
async def save_answer(id: str, answer: AnswerBody, copilot: CopilotDep, principal: PrincipalDep) -> Saved:  # noqa: A002 - as above
    """What is missing may stay out; the item's place is held for a day longer."""
    return await copilot.reviews.desk.save(id, storable(answer), by=principal)


@reading.post("/items/{id}/submit", summary="Submit an answer")
async def submit_answer(id: str, answer: AnswerBody, copilot: CopilotDep, principal: PrincipalDep) -> Sheet:  # noqa: A002 - as above
    """For good: the same answer again changes nothing, another one is refused (409). The item comes back revealed."""
    return await copilot.reviews.desk.submit(id, storable(answer), by=principal)


@reading.post("/items/{id}/skip", status_code=204, summary="Give an item back")
async def skip_item(id: str, copilot: CopilotDep, principal: PrincipalDep) -> None:  # noqa: A002 - as above
    """Somebody else is given it; what was saved of one's answer is gone."""
    await copilot.reviews.desk.skip(id, by=principal)


@counting.get("/rounds/{id}/disputes", summary="List what reviewers differ on")
async def list_disputes(
    id: str,  # noqa: A002 - as above
    copilot: CopilotDep,
    principal: PrincipalDep,
    *,
    cursor: CursorParameter = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Most items of the page.")] = 50,
) -> DisputePage:
    """Items that wait for a verdict of somebody who is not among their reviewers."""
    page = await copilot.reviews.disputes.list(id, by=principal, after=read_number(cursor, 0), limit=limit)
    return page.model_copy(update={"next": make_cursor(page.next)})


@reading.post("/items/{id}/verdict", summary="Settle an item")
async def settle_item(
    id: str,  # noqa: A002 - as above
    verdict: Annotated[NewVerdict, Body(openapi_examples=examples.VERDICT)],
    copilot: CopilotDep,
    principal: PrincipalDep,
) -> Dispute:
    """The adjudicator's card counts from now on; the reviewers' stay as they are."""
    return await copilot.reviews.disputes.settle(id, storable(verdict), by=principal)


@counting.get("/rounds/{id}/agreement", summary="Measure a round's agreement")
async def measure_agreement(
    id: str,  # noqa: A002 - as above
    copilot: CopilotDep,
    principal: PrincipalDep,
    *,
    seed: Annotated[int, Query(ge=0, le=2**31 - 1, description="Of the intervals.")] = 0,
) -> RoundAgreement:
    """Among people, and of the checks with them, with intervals. Of an open round not for those who may still read."""
    return await copilot.reviews.results.agreement(id, by=principal, seed=seed)


@counting.get("/rounds/{id}/export", summary="Export a round")
async def export_round(id: str, copilot: CopilotDep, principal: PrincipalDep) -> RoundExport:  # noqa: A002 - as above
    """Everything that was said, without the customers' words. Of an open round not for those who may still read."""
    return await copilot.reviews.results.export(id, by=principal)


@counting.get("/rounds/{id}/scores.csv", summary="Export a round's scores", response_class=Response, responses=_CSV)
async def export_scores(
    id: str,  # noqa: A002 - as above
    copilot: CopilotDep,
    principal: PrincipalDep,
    *,
    bom: Annotated[bool, Query(description="Begin with a byte order mark, by which Excel knows UTF-8.")] = False,
) -> Response:
    """One line a score; text that a spreadsheet would take for a formula is made safe."""
    export = await copilot.reviews.results.export(id, by=principal)
    headers = {"Content-Disposition": 'attachment; filename="scores.csv"', "Cache-Control": "no-store"}
    return Response(await asyncio.to_thread(as_csv, export, bom=bom), headers=headers, media_type="text/csv")


@leading.get("/agents", summary="List who is which agent")
async def list_agents(copilot: CopilotDep, principal: PrincipalDep) -> AgentList:
    """All agents of helpdesks of whom it is known who they are."""
    return await copilot.reviews.agents.list(by=principal)


@leading.put("/agents", summary="Say who an agent is")
async def set_agent(
    given: Annotated[AgentIdentity, Body(openapi_examples=examples.AGENT)], copilot: CopilotDep, principal: PrincipalDep
) -> AgentIdentity:
    """They are never given their own replies, may appeal against their scores, and their names are hidden."""
    return await copilot.reviews.set_agent(storable(given), by=principal)


@leading.delete("/agents/{connection}/{agent:path}", status_code=204, summary="Forget who an agent is")
async def remove_agent(connection: str, agent: str, copilot: CopilotDep, principal: PrincipalDep) -> None:
    """What was reviewed meanwhile stays."""
    await copilot.reviews.agents.remove(connection, agent, by=principal)


@leading.post("/imports", summary="Import quality scores")
async def import_scores(
    new: Annotated[NewImport, Body(openapi_examples=examples.IMPORT)], copilot: CopilotDep, principal: PrincipalDep
) -> ImportReport:
    """All lines, or none where one is at fault; the same file again changes nothing. Nothing is converted."""
    return await copilot.reviews.imports.add(new.csv, storable(new.columns), by=principal)


@reading.get("/imports", summary="List imported scores")
async def list_imports(
    copilot: CopilotDep,
    principal: PrincipalDep,
    *,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
    rubric: Annotated[str | None, Query(max_length=80, description="The name that they are kept under.")] = None,
) -> ImportedPage:
    """Scores that were given elsewhere, by rubric and id."""
    page = await copilot.reviews.imports.list(by=principal, rubric=rubric, after=read_cursor(cursor), limit=limit)
    return page.model_copy(update={"next": make_cursor(page.next)})


for part in (reading, counting, leading, review_appeals.router):
    router.include_router(part)
