"""``/v1/keys``, ``/v1/people``, ``/v1/audit`` and ``/v1/me``: who may use the service.

Their routes keep no answers for repeated requests, as others do: secrets that are shown once would be stored.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Body, Depends, Query, Request, Security
from pydantic import Field, SecretStr

from api.access.audit import AuditPage, read_audit
from api.access.keys import KeyPage, NewKey
from api.access.opening import Access
from api.access.passwords import MAX_LENGTH, MIN_LENGTH
from api.access.people import NewPerson, PersonPage, PublishedPerson
from api.access.principal import Role, Scope
from api.http.cursors import CursorParameter, LimitParameter, make_cursor, read_cursor
from api.http.dependencies import PrincipalDep, needs, principal_of
from api.http.strict import StrictRoute
from inference.types import Record

if TYPE_CHECKING:
    from api.access.sessions import Session

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["access"])
_ADMIN = [needs(Scope.ADMIN)]
_KEY_EXAMPLES = {
    "english": {"summary": "For a helpdesk", "value": {"name": "Helpdesk", "scopes": ["analyse", "draft"]}},
    "arabic": {
        "summary": "مفتاح لسنة",
        "value": {"name": "بوابة المعرفة", "scopes": ["knowledge"], "expires_in_days": 365},
    },
}
_ROTATE_EXAMPLES = {
    "english": {"summary": "The old secret holds for a day", "value": {"overlap_hours": 24}},
    "arabic": {"summary": "إبطال السر القديم فورًا", "value": {"overlap_hours": 0}},
}
_PERSON_EXAMPLES = {
    "english": {"summary": "An agent", "value": {"email": "sara@example.com", "role": "agent"}},
    "arabic": {
        "summary": "مسؤولة معرفة",
        "value": {"email": "huda@example.com", "role": "knowledge_owner", "name": "هدى"},
    },
}
_CHANGE_EXAMPLES = {
    "english": {"summary": "Another role", "value": {"role": "reviewer"}},
    "arabic": {"summary": "منع الدخول", "value": {"locked": True}},
}
_RESET_EXAMPLES = {
    "english": {"summary": "A password to hand over", "value": {}},
    "arabic": {"summary": "كلمة مرور معطاة", "value": {"password": "ثلاث كلمات لا رابط بينها"}},
}
Password = Annotated[SecretStr | None, Field(default=None, min_length=MIN_LENGTH, max_length=MAX_LENGTH)]


class KeyBody(Record):
    """A key to make."""

    name: str = Field(min_length=1, max_length=200, description="What will use it.")
    scopes: tuple[Scope, ...] = Field(min_length=1, max_length=len(Scope))
    expires_in_days: int | None = Field(default=None, ge=1, le=3_650, description="It does not expire if left out.")


class RotationBody(Record):
    """How long the old secret holds beside the new one."""

    overlap_hours: int = Field(default=24, ge=0, le=30 * 24, description="0 ends the old secret at once.")


class PersonBody(Record):
    """A person to make."""

    email: str = Field(min_length=3, max_length=320, description="To sign in with.")
    role: Role
    name: str | None = Field(default=None, max_length=200)
    password: Password = Field(description="One is made up, to be changed at the first sign-in, if left out.")


class PersonChange(Record):
    """What is to change; the rest stays."""

    role: Role | None = None
    locked: bool | None = None


class ResetBody(Record):
    """A new password."""

    password: Password = Field(description="One is made up, to be changed at the next sign-in, if left out.")


class Me(Record):
    """Who asks, as the service sees them; name, e-mail address and role of people who are signed in."""

    tenant: str
    actor: str
    scopes: tuple[Scope, ...]
    email: str | None = None
    name: str | None = None
    role: Role | None = None


def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


def _request_id(request: Request) -> str:
    id_: str = request.state.request_id
    return id_


AccessDep = Annotated[Access, Depends(_access)]
RequestIdDep = Annotated[str, Depends(_request_id)]


@router.get("/me", summary="Say who asks", dependencies=[Security(principal_of)])
async def me(request: Request, principal: PrincipalDep) -> Me:
    """The tenant, the scopes and, for people, the account behind this request; any key or session may ask."""
    session: Session | None = getattr(request.state, "session", None)
    person = {} if session is None else {"email": session.email, "name": session.name, "role": session.role}
    scopes = tuple(scope for scope in Scope if scope in principal.scopes)
    return Me(tenant=principal.tenant, actor=principal.actor, scopes=scopes, **person)


@router.get("/keys", summary="List API keys", dependencies=_ADMIN)
async def list_keys(
    principal: PrincipalDep, access: AccessDep, *, cursor: CursorParameter = None, limit: LimitParameter = 50
) -> KeyPage:
    """Keys without their secrets, in the order of their ids; expired and revoked ones too."""
    page = await access.keys.list(tenant=principal.tenant, after=read_cursor(cursor), limit=limit)
    return KeyPage(items=page.items, next=make_cursor(page.next))


@router.post("/keys", status_code=201, summary="Make an API key", dependencies=_ADMIN)
async def make_key(
    body: Annotated[KeyBody, Body(openapi_examples=_KEY_EXAMPLES)],
    principal: PrincipalDep,
    access: AccessDep,
    request_id: RequestIdDep,
) -> NewKey:
    """The answer holds the whole key, which is not shown again: only a digest of it is stored."""
    days = body.expires_in_days
    return await access.keys.add(
        body.name,
        body.scopes,
        by=principal,
        expires_in=None if days is None else timedelta(days=days),
        request_id=request_id,
    )


@router.post("/keys/{id}/rotate", summary="Give a key a new secret", dependencies=_ADMIN)
async def rotate_key(
    id: str,  # noqa: A002 - the path's name
    body: Annotated[RotationBody, Body(openapi_examples=_ROTATE_EXAMPLES)],
    principal: PrincipalDep,
    access: AccessDep,
    request_id: RequestIdDep,
) -> NewKey:
    """The answer holds the new key; the old one holds for the overlap, so that its users can be moved at leisure.

    While an overlap runs, only an overlap of 0 is taken, which ends all older secrets at once.
    """
    overlap = timedelta(hours=body.overlap_hours)
    return await access.keys.rotate(id, by=principal, overlap=overlap, request_id=request_id)


@router.delete("/keys/{id}", status_code=204, summary="Revoke a key", dependencies=_ADMIN)
async def revoke_key(id: str, principal: PrincipalDep, access: AccessDep, request_id: RequestIdDep) -> None:  # noqa: A002
    """It admits nobody from the next request on; it stays in the list."""
    await access.keys.revoke(id, by=principal, request_id=request_id)


@router.get("/people", summary="List people", dependencies=_ADMIN)
async def list_people(
    principal: PrincipalDep, access: AccessDep, *, cursor: CursorParameter = None, limit: LimitParameter = 50
) -> PersonPage:
    """People who may sign in, in the order of their ids; locked ones too."""
    page = await access.people.list(tenant=principal.tenant, after=read_cursor(cursor), limit=limit)
    return PersonPage(items=page.items, next=make_cursor(page.next))


@router.post("/people", status_code=201, summary="Add a person", dependencies=_ADMIN)
async def add_person(
    body: Annotated[PersonBody, Body(openapi_examples=_PERSON_EXAMPLES)],
    principal: PrincipalDep,
    access: AccessDep,
    request_id: RequestIdDep,
) -> NewPerson:
    """The answer holds the password to hand over, where none was given: it serves to choose one's own."""
    return await access.people.add(
        body.email,
        body.role,
        by=principal,
        name=body.name,
        password=_plain(body.password),
        request_id=request_id,
    )


@router.get("/people/{id}", summary="Read a person", dependencies=_ADMIN)
async def read_person(id: str, principal: PrincipalDep, access: AccessDep) -> PublishedPerson:  # noqa: A002
    """One person."""
    return await access.people.get(id, tenant=principal.tenant)


@router.patch("/people/{id}", summary="Change a person's role, or lock them out", dependencies=_ADMIN)
async def change_person(
    id: str,  # noqa: A002 - the path's name
    body: Annotated[PersonChange, Body(openapi_examples=_CHANGE_EXAMPLES)],
    principal: PrincipalDep,
    access: AccessDep,
    request_id: RequestIdDep,
) -> PublishedPerson:
    """A role counts from the next request on; a lock ends all sessions. The last administrator keeps their place."""
    return await access.people.change(id, by=principal, role=body.role, locked=body.locked, request_id=request_id)


@router.post("/people/{id}/password", summary="Give a person a new password", dependencies=_ADMIN)
async def reset_password(
    id: str,  # noqa: A002 - the path's name
    body: Annotated[ResetBody, Body(openapi_examples=_RESET_EXAMPLES)],
    principal: PrincipalDep,
    access: AccessDep,
    request_id: RequestIdDep,
) -> NewPerson:
    """All their sessions end. The answer holds the password to hand over, where none was given."""
    return await access.people.reset(id, by=principal, password=_plain(body.password), request_id=request_id)


@router.get("/audit", summary="Read the audit log", dependencies=_ADMIN)
async def audit(
    principal: PrincipalDep,
    access: AccessDep,
    *,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
    action: Annotated[str | None, Query(max_length=40, description="Only such entries, e.g. `key.made`.")] = None,
) -> AuditPage:
    """Who did what to which object, the newest first: no customer text, personal data as keyed hashes only."""
    page = await read_audit(
        access.database, tenant=principal.tenant, before=read_cursor(cursor), limit=limit, action=action
    )
    return AuditPage(items=page.items, next=make_cursor(page.next))


def _plain(password: SecretStr | None) -> str | None:
    return None if password is None else password.get_secret_value()
