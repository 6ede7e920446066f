"""People who sign in: made, found by their e-mail address, given roles, locked."""

import re
import secrets
import unicodedata
from datetime import datetime

from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import audit
from api.access.audit import Action
from api.access.passwords import Passwords, new_password
from api.access.principal import Principal, Role
from api.access.tables import PersonRow, SessionRow
from api.clock import Now
from inference.types import Record
from models.errors import ConflictError, InputError, NotFoundError
from retrieval.clean import clean_text
from retrieval.store import Database

MAX_PAGE = 200
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)*")


class PublishedPerson(Record):
    """A person as administrators see them; ``temporary``: they have yet to choose a password of their own."""

    id: str
    email: str
    name: str | None
    role: Role
    temporary: bool
    created_at: datetime
    locked_at: datetime | None


class NewPerson(PublishedPerson):
    """A person with the password to hand over, the one time that it is shown; it serves to choose one's own."""

    password: str | None = Field(description="Null where the password was given, or where only OpenID Connect is used.")


class PersonPage(Record):
    """One page of a listing; pass ``next`` as ``cursor`` for the following one, null at the end."""

    items: tuple[PublishedPerson, ...]
    next: str | None


class PersonStore:
    """Reads and writes people; every method names its tenant, by its argument or by who acts.

    Args:
        database: where they are.
        passwords: hashes passwords.
        now: the clock.
    """

    def __init__(self, database: Database, passwords: Passwords, now: Now) -> None:
        self.database = database
        self.passwords = passwords
        self.now = now

    async def add(
        self,
        email: str,
        role: Role,
        *,
        by: Principal,
        name: str | None = None,
        password: str | None = None,
        without_password: bool = False,
        request_id: str | None = None,
    ) -> NewPerson:
        """Make a person in the tenant of ``by``, with their own password, or with one to hand over.

        Raises:
            InputError: the address, name or password does not fit.
            ConflictError: the tenant has a person with this address.
        """
        address, given = normal_email(email), None if without_password or password is not None else new_password()
        chosen = given if password is None else password
        row = PersonRow(
            tenant=by.tenant,
            id=secrets.token_hex(16),
            email=address,
            name=_name(name),
            role=role.value,
            password_hash=None if chosen is None else await self.passwords.hash(chosen),
            temporary=given is not None,
            created_at=self.now(),
        )
        async with self.database.writing(by.tenant) as session:
            if await _by_email(session, by.tenant, address) is not None:
                msg = "There is a person with this e-mail address already."
                raise ConflictError(msg, field="email")
            session.add(row)
            await audit.record(
                session, by, Action.PERSON_MADE, row.id, request_id=request_id, details={"role": role}, now=self.now
            )
        return NewPerson(password=given, **_values(row))

    async def list(self, *, tenant: str, after: str | None = None, limit: int = 50) -> PersonPage:
        """Return a tenant's people in the order of their ids."""
        limit = min(limit, MAX_PAGE)
        query = select(PersonRow).where(PersonRow.tenant == tenant).order_by(PersonRow.id).limit(limit + 1)
        if after is not None:
            query = query.where(PersonRow.id > after)
        async with self.database.reading() as session:
            rows = (await session.scalars(query)).all()
        items = tuple(PublishedPerson(**_values(row)) for row in rows[:limit])
        return PersonPage(items=items, next=items[-1].id if len(rows) > limit else None)

    async def get(self, id: str, *, tenant: str) -> PublishedPerson:  # noqa: A002 - the contract's name
        """Return one person.

        Raises:
            NotFoundError: the tenant has no such person.
        """
        async with self.database.reading() as session:
            row = await session.get(PersonRow, (tenant, id))
        if row is None:
            raise _unknown()
        return PublishedPerson(**_values(row))

    async def find(self, email: str, *, tenant: str) -> PublishedPerson | None:
        """Return the person with an e-mail address, None where there is none or the address is none."""
        try:
            address = normal_email(email)
        except InputError:
            return None
        async with self.database.reading() as session:
            row = await _by_email(session, tenant, address)
        return None if row is None else PublishedPerson(**_values(row))

    async def change(
        self,
        id: str,  # noqa: A002 - the contract's name
        *,
        by: Principal,
        role: Role | None = None,
        locked: bool | None = None,
        request_id: str | None = None,
    ) -> PublishedPerson:
        """Give a person another role, lock them out (their sessions end) or let them in again.

        Raises:
            NotFoundError: the tenant has no such person.
            ConflictError: nobody would be left to administer the tenant.
        """
        # Writers of a tenant take turns: two administrators who lock each other at once do not both succeed.
        async with self.database.writing(by.tenant) as session:
            row = await session.get(PersonRow, (by.tenant, id))
            if row is None:
                raise _unknown()
            administered = _administers(row)
            if locked is not None and locked != (row.locked_at is not None):
                row.locked_at = self.now() if locked else None
                action = Action.PERSON_LOCKED if locked else Action.PERSON_UNLOCKED
                await audit.record(session, by, action, id, request_id=request_id, now=self.now)
                await end_sessions(session, by.tenant, id)
            if role is not None and role != row.role:
                details = {"from": row.role, "to": role.value}
                row.role = role.value
                await audit.record(
                    session, by, Action.PERSON_ROLE, id, request_id=request_id, details=details, now=self.now
                )
            if administered and not _administers(row):
                await session.flush()
                await _check_administered(session, by.tenant)
        return PublishedPerson(**_values(row))

    async def reset(
        self,
        id: str,  # noqa: A002 - the contract's name
        *,
        by: Principal,
        password: str | None = None,
        request_id: str | None = None,
    ) -> NewPerson:
        """Give a person a new password, to hand over unless it is given; their sessions end.

        Raises:
            NotFoundError: the tenant has no such person.
            InputError: the password given does not fit.
        """
        handed = new_password() if password is None else None
        hashed = await self.passwords.hash(handed or password or "")
        async with self.database.writing(by.tenant) as session:
            row = await session.get(PersonRow, (by.tenant, id))
            if row is None:
                raise _unknown()
            row.password_hash, row.temporary = hashed, handed is not None
            await end_sessions(session, by.tenant, id)
            await audit.record(session, by, Action.PERSON_RESET, id, request_id=request_id, now=self.now)
        return NewPerson(password=handed, **_values(row))


async def end_sessions(session: AsyncSession, tenant: str, person: str, *, but: str | None = None) -> None:
    """End a person's sessions, but for one where it is given."""
    query = delete(SessionRow).where(SessionRow.tenant == tenant, SessionRow.person_id == person)
    await session.execute(query if but is None else query.where(SessionRow.id != but))


def normal_email(email: str) -> str:
    """Return an e-mail address as it is compared: in lower case.

    Characters that Unicode holds for variants of others are refused, not replaced: 'ⓐ' must not become 'a', nor 'ß'
    'ss', or one person's address could be another's.

    Raises:
        InputError: it is no address.
    """
    address = email.strip()
    odd = clean_text(address) != address or any(unicodedata.category(char)[0] == "C" for char in address)
    if odd or len(address) > 320 or unicodedata.normalize("NFKC", address) != address or not _EMAIL.fullmatch(address):
        msg = "This is no e-mail address that can be used to sign in: name@example.com, without blanks."
        raise InputError(msg, field="email")
    return address.lower()


async def _by_email(session: AsyncSession, tenant: str, address: str) -> PersonRow | None:
    query = select(PersonRow).where(PersonRow.tenant == tenant, PersonRow.email == address)
    return (await session.scalars(query)).one_or_none()


def _administers(row: PersonRow) -> bool:
    return row.role == Role.ADMIN and row.locked_at is None


async def _check_administered(session: AsyncSession, tenant: str) -> None:
    admins = select(PersonRow.id).where(PersonRow.tenant == tenant, PersonRow.role == Role.ADMIN.value)
    if (await session.scalars(admins.where(PersonRow.locked_at.is_(None)).limit(1))).first() is None:
        msg = "Nobody would be left to administer this: make somebody else an administrator first."
        raise ConflictError(msg)


def _name(name: str | None) -> str | None:
    kept = clean_text(name or "")
    if len(kept) > 200:
        msg = "A name has up to 200 characters."
        raise InputError(msg, field="name")
    return kept or None


def _values(row: PersonRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in PublishedPerson.model_fields}


def _unknown() -> NotFoundError:
    return NotFoundError("There is no person with this id.", field="id")
