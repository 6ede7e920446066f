"""``/v1/analyze``, ``/v1/search`` and ``/v1/drafts``."""

from typing import Annotated

from fastapi import APIRouter, Body

from api.drafts import GivenFeedback, StoredDraft
from api.http import examples
from api.http.bodies import (
    AgainBody,
    AnalyzeBody,
    ManyAnalyses,
    MessageBatch,
    OneAnalysis,
    PublishedHit,
    SearchAnswer,
    SearchBody,
)
from api.http.dependencies import CopilotDep, own
from api.http.strict import StrictRoute
from inference.types import Feedback, Message

router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.post("/analyze", tags=["inference"], summary="Say how customers feel")
async def analyze(
    body: Annotated[AnalyzeBody, Body(openapi_examples=examples.ANALYZE)], copilot: CopilotDep
) -> OneAnalysis | ManyAnalyses:
    """Language, sentiment, anger with its evidence, and signals: of one message, or of up to 64 in their order."""
    if isinstance(body, MessageBatch):
        found = await copilot.analyze([own(message, copilot.tenant) for message in body.messages])
        return ManyAnalyses(analyses=tuple(found))
    return OneAnalysis(analysis=(await copilot.analyze([own(body, copilot.tenant)]))[0])


@router.post("/search", tags=["inference"], summary="Find how such problems were solved")
async def search(
    body: Annotated[SearchBody, Body(openapi_examples=examples.SEARCH)], copilot: CopilotDep
) -> SearchAnswer:
    """The k best resolutions (all, where there are fewer), always; ``answerable`` says whether to rely on them."""
    message = own(body.message(), copilot.tenant)
    found = (await copilot.search([message], k=body.k, tags=body.tags, languages=body.languages))[0]
    return SearchAnswer(
        hits=tuple(PublishedHit(id=hit.resolution.id, **dict(hit)) for hit in found.hits),
        relevance=found.relevance,
        answerable=found.answerable,
        generation=found.generation,
    )


@router.post("/drafts", status_code=201, tags=["drafts"], summary="Draft a reply")
async def create_draft(
    message: Annotated[Message, Body(openapi_examples=examples.DRAFT)], copilot: CopilotDep
) -> StoredDraft:
    """A reply for an agent to accept, edit or reject, stored with everything that it was made from.

    The message is kept without bidi controls; the spans of the analysis point into the text as returned here.
    """
    return await copilot.propose(own(message, copilot.tenant))


@router.post("/drafts/{id}/again", status_code=201, tags=["drafts"], summary="Draft the reply again, differently")
async def draft_again(
    id: str,  # noqa: A002 - the path's name
    wanted: Annotated[AgainBody, Body(openapi_examples=examples.AGAIN)],
    copilot: CopilotDep,
) -> StoredDraft:
    """Shorter, warmer, simpler, or in another language: a new draft of the same message, beside the first."""
    return await copilot.propose_again(id, wish=wanted.wish, language=wanted.language)


@router.get("/drafts/{id}", tags=["drafts"], summary="Read a draft and its feedback")
async def read_draft(id: str, copilot: CopilotDep) -> StoredDraft:  # noqa: A002 - the path's name
    """The draft as it was acknowledged, with the texts of the sources that it used."""
    return await copilot.drafts.get(id, tenant=copilot.tenant)


@router.post("/drafts/{id}/feedback", status_code=201, tags=["drafts"], summary="Say what became of a draft")
async def give_feedback(
    id: str,  # noqa: A002 - the path's name
    feedback: Annotated[Feedback, Body(openapi_examples=examples.FEEDBACK)],
    copilot: CopilotDep,
) -> GivenFeedback:
    """Accepted, edited (with the text that was sent) or rejected; several may be given, the last one counts.

    What is rejected repeatedly as incorrect or outdated sends the resolution behind it back to review.
    """
    return await copilot.give_feedback(id, feedback)
