"""The tenants of an installation: made, disabled, enabled."""

import re
from datetime import datetime

from sqlalchemy import select

from api.access import audit
from api.access.audit import Action
from api.access.principal import Principal
from api.access.tables import TenantRow
from api.clock import Now
from inference.types import Record
from models.errors import ConflictError, InputError, NotFoundError
from retrieval.store import Database

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class PublishedTenant(Record):
    """A tenant; a disabled one keeps its data and admits nobody."""

    name: str
    created_at: datetime
    disabled_at: datetime | None


class TenantStore:
    """Reads and writes the list of tenants: what an operator does, and no tenant's own key or person.

    Args:
        database: where they are.
        home: the tenant of the settings, which always exists and cannot be disabled.
        now: the clock.
    """

    def __init__(self, database: Database, home: str, now: Now) -> None:
        self.database = database
        self.home = home
        self.now = now

    async def ensure_home(self) -> None:
        """Make the settings' tenant if it is not there."""
        async with self.database.reading() as session:
            if await session.get(TenantRow, self.home) is not None:
                return
        async with self.database.writing(self.home) as session:
            if await session.get(TenantRow, self.home) is None:
                session.add(TenantRow(tenant=self.home, created_at=self.now()))

    async def list(self) -> tuple[PublishedTenant, ...]:
        """Return all tenants in the order of their names."""
        async with self.database.reading() as session:
            rows = (await session.scalars(select(TenantRow).order_by(TenantRow.tenant))).all()
        return tuple(map(_published, rows))

    async def add(self, name: str, *, by: Principal) -> PublishedTenant:
        """Make a tenant.

        Raises:
            InputError: the name is none.
            ConflictError: it exists.
        """
        if not _NAME.fullmatch(name):
            msg = "A tenant's name has 1 to 63 characters: a-z, 0-9, '-' and '_', a letter or digit first."
            raise InputError(msg, field="name")
        async with self.database.writing(name) as session:
            if await session.get(TenantRow, name) is not None:
                msg = f"The tenant '{name}' exists already."
                raise ConflictError(msg, field="name")
            row = TenantRow(tenant=name, created_at=self.now())
            session.add(row)
            await audit.record(session, _within(name, by), Action.TENANT_MADE, name, now=self.now)
        return _published(row)

    async def disable(self, name: str, *, by: Principal) -> PublishedTenant:
        """Admit nobody of a tenant any more, from the next request on; its data stays.

        Raises:
            NotFoundError: there is no such tenant.
            ConflictError: it is the settings' tenant.
        """
        if name == self.home:
            msg = f"'{name}' is the tenant that RIFQ_TENANT names: it cannot be disabled."
            raise ConflictError(msg, field="name")
        return await self._set(name, self.now(), Action.TENANT_DISABLED, by)

    async def enable(self, name: str, *, by: Principal) -> PublishedTenant:
        """Admit a disabled tenant's keys and people again.

        Raises:
            NotFoundError: there is no such tenant.
        """
        return await self._set(name, None, Action.TENANT_ENABLED, by)

    async def check(self, name: str) -> None:
        """Check that a tenant exists and is enabled.

        Raises:
            NotFoundError: there is no such tenant.
            ConflictError: it is disabled.
        """
        async with self.database.reading() as session:
            row = await session.get(TenantRow, name)
        if row is None:
            raise _unknown(name)
        if row.disabled_at is not None:
            msg = f"The tenant '{name}' is disabled: enable it first."
            raise ConflictError(msg, field="tenant")

    async def _set(self, name: str, disabled_at: datetime | None, action: Action, by: Principal) -> PublishedTenant:
        async with self.database.writing(name) as session:
            row = await session.get(TenantRow, name)
            if row is None:
                raise _unknown(name)
            if (row.disabled_at is None) != (disabled_at is None):
                row.disabled_at = disabled_at
                await audit.record(session, _within(name, by), action, name, now=self.now)
        return _published(row)


def _within(name: str, by: Principal) -> Principal:
    """Return who acts, writing into the log of the tenant that it concerns."""
    return Principal(name, by.actor, by.scopes)


def _published(row: TenantRow) -> PublishedTenant:
    return PublishedTenant(name=row.tenant, created_at=row.created_at, disabled_at=row.disabled_at)


def _unknown(name: str) -> NotFoundError:
    return NotFoundError(f"There is no tenant '{name}': make it with  rifq access tenant add {name}.", field="tenant")
