"""``/v1/analyze`` and ``/v1/search``."""

from typing import Annotated

from fastapi import APIRouter, Body, Request

from api.access.principal import Scope
from api.copilot import Copilot
from api.http import examples
from api.http.batches import BatchAnswer, SearchBatch, each
from api.http.bodies import (
    AnalyzeBody,
    ManyAnalyses,
    MessageBatch,
    OneAnalysis,
    PublishedHit,
    SearchAnswer,
    SearchBody,
)
from api.http.dependencies import CopilotDep, needs, own
from api.http.strict import StrictRoute

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["inference"], dependencies=[needs(Scope.ANALYSE)])


@router.post("/analyze", summary="Say how customers feel")
async def analyze(
    body: Annotated[AnalyzeBody, Body(openapi_examples=examples.ANALYZE)], copilot: CopilotDep
) -> OneAnalysis | ManyAnalyses:
    """Language, sentiment, anger with its evidence, and signals: of one message, or of up to 64 in their order."""
    if isinstance(body, MessageBatch):
        found = await copilot.analyze([own(message, copilot.tenant) for message in body.messages])
        return ManyAnalyses(analyses=tuple(found))
    return OneAnalysis(analysis=(await copilot.analyze([own(body, copilot.tenant)]))[0])


@router.post("/search", summary="Find how such problems were solved")
async def search(
    body: Annotated[SearchBody, Body(openapi_examples=examples.SEARCH)], copilot: CopilotDep
) -> SearchAnswer:
    """The k best resolutions (all, where there are fewer), always; ``answerable`` says whether to rely on them."""
    return await _search(body, copilot)


@router.post("/search/batch", summary="Find how several such problems were solved")
async def search_many(
    body: Annotated[SearchBatch, Body(openapi_examples=examples.SEARCH_BATCH)], copilot: CopilotDep, request: Request
) -> BatchAnswer[SearchAnswer]:
    """Each message has its hits or its problem, in order."""

    async def run(bodies: list[SearchBody]) -> list[SearchAnswer]:
        return [await _search(one, copilot) for one in bodies]

    def prepare(one: SearchBody) -> SearchBody:
        own(one.message(), copilot.tenant)
        return one

    return await each(body.messages, SearchBody, prepare, run, request=request)


async def _search(body: SearchBody, copilot: Copilot) -> SearchAnswer:
    message = own(body.message(), copilot.tenant)
    found = (await copilot.search([message], k=body.k, tags=body.tags, languages=body.languages))[0]
    return SearchAnswer(
        hits=tuple(PublishedHit(id=hit.resolution.id, **dict(hit)) for hit in found.hits),
        relevance=found.relevance,
        answerable=found.answerable,
        generation=found.generation,
    )
