"""``/v1/resolutions``: the knowledge base, one resolution at a time or many at once."""

import asyncio
import json
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response

from api.access.principal import Scope
from api.http import examples
from api.http.bodies import DETECT, NewResolution, ResolutionPage, RetirementBody, VerificationBody
from api.http.conditions import ETAG_HEADER, NOT_MODIFIED, IfMatch, IfNoneMatch, tag_of, tagged, unchanged_since
from api.http.cursors import CursorParameter, LimitParameter, make_cursor, read_cursor
from api.http.dependencies import CopilotDep, check_tenant, needs
from api.http.keyed import KeyedRoute
from api.http.problems import ProblemError
from api.idempotency import taken_over
from inference.language import detect
from inference.types import Freshness, LanguageCode, Record, Resolution
from models.errors import ConflictError, InputError
from retrieval.clean import clean
from retrieval.importer import ImportReport, import_file

router = APIRouter(
    prefix="/v1/resolutions", route_class=KeyedRoute, tags=["resolutions"], dependencies=[needs(Scope.KNOWLEDGE)]
)
NDJSON = "application/x-ndjson"
_TAGGED: dict[int | str, dict[str, Any]] = {200: {"headers": ETAG_HEADER}}
ResolutionField = Annotated[NewResolution, Body(openapi_examples=examples.RESOLUTION)]


@router.post("", status_code=201, summary="Add a resolution", responses={201: {"headers": ETAG_HEADER}})
async def create(body: ResolutionField, copilot: CopilotDep, response: Response) -> Resolution:
    """Store a new resolution; without verification, no draft rests on it until it is verified."""
    resolution = _resolution(body, copilot.tenant)
    try:
        stored = await copilot.resolutions.add(resolution)
    except ConflictError:
        # Carried out before, and only the answer was lost?
        if not taken_over() or await copilot.resolutions.get(resolution.id, tenant=copilot.tenant) != clean(resolution):
            raise
        stored = clean(resolution)
    response.headers["ETag"] = tag_of(stored)
    await copilot.keeper.catch_up()
    return stored


@router.post(
    "/import",
    summary="Add or replace many resolutions",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "array", "items": {"type": "object"}, "minItems": 1},
                    "examples": examples.IMPORT,
                },
                NDJSON: {"schema": {"type": "string"}, "example": examples.IMPORT_LINES},
            },
        }
    },
)
async def import_many(request: Request, copilot: CopilotDep) -> ImportReport:
    """A JSON list, or one JSON object a line (`application/x-ndjson`): good ones are kept, bad ones reported by line.

    The report is that of `rifq import`: sending the same again changes nothing, and never undoes a verification.
    """
    lines = await _lines(request)
    # The importer reads files: one reader for both ways in, with one report.
    with tempfile.NamedTemporaryFile(suffix=".ndjson") as file:
        await asyncio.to_thread(_write, file, lines)
        report = await import_file(Path(file.name), copilot.resolutions, tenant=copilot.tenant, today=copilot.today())
    await copilot.keeper.catch_up()
    return report


@router.get("", summary="List resolutions")
async def list_(
    copilot: CopilotDep,
    *,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
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
@router.post("/{id:path}/verify", summary="Verify a resolution", response_model=Resolution, responses=_TAGGED)
async def verify(
    id: str,  # noqa: A002 - the path's name
    body: Annotated[VerificationBody, Body(openapi_examples=examples.VERIFICATION)],
    copilot: CopilotDep,
    if_match: IfMatch = None,
) -> Response:
    """Record that a person checked the resolution today, and when it is due again."""
    today = copilot.today()
    verified = await copilot.resolutions.verify(
        id,
        by=body.by,
        on=today,
        review_by=_review_day(body, today),
        tenant=copilot.tenant,
        expecting=_unless_done(if_match),
    )
    await copilot.keeper.catch_up()
    return tagged(verified)


@router.post("/{id:path}/retire", summary="Retire a resolution", response_model=Resolution, responses=_TAGGED)
async def retire(
    id: str,  # noqa: A002 - the path's name
    body: Annotated[RetirementBody, Body(openapi_examples=examples.RETIREMENT)],
    copilot: CopilotDep,
    if_match: IfMatch = None,
) -> Response:
    """Take the resolution out of use: no search finds it and no import brings it back; it stays readable."""
    try:
        retired = await copilot.resolutions.retire(
            id,
            by=body.by,
            reason=body.reason,
            on=copilot.today(),
            tenant=copilot.tenant,
            expecting=_unless_done(if_match),
        )
    except ConflictError:
        retired = await copilot.resolutions.get(id, tenant=copilot.tenant)
        if not taken_over() or retired.retired is None:
            raise
    await copilot.keeper.catch_up()
    return tagged(retired)


@router.post("/{id:path}/restore", summary="Restore a retired resolution", response_model=Resolution, responses=_TAGGED)
async def restore(id: str, copilot: CopilotDep, if_match: IfMatch = None) -> Response:  # noqa: A002 - the path's name
    """Take a retired resolution back as a draft, which must be verified before a reply rests on it."""
    try:
        restored = await copilot.resolutions.restore(id, tenant=copilot.tenant, expecting=_unless_done(if_match))
    except ConflictError:
        restored = await copilot.resolutions.get(id, tenant=copilot.tenant)
        if not taken_over() or restored.retired is not None:
            raise
    await copilot.keeper.catch_up()
    return tagged(restored)


@router.get(
    "/{id:path}", summary="Read a resolution", response_model=Resolution, responses={**_TAGGED, 304: NOT_MODIFIED}
)
async def read(id: str, copilot: CopilotDep, if_none_match: IfNoneMatch = None) -> Response:  # noqa: A002 - as above
    """One resolution as stored, with the ``ETag`` of this state."""
    return tagged(await copilot.resolutions.get(id, tenant=copilot.tenant), if_none_match=if_none_match)


@router.put("/{id:path}", summary="Replace a resolution", response_model=Resolution, responses=_TAGGED)
async def replace(
    id: str,  # noqa: A002 - the path's name
    body: ResolutionField,
    copilot: CopilotDep,
    if_match: IfMatch = None,
) -> Response:
    """Overwrite all fields, verification included: what is left out is gone.

    Whether it is retired or sent back to review changes through ``retire``, ``restore`` and ``verify`` only.
    """
    if "id" in body.model_fields_set and body.id != id:
        msg = f"The body's id is '{body.id}', the address says '{id}': leave it out of the body."
        raise InputError(msg, field="id")
    resolution = _resolution(body, copilot.tenant).model_copy(update={"id": id})
    stored = await copilot.resolutions.replace(resolution, expecting=unchanged_since(if_match))
    await copilot.keeper.catch_up()
    return tagged(stored)


@router.delete("/{id:path}", status_code=204, summary="Delete a resolution")
async def delete(id: str, copilot: CopilotDep, if_match: IfMatch = None) -> None:  # noqa: A002 - the path's name
    """Delete the resolution for good; drafts keep the text that they cited."""
    await copilot.resolutions.delete(id, tenant=copilot.tenant, expecting=unchanged_since(if_match))
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


def _unless_done(if_match: str | None) -> Callable[[Record], None] | None:
    """Return the caller's condition; none for a request that may have changed the state itself already."""
    return None if taken_over() else unchanged_since(if_match)


async def _lines(request: Request) -> bytes:
    """Return the body's resolutions, one JSON object a line."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == NDJSON:
        return await request.body()
    if kind != "application/json":
        detail = f"Send a JSON list as application/json, or one JSON object a line as {NDJSON}."
        raise ProblemError(415, "not_json", detail)
    given = await request.json()
    if not isinstance(given, list) or not given:
        msg = "Send a list of resolutions, at least one."
        raise InputError(msg)
    return "\n".join(json.dumps(item, ensure_ascii=False) for item in given).encode()


def _write(file: IO[bytes], lines: bytes) -> None:
    file.write(lines)
    file.flush()
