"""``/v1/resolutions``: the knowledge base, one resolution at a time (files go through ``rifq import``)."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.access.principal import Scope
from api.http import examples
from api.http.bodies import DETECT, NewResolution, ResolutionPage, RetirementBody, VerificationBody
from api.http.cursors import make_cursor, read_cursor
from api.http.dependencies import CopilotDep, check_tenant, needs
from api.http.strict import StrictRoute
from inference.language import detect
from inference.types import Freshness, LanguageCode, Resolution
from models.errors import InputError

router = APIRouter(
    prefix="/v1/resolutions", route_class=StrictRoute, tags=["resolutions"], dependencies=[needs(Scope.KNOWLEDGE)]
)
ResolutionField = Annotated[NewResolution, Body(openapi_examples=examples.RESOLUTION)]


@router.post("", status_code=201, summary="Add a resolution")
async def create(body: ResolutionField, copilot: CopilotDep) -> Resolution:
    """Store a new resolution; without verification, no draft rests on it until it is verified."""
    stored = await copilot.resolutions.add(_resolution(body, copilot.tenant))
    await copilot.keeper.catch_up()
    return stored


@router.get("", summary="List resolutions")
async def list_(
    copilot: CopilotDep,
    *,
    cursor: Annotated[str | None, Query(max_length=2_000, description="``next`` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    language: Annotated[LanguageCode | None, Query()] = None,
    product: Annotated[str | None, Query(max_length=100)] = None,
    tag: Annotated[str | None, Query(max_length=100)] = None,
    freshness: Annotated[Freshness | None, Query()] = None,
) -> ResolutionPage:
    """Resolutions in the order of their ids; all filters are met at once."""
    page = await copilot.resolutions.list(
        tenant=copilot.tenant,
        after=read_cursor(cursor),
        limit=limit,
        language=language,
        product=product,
        tag=tag,
        freshness=freshness,
        today=copilot.today(),
    )
    return ResolutionPage(items=page.items, next=make_cursor(page.next))


# Before the addresses of single resolutions, whose ids may hold slashes.
@router.post("/{id:path}/verify", summary="Verify a resolution")
async def verify(
    id: str,  # noqa: A002 - the path's name
    body: Annotated[VerificationBody, Body(openapi_examples=examples.VERIFICATION)],
    copilot: CopilotDep,
) -> Resolution:
    """Record that a person checked the resolution today, and when it is due again."""
    today = copilot.today()
    verified = await copilot.resolutions.verify(
        id, by=body.by, on=today, review_by=_review_day(body, today), tenant=copilot.tenant
    )
    await copilot.keeper.catch_up()
    return verified


@router.post("/{id:path}/retire", summary="Retire a resolution")
async def retire(
    id: str,  # noqa: A002 - the path's name
    body: Annotated[RetirementBody, Body(openapi_examples=examples.RETIREMENT)],
    copilot: CopilotDep,
) -> Resolution:
    """Take the resolution out of use: no search finds it and no import brings it back; it stays readable."""
    retired = await copilot.resolutions.retire(
        id, by=body.by, reason=body.reason, on=copilot.today(), tenant=copilot.tenant
    )
    await copilot.keeper.catch_up()
    return retired


@router.post("/{id:path}/restore", summary="Restore a retired resolution")
async def restore(id: str, copilot: CopilotDep) -> Resolution:  # noqa: A002 - the path's name
    """Take a retired resolution back as a draft, which must be verified before a reply rests on it."""
    restored = await copilot.resolutions.restore(id, tenant=copilot.tenant)
    await copilot.keeper.catch_up()
    return restored


@router.get("/{id:path}", summary="Read a resolution")
async def read(id: str, copilot: CopilotDep) -> Resolution:  # noqa: A002 - the path's name
    """One resolution as stored."""
    return await copilot.resolutions.get(id, tenant=copilot.tenant)


@router.put("/{id:path}", summary="Replace a resolution")
async def replace(id: str, body: ResolutionField, copilot: CopilotDep) -> Resolution:  # noqa: A002 - the path's name
    """Overwrite all fields, verification included: what is left out is gone.

    Whether it is retired or sent back to review changes through ``retire``, ``restore`` and ``verify`` only.
    """
    if "id" in body.model_fields_set and body.id != id:
        msg = f"The body's id is '{body.id}', the address says '{id}': leave it out of the body."
        raise InputError(msg, field="id")
    resolution = _resolution(body, copilot.tenant).model_copy(update={"id": id})
    stored = await copilot.resolutions.replace(resolution)
    await copilot.keeper.catch_up()
    return stored


@router.delete("/{id:path}", status_code=204, summary="Delete a resolution")
async def delete(id: str, copilot: CopilotDep) -> None:  # noqa: A002 - the path's name
    """Delete the resolution for good; drafts keep the text that they cited."""
    await copilot.resolutions.delete(id, tenant=copilot.tenant)
    await copilot.keeper.catch_up()


def _resolution(body: NewResolution, tenant: str) -> Resolution:
    check_tenant(body.tenant, tenant)
    language = body.language if body.language != DETECT else detect(f"{body.problem}\n{body.answer}").language
    values = {name: getattr(body, name) for name in Resolution.model_fields}
    written = {"tenant": tenant, "language": language, "sent_back": None, "retired": None}
    return Resolution.model_validate(values | written)


def _review_day(body: VerificationBody, today: date) -> date:
    if body.review_by is not None:
        return body.review_by
    return today + timedelta(days=body.review_in_days or 0)
