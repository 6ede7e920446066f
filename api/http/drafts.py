"""``/v1/drafts``: a reply for an agent, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Body

from api.access.principal import Scope
from api.drafts import GivenFeedback, StoredDraft
from api.http import examples
from api.http.bodies import AgainBody
from api.http.dependencies import CopilotDep, needs, own
from api.http.strict import StrictRoute
from inference.types import Feedback, Message

router = APIRouter(prefix="/v1/drafts", route_class=StrictRoute, tags=["drafts"], dependencies=[needs(Scope.DRAFT)])


@router.post("", status_code=201, summary="Draft a reply")
async def create_draft(
    message: Annotated[Message, Body(openapi_examples=examples.DRAFT)], copilot: CopilotDep
) -> StoredDraft:
    """A reply for an agent to accept, edit or reject, stored with everything that it was made from.

    The message is kept without bidi controls; the spans of the analysis point into the text as returned here.
    """
    return await copilot.propose(own(message, copilot.tenant))


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
    """Shorter, warmer, simpler, or in another language: a new draft of the same message, beside the first."""
    return await copilot.propose_again(id, wish=wanted.wish, language=wanted.language)


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
