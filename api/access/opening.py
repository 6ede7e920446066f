"""Opens all that access rests on, for the service and for the command line."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import select

from api.access.cookies import Cookies
from api.access.gate import AccessGate, Gate, OpenGate
from api.access.keyring import KeyedHash, load_keyed_hash
from api.access.keys import KeyStore
from api.access.limits import Limits
from api.access.oidc import OpenIdConnect, open_oidc
from api.access.passwords import Passwords
from api.access.people import PersonStore
from api.access.sessions import SessionStore
from api.access.signin import SignIn
from api.access.tables import KeyRow, PersonRow
from api.access.tenants import TenantStore
from api.clock import Now, utc_now
from api.settings import Settings
from retrieval.store import Database

_logger = structlog.stdlib.get_logger("rifq.access")


@dataclass(frozen=True)
class Access:
    """Who may do what: stores, limits, cookies, and the gate in force."""

    database: Database
    tenants: TenantStore
    keys: KeyStore
    people: PersonStore
    sessions: SessionStore
    signing: SignIn
    limits: Limits
    cookies: Cookies
    keyed_hash: KeyedHash
    oidc: OpenIdConnect | None
    gate: Gate
    now: Now


async def open_access(settings: Settings, database: Database, *, now: Now = utc_now) -> Access:
    """Open access to a database; the settings' tenant is made if it is not there.

    Raises:
        ConfigurationError: a setting of access is not right, or what it chooses is not installed.
        StorageError: the database cannot be used.
    """
    key = None if settings.audit_key is None else settings.audit_key.get_secret_value()
    keyed_hash = load_keyed_hash(key, settings.data)
    tenants = TenantStore(database, settings.tenant, now)
    await tenants.ensure_home()
    keys, people = KeyStore(database, now), PersonStore(database, Passwords(), now)
    sessions = SessionStore(
        people,
        keyed_hash,
        idle=timedelta(hours=settings.session_idle_hours),
        lifetime=timedelta(hours=settings.session_hours),
    )
    limits = Limits(
        requests=settings.requests_per_minute, attempts=settings.attempts_per_minute, store=settings.rate_store
    )
    cookies = Cookies(secure=not settings.local)
    gate = AccessGate(keys, sessions, limits, cookies) if settings.authenticated else OpenGate(settings.tenant)
    return Access(
        database=database,
        tenants=tenants,
        keys=keys,
        people=people,
        sessions=sessions,
        signing=SignIn(sessions, limits, cookies, keyed_hash, home=settings.tenant),
        limits=limits,
        cookies=cookies,
        keyed_hash=keyed_hash,
        oidc=open_oidc(settings, people),
        gate=gate,
        now=now,
    )


async def tell_exposure(settings: Settings, database: Database) -> None:
    """Warn, in the log, of a service that everybody may use, or that nobody can."""
    if not settings.authenticated:
        if not settings.local:
            _logger.warning("open_to_the_network", setting="RIFQ_AUTH")
        return
    async with database.reading() as session:
        person = (await session.scalars(select(PersonRow.id).limit(1))).first()
        key = (await session.scalars(select(KeyRow.id).limit(1))).first()
    if person is None and key is None:
        _logger.warning("nobody_can_sign_in", command="rifq access person add EMAIL --role admin")
