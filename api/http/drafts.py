"""``/v1/drafts``: a reply for an agent, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request

from api.access.principal import Scope
from api.drafts import GivenFeedback, StoredDraft, storable
from api.http import examples
from api.http.batches import BatchAnswer, DraftBatch, each
from api.http.bodies import AgainBody, Moment
from api.http.cursors import CursorParameter, LimitParameter, make_cursor, read_cursor
from api.http.dependencies import CopilotDep, needs, own
from api.http.keyed import KeyedRoute
from api.listing import Became, DraftFilter, DraftPage, FeedbackPage, list_drafts, list_feedback
from inference.types import Channel, Feedback, Identifier, Message, Status, Verdict

router = APIRouter(prefix="/v1/drafts", route_class=KeyedRoute, tags=["drafts"], dependencies=[needs(Scope.DRAFT)])


@router.post("", status_code=201, summary="Draft a reply")
async def create_draft(
    message: Annotated[Message, Body(openapi_examples=examples.DRAFT)], copilot: CopilotDep
) -> StoredDraft:
    """A reply for an agent to accept, edit or reject, stored with everything that it was made from.

    The message is kept without bidi controls; the spans of the analysis point into the text as returned here.
    """
    return await copilot.propose(own(message, copilot.tenant))


@router.get("", summary="List drafts")
async def list_stored_drafts(
    copilot: CopilotDep,
    *,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
    status: Annotated[Status | None, Query()] = None,
    since: Annotated[Moment | None, Query(description="Made at this moment or later; UTC without an offset.")] = None,
    until: Annotated[Moment | None, Query(description="Made before this moment.")] = None,
    conversation: Annotated[Identifier | None, Query(description="The helpdesk's id of a conversation.")] = None,
    urgent: Annotated[bool | None, Query()] = None,
    channel: Annotated[Channel | None, Query()] = None,
    verdict: Annotated[Became | None, Query(description="The last one given; ``none`` for drafts without any.")] = None,
) -> DraftPage:
    """Summaries, newest first; all filters are met at once. A draft made meanwhile moves none to another page."""
    wanted = DraftFilter(
        status=status,
        since=since,
        until=until,
        conversation=conversation,
        channel=channel,
        urgent=urgent,
        became=verdict,
    )
    page = await list_drafts(copilot.database, wanted, tenant=copilot.tenant, after=read_cursor(cursor), limit=limit)
    return page.model_copy(update={"next": make_cursor(page.next)})


@router.post("/batch", summary="Draft replies to several messages")
async def create_drafts(
    body: Annotated[DraftBatch, Body(openapi_examples=examples.DRAFT_BATCH)], copilot: CopilotDep, request: Request
) -> BatchAnswer[StoredDraft]:
    """Each message has its draft or its problem, in order; all drafts are stored in one transaction."""

    async def run(messages: list[Message]) -> list[StoredDraft]:
        return await copilot.propose_many(messages)

    return await each(
        body.messages, Message, lambda message: storable(own(message, copilot.tenant)), run, request=request, done=201
    )


@router.post(
    "/{id}/again",
    status_code=201,
    summary="Draft the reply again, differently",
)
async def draft_again(
    id: str,  # noqa: A002 - the path's name
    wanted: Annotated[AgainBody, Body(openapi_examples=examples.AGAIN)],
    copilot: CopilotDep,
) -> StoredDraft:
    """Shorter, warmer, simpler, in another language, or from another resolution: a new draft beside the first."""
    return await copilot.propose_again(id, wish=wanted.wish, language=wanted.language, source=wanted.source)


@router.get("/{id}", summary="Read a draft and its feedback")
async def read_draft(id: str, copilot: CopilotDep) -> StoredDraft:  # noqa: A002 - the path's name
    """The draft as it was acknowledged, with the texts of the sources that it used."""
    return await copilot.drafts.get(id, tenant=copilot.tenant)


@router.post(
    "/{id}/feedback",
    status_code=201,
    summary="Say what became of a draft",
)
async def give_feedback(
    id: str,  # noqa: A002 - the path's name
    feedback: Annotated[Feedback, Body(openapi_examples=examples.FEEDBACK)],
    copilot: CopilotDep,
) -> GivenFeedback:
    """Accepted, edited (with the text that was sent) or rejected; several may be given, the last one counts.

    What is rejected repeatedly as incorrect or outdated sends the resolution behind it back to review.
    """
    return await copilot.give_feedback(id, feedback)


feedback_router = APIRouter(
    prefix="/v1/feedback", route_class=KeyedRoute, tags=["drafts"], dependencies=[needs(Scope.REVIEW)]
)


@feedback_router.get("", summary="List what became of drafts")
async def list_given_feedback(
    copilot: CopilotDep,
    *,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
    verdict: Annotated[Verdict | None, Query()] = None,
    since: Annotated[Moment | None, Query(description="Given at this moment or later; UTC without an offset.")] = None,
    until: Annotated[Moment | None, Query(description="Given before this moment.")] = None,
) -> FeedbackPage:
    """Verdicts, newest first, each with the id of its draft; several may be of one draft, the newest counts."""
    page = await list_feedback(
        copilot.database,
        tenant=copilot.tenant,
        verdict=verdict,
        since=since,
        until=until,
        after=read_cursor(cursor),
        limit=limit,
    )
    return page.model_copy(update={"next": make_cursor(page.next)})
