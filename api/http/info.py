"""``/v1/version``, ``/v1/policy`` and ``/openapi.json``: what a caller talks to."""

import asyncio

from fastapi import APIRouter, Request, Response, Security

from api.http.conditions import ETAG_HEADER, NOT_MODIFIED, IfNoneMatch, tagged
from api.http.dependencies import CopilotDep, principal_of
from api.http.document import VERSION, as_text
from api.http.strict import StrictRoute
from inference.types import Channel, LanguageCode, Record

router = APIRouter(route_class=StrictRoute, tags=["service"])


class Versions(Record):
    """What answers."""

    service: str
    api: str
    model: str
    model_revision: str
    policy_revision: str
    index_generation: str


class PolicySummary(Record):
    """What of the policy in force a calling system needs to know."""

    revision: str
    languages: tuple[LanguageCode, ...]
    default_language: LanguageCode
    channels: tuple[Channel, ...]


@router.get("/v1/version", summary="Name the versions", dependencies=[Security(principal_of)])
async def read_version(copilot: CopilotDep) -> Versions:
    """The service's version and the revisions that its answers would carry now."""
    return Versions(
        service=VERSION,
        api="v1",
        model=copilot.model,
        model_revision=copilot.model_revision,
        policy_revision=copilot.policy.revision,
        index_generation=copilot.knowledge.generation,
    )


@router.get(
    "/v1/policy",
    summary="Sum up the policy in force",
    response_model=PolicySummary,
    responses={200: {"headers": ETAG_HEADER}, 304: NOT_MODIFIED},
    dependencies=[Security(principal_of)],
)
async def read_policy(copilot: CopilotDep, if_none_match: IfNoneMatch = None) -> Response:
    """The revision and the languages and channels that drafts are made for; asked with its ``ETag``, 304 while so."""
    policy = copilot.policy
    summary = PolicySummary(
        revision=policy.revision,
        languages=policy.languages,
        default_language=policy.default_language,
        channels=tuple(Channel),
    )
    return tagged(summary, if_none_match=if_none_match)


@router.get("/openapi.json", include_in_schema=False)
async def read_document(request: Request, if_none_match: IfNoneMatch = None) -> Response:
    """The OpenAPI document; read anew it costs nothing while it is the same."""
    document = await asyncio.to_thread(request.app.openapi)  # made once, which takes a while
    return tagged(as_text(document), if_none_match=if_none_match)
