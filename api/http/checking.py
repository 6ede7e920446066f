"""``/v1/check`` and ``/v1/drafts/{id}/check``: a reply judged before, or after, it is sent."""

from typing import Annotated

from fastapi import APIRouter, Body, Request

from api.access.principal import Scope
from api.checking import CheckBody, CheckedReply, ReplyBody, check_reply, check_stored
from api.http import examples
from api.http.batches import BatchAnswer, CheckBatch, each
from api.http.dependencies import CopilotDep, needs, own
from api.http.strict import StrictRoute

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["checks"], dependencies=[needs(Scope.DRAFT)])


@router.post("/drafts/{id}/check", summary="Check what an agent made of a draft")
async def check_draft(
    id: str,  # noqa: A002 - the path's name
    body: Annotated[ReplyBody, Body(openapi_examples=examples.CHECK_DRAFT)],
    copilot: CopilotDep,
) -> CheckedReply:
    """Find what should not go out as it is, each with its place, what to do, and a safe edit where there is one.

    Unsupported facts and promises, changed meaning, missing steps, wrong tone or language, leaked data, obeyed
    instructions. Nothing is stored.
    """
    return await check_stored(copilot, await copilot.drafts.get(id, tenant=copilot.tenant), body)


@router.post("/check", summary="Check a reply to a message")
async def check(body: Annotated[CheckBody, Body(openapi_examples=examples.CHECK)], copilot: CopilotDep) -> CheckedReply:
    """The same for a reply of which no draft is stored, such as one that was sent; nothing is stored."""
    return await check_reply(copilot, own(body.message(), copilot.tenant), body.answered())


@router.post("/check/batch", summary="Check several replies")
async def check_many(
    body: Annotated[CheckBatch, Body(openapi_examples=examples.CHECK_BATCH)], copilot: CopilotDep, request: Request
) -> BatchAnswer[CheckedReply]:
    """Each reply has what was found in it or its problem, in order; nothing is stored."""

    async def run(bodies: list[CheckBody]) -> list[CheckedReply]:
        return [await check_reply(copilot, own(one.message(), copilot.tenant), one.answered()) for one in bodies]

    def prepare(one: CheckBody) -> CheckBody:
        own(one.message(), copilot.tenant)
        return one

    return await each(body.replies, CheckBody, prepare, run, request=request)
