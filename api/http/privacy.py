"""``/v1/privacy``: what is held of a customer, erasing it with a receipt, and what may not be erased for now."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request

from api.access.audit import Action, record
from api.access.principal import Scope
from api.http.dependencies import CopilotDep, PrincipalDep, SettingsDep, TenantsDep, needs
from api.http.strict import StrictRoute
from api.privacy.erasing import Eraser, Preview
from api.privacy.export import Export, export
from api.privacy.holds import Hold, HoldStore, NewHold
from api.privacy.opening import open_eraser
from api.privacy.receipts import Receipt, stored_receipt, stored_receipts
from api.privacy.subject import Subject
from inference.types import Record

router = APIRouter(prefix="/v1/privacy", route_class=StrictRoute, tags=["privacy"], dependencies=[needs(Scope.ADMIN)])
_SUBJECT = {
    "customer": {
        "summary": "A customer of a helpdesk",
        "value": {"customers": ["zendesk-main:40217"], "emails": ["sara@example.com"], "phones": ["+966501234567"]},
    },
    "conversation": {"summary": "One conversation", "value": {"conversations": ["zendesk-main:5521"]}},
}


class ErasureBody(Subject):
    """Whose data is erased."""

    whole: bool = False
    """Take conversations and drafts in which a value stands for the customer's, instead of masking the value there."""

    @property
    def subject(self) -> Subject:
        """The customer alone."""
        return Subject.model_validate({name: getattr(self, name) for name in Subject.model_fields})


class ReceiptList(Record):
    """Receipts, the newest first."""

    items: tuple[Receipt, ...]


class HoldList(Record):
    """Holds, the oldest first."""

    items: tuple[Hold, ...]


def _eraser(request: Request, settings: SettingsDep, tenants: TenantsDep) -> Eraser:
    if not hasattr(request.app.state, "eraser"):
        request.app.state.eraser = open_eraser(settings, tenants)
    eraser: Eraser = request.app.state.eraser
    return eraser


EraserDep = Annotated[Eraser, Depends(_eraser)]
BodyDep = Annotated[ErasureBody, Body(openapi_examples=_SUBJECT)]


@router.post("/find", summary="Show what an erasure would remove")
async def find(body: BodyDep, eraser: EraserDep, copilot: CopilotDep) -> Preview:
    """Counts and ids, no text; nothing is changed."""
    return await eraser.preview(body.subject, tenant=copilot.tenant, whole=body.whole)


@router.post("/erasures", status_code=201, summary="Erase a customer's data")
async def erase(body: BodyDep, request: Request, eraser: EraserDep, principal: PrincipalDep) -> Receipt:
    """Removed from every table, index and file, searched for afterwards; the answer is the signed receipt.

    Refused with 409 while a legal hold or an open complaint keeps the data, with 404 where nothing is found.
    """
    request_id = request.state.request_id
    return await eraser.erase(body.subject, by=principal, whole=body.whole, request_id=request_id)


@router.get("/erasures", summary="List receipts of erasures")
async def receipts(
    tenants: TenantsDep, copilot: CopilotDep, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> ReceiptList:
    """The newest first."""
    return ReceiptList(items=await stored_receipts(tenants.database, tenant=copilot.tenant, limit=limit))


@router.get("/erasures/{id}", summary="Read a receipt")
async def receipt(id: str, tenants: TenantsDep, copilot: CopilotDep) -> Receipt:  # noqa: A002 - the path's name
    """What was removed where, when and by whom, and what stays."""
    return await stored_receipt(tenants.database, id, tenant=copilot.tenant)


@router.post("/exports", summary="Export what is held of a customer")
async def export_(body: BodyDep, request: Request, tenants: TenantsDep, principal: PrincipalDep) -> Export:
    """Every row that is the customer's, as JSON; of others' rows that name them, only where and how many."""
    tenant = principal.tenant
    found = await export(tenants.database, body.subject, tenant=tenant, whole=body.whole)
    rows = sum(len(table.rows) for table in found.tables)
    await record(
        tenants.database, principal, Action.EXPORT, request_id=request.state.request_id, details={"rows": rows}
    )
    return found


@router.post("/holds", status_code=201, summary="Hold a customer's data")
async def hold(
    new: Annotated[
        NewHold,
        Body(
            openapi_examples={"hold": {"value": {"kind": "customer", "value": "40217", "reason": "Court file 12/2025"}}}
        ),
    ],
    tenants: TenantsDep,
    principal: PrincipalDep,
) -> Hold:
    """Neither erasure nor retention removes it until the hold ends."""
    store = HoldStore(tenants.database, tenants.ledger.now)
    return await store.set(new, by=principal.actor, tenant=principal.tenant)


@router.get("/holds", summary="List holds")
async def holds(tenants: TenantsDep, copilot: CopilotDep) -> HoldList:
    """Those of people; what complaints keep is shown with the complaints."""
    return HoldList(items=await HoldStore(tenants.database).list(tenant=copilot.tenant))


@router.delete("/holds/{id}", status_code=204, summary="End a hold")
async def lift(id: str, tenants: TenantsDep, copilot: CopilotDep) -> None:  # noqa: A002 - the path's name
    """The data may be erased again."""
    await HoldStore(tenants.database).lift(id, tenant=copilot.tenant)
