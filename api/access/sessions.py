"""Sign-in and the sessions of browsers: opaque random tokens, of which the database holds digests only."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import audit
from api.access.audit import Action
from api.access.keyring import KeyedHash, digest, new_secret
from api.access.passwords import check_password
from api.access.people import PersonStore, end_sessions, normal_email
from api.access.principal import ROLE_SCOPES, Principal, Role
from api.access.tables import PersonRow, SessionRow, TenantRow
from models.errors import InputError, UnauthenticatedError

SEEN = timedelta(minutes=1)
"""How often, at most, it is written down that a session was used."""
SKEW = timedelta(minutes=5)
"""By how much a session may lie in the future before the clock counts as set back, and the session as ended."""
_WRONG = "The e-mail address or the password is not right."
_KEPT = timedelta(days=1)
"""How long an ended session's row stays, so that a late request is told from a made-up one."""


@dataclass(frozen=True)
class Session:
    """A session in use.

    Attributes:
        principal: who is signed in; without any scope while their password is a temporary one.
        id: the session's.
        person: the person's id.
        email: as they signed in.
        name: to call them by.
        role: theirs.
        temporary: whether they must choose a password first.
        has_password: whether they have one at all.
    """

    principal: Principal
    id: str
    person: str
    email: str
    name: str | None
    role: Role
    temporary: bool
    has_password: bool


class SessionStore:
    """Signs people in and out, and finds who a token stands for.

    Args:
        people: who may sign in; their database and clock are the sessions' too.
        keyed_hash: hashes the addresses of failed attempts.
        idle: how long a session lasts without a request.
        lifetime: how long a session lasts at all.
    """

    def __init__(self, people: PersonStore, keyed_hash: KeyedHash, *, idle: timedelta, lifetime: timedelta) -> None:
        self.database = people.database
        self.people = people
        self.keyed_hash = keyed_hash
        self.now = people.now
        self.idle = idle
        self.lifetime = lifetime

    async def sign_in(
        self, email: str, password: str, *, tenant: str, old: str | None = None, request_id: str | None = None
    ) -> str:
        """Check a password and open a session; return its token. ``old`` is the browser's present one, which ends.

        Unknown, locked and disabled take the same work and get the same words as a wrong password.

        Raises:
            UnauthenticatedError: they may not sign in.
            OverloadedError: too many people sign in at once.
        """
        row, disabled = await self._person(email, tenant)
        right = await self.people.passwords.verify(None if row is None else row.password_hash, password)
        if row is None or not right or row.locked_at is not None or disabled:
            await self._failed(email, tenant, row, request_id)
            raise UnauthenticatedError(_WRONG)
        fresh = None
        if row.password_hash is not None and self.people.passwords.is_outdated(row.password_hash):
            fresh = await self.people.passwords.hash(password)
        return await self._open(tenant, row.id, row.password_hash, old=old, fresh=fresh, request_id=request_id)

    async def open(self, person: str, *, tenant: str, old: str | None = None, request_id: str | None = None) -> str:
        """Open a session for a person whom somebody else vouched for (OpenID Connect); return its token.

        Raises:
            UnauthenticatedError: they are locked, or the tenant is disabled.
        """
        async with self.database.reading() as session:
            row = await session.get(PersonRow, (tenant, person))
            home = await session.get(TenantRow, tenant)
        if row is None or row.locked_at is not None or home is None or home.disabled_at is not None:
            msg = "You may not sign in here: ask an administrator."
            raise UnauthenticatedError(msg)
        return await self._open(tenant, person, row.password_hash, old=old, request_id=request_id)

    async def find(self, token: str) -> Session | None:
        """Return the session of a token, and write down, at most once a minute, that it was used.

        None where it has ended; a token that never was raises.

        Raises:
            UnauthenticatedError: no session has, or had lately, this token.
        """
        query = select(SessionRow, PersonRow, TenantRow.disabled_at).join(
            PersonRow, and_(PersonRow.tenant == SessionRow.tenant, PersonRow.id == SessionRow.person_id)
        )
        query = query.join(TenantRow, TenantRow.tenant == SessionRow.tenant)
        async with self.database.reading() as session:
            found = (await session.execute(query.where(SessionRow.token_hash == digest(token)))).one_or_none()
        if found is None:
            msg = "The session has ended: sign in again."
            raise UnauthenticatedError(msg)
        row, person, disabled_at = found
        now = self.now()
        if not self._lives(row, now) or person.locked_at is not None or disabled_at is not None:
            return None
        if not row.seen_at <= now < row.seen_at + SEEN:
            await self._seen(row, now)
        scopes = frozenset() if person.temporary else ROLE_SCOPES[Role(person.role)]
        return Session(
            Principal(row.tenant, f"user:{person.id}", scopes),
            id=row.id,
            person=person.id,
            email=person.email,
            name=person.name,
            role=Role(person.role),
            temporary=person.temporary,
            has_password=person.password_hash is not None,
        )

    async def sign_out(self, current: Session, *, everywhere: bool, request_id: str | None = None) -> None:
        """End a session, or all of its person's."""
        tenant = current.principal.tenant
        async with self.database.writing(tenant) as session:
            if everywhere:
                await end_sessions(session, tenant, current.person)
            else:
                where = (SessionRow.tenant == tenant, SessionRow.id == current.id)
                await session.execute(delete(SessionRow).where(*where))
            await audit.record(
                session,
                current.principal,
                Action.SIGN_OUT,
                current.person,
                request_id=request_id,
                details={"everywhere": everywhere},
                now=self.now,
            )

    async def change_password(self, current: Session, old: str, new: str, *, request_id: str | None = None) -> str:
        """Change one's own password; all sessions end, and a new one begins: return its token.

        Raises:
            UnauthenticatedError: the old password is not right.
            InputError: the new one does not fit, or is the old one.
        """
        tenant = current.principal.tenant
        if check_password(new, field="new") == old:
            msg = "The new password is the old one: choose another."
            raise InputError(msg, field="new")
        row, _ = await self._person(current.email, tenant)
        if row is None or not await self.people.passwords.verify(row.password_hash, old):
            msg = "The old password is not right."
            raise UnauthenticatedError(msg, field="old")
        hashed = await self.people.passwords.hash(new, field="new")
        async with self.database.writing(tenant) as session:
            held = await session.get(PersonRow, (tenant, current.person))
            if held is None or held.password_hash != row.password_hash:
                msg = "The password was changed elsewhere meanwhile: sign in again."
                raise UnauthenticatedError(msg)
            held.password_hash, held.temporary = hashed, False
            await end_sessions(session, tenant, current.person)
            await audit.record(
                session,
                current.principal,
                Action.PASSWORD_CHANGED,
                current.person,
                request_id=request_id,
                now=self.now,
            )
        return await self._open(tenant, current.person, hashed, request_id=request_id)

    async def count(self, current: Session) -> int:
        """Return how many sessions of a person are alive."""
        tenant = current.principal.tenant
        query = select(SessionRow).where(SessionRow.tenant == tenant, SessionRow.person_id == current.person)
        now = self.now()
        async with self.database.reading() as session:
            return sum(self._lives(row, now) for row in await session.scalars(query))

    def _lives(self, row: SessionRow, now: datetime) -> bool:
        if row.seen_at > now + SKEW or row.created_at > now + SKEW:
            return False
        return now < row.expires_at and now < row.seen_at + self.idle

    async def _person(self, email: str, tenant: str) -> tuple[PersonRow | None, bool]:
        try:
            address = normal_email(email)
        except InputError:
            address = ""
        query = select(PersonRow, TenantRow.disabled_at).join(TenantRow, TenantRow.tenant == PersonRow.tenant)
        async with self.database.reading() as session:
            where = (PersonRow.tenant == tenant, PersonRow.email == address)
            found = (await session.execute(query.where(*where))).one_or_none()
        return (None, False) if found is None else (found[0], found[1] is not None)

    async def _open(
        self,
        tenant: str,
        person: str,
        verified: str | None,
        *,
        old: str | None = None,
        fresh: str | None = None,
        request_id: str | None = None,
    ) -> str:
        """Open a session, if the person's password is still the one that was verified and nobody locked them since."""
        token, now = new_secret(), self.now()
        new = SessionRow(
            tenant=tenant,
            id=secrets.token_hex(16),
            person_id=person,
            token_hash=digest(token),
            created_at=now,
            seen_at=now,
            expires_at=now + self.lifetime,
        )
        async with self.database.writing(tenant) as session:
            held = await session.get(PersonRow, (tenant, person))
            if held is None or held.locked_at is not None or held.password_hash != verified:
                raise UnauthenticatedError(_WRONG)
            held.password_hash = fresh or verified
            await self._sweep(session, tenant, old, now)
            session.add(new)
            who = Principal(tenant, f"user:{person}", frozenset())
            await audit.record(session, who, Action.SIGN_IN, person, request_id=request_id, now=self.now)
        return token

    async def _sweep(self, session: AsyncSession, tenant: str, old: str | None, now: datetime) -> None:
        """Delete the browser's old session, and what ended long ago."""
        row = SessionRow
        ended = or_(row.expires_at < now - _KEPT, row.seen_at < now - self.idle - _KEPT)
        if old is not None:
            ended = or_(ended, row.token_hash == digest(old))
        await session.execute(delete(row).where(row.tenant == tenant, ended))

    async def _failed(self, email: str, tenant: str, row: PersonRow | None, request_id: str | None) -> None:
        """Write a failed sign-in down; what was typed as an address could be a password, so it is hashed."""
        async with self.database.writing(tenant) as session:
            if await session.get(TenantRow, tenant) is None:
                return
            nobody = Principal(tenant, "nobody", frozenset())
            details = {"email": self.keyed_hash.of("email", email.strip().lower()[:320])}
            object_ = None if row is None else row.id
            await audit.record(
                session,
                nobody,
                Action.SIGN_IN_FAILED,
                object_,
                request_id=request_id,
                details=details,
                now=self.now,
            )

    async def _seen(self, row: SessionRow, now: datetime) -> None:
        async with self.database.writing(row.tenant) as session:
            where = (SessionRow.tenant == row.tenant, SessionRow.id == row.id)
            await session.execute(update(SessionRow).where(*where).values(seen_at=now))
