"""Sign-in by OpenID Connect (extra ``oidc``): authorization code with PKCE, state and nonce, through authlib.

The provider vouches for an e-mail address; who has it here is signed in. Roles, locks and tenants stay ours.
"""

import base64
import secrets
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from starlette.requests import Request

from api.access.keyring import digest, same
from api.access.people import PersonStore, normal_email
from api.access.principal import Principal, Role
from api.settings import Settings
from inference.types import Record
from models.errors import ConfigurationError, ConflictError, MissingExtraError, UnauthenticatedError

CALLBACK = "/signin/oidc/callback"
SECONDS = 600
"""How long a sign-in at the provider may take."""
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
_MAX_NEXT = 300
"""The cookie must stay small."""
_FAILED = "The sign-in was not finished: begin again."


class Pending(Record):
    """What a browser keeps between leaving for the provider and coming back, in a cookie of its own."""

    state: str
    nonce: str
    verifier: str
    next: str


class OpenIdConnect:
    """One provider, for the settings' tenant.

    Args:
        client: authlib's client of the provider.
        issuer: who must have signed what comes back, and for whom.
        client_id: our name there.
        people: who may sign in.
        tenant: whose people they are.
        role: of people who sign in the first time; None refuses them.
        public_url: our own address; None takes the request's.
    """

    def __init__(
        self,
        client: Any,  # noqa: ANN401 - authlib has no types
        *,
        issuer: str,
        client_id: str,
        people: PersonStore,
        tenant: str,
        role: Role | None,
        public_url: str | None,
    ) -> None:
        self.tenant = tenant
        self._client = client
        self._issuer = issuer
        self._client_id = client_id
        self._people = people
        self._role = role
        self._public_url = public_url

    async def begin(self, request: Request, next_: str) -> tuple[str, Pending]:
        """Return the provider's address to send the browser to, and what it must come back with.

        Raises:
            ConfigurationError: the provider does not answer as one.
        """
        try:
            await self._check_metadata()
            made = await self._client.create_authorization_url(self._redirect(request), nonce=secrets.token_urlsafe(32))
        except _failures() as error:
            msg = f"The sign-in provider does not answer ({type(error).__name__}): check RIFQ_OIDC_ISSUER."
            raise ConfigurationError(msg, field="oidc_issuer") from error
        short = next_ if len(next_.encode()) <= _MAX_NEXT else "/"
        pending = Pending(state=made["state"], nonce=made["nonce"], verifier=made["code_verifier"], next=short)
        return str(made["url"]), pending

    async def finish(self, request: Request, pending: Pending, *, request_id: str | None = None) -> str:
        """Return the id of the person who comes back from the provider.

        Raises:
            UnauthenticatedError: what comes back does not fit what left, or they may not sign in here.
        """
        query = request.query_params
        code, state = query.get("code", ""), query.get("state", "")
        if not code or not same(digest(state), digest(pending.state)):
            raise UnauthenticatedError(_FAILED)
        claims = await self._claims(request, code, pending)
        email, verified = claims.get("email"), claims.get("email_verified")
        if not isinstance(email, str) or verified is not True:
            msg = "The sign-in provider does not vouch for your e-mail address: ask an administrator."
            raise UnauthenticatedError(msg)
        return await self._person(email, claims.get("name"), request_id)

    async def _check_metadata(self) -> None:
        metadata = await self._client.load_server_metadata()
        if metadata.get("issuer") != self._issuer:
            msg = "its document names another issuer"
            raise ValueError(msg)
        # Neither unsigned tokens nor such as are signed with a secret that the provider's public keys could pass for.
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [name for name in offered if name in _ALGORITHMS]

    async def _claims(self, request: Request, code: str, pending: Pending) -> dict[str, Any]:
        wanted = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
        }
        try:
            await self._check_metadata()
            token = await self._client.fetch_access_token(
                self._redirect(request), code=code, code_verifier=pending.verifier
            )
            claims = await self._client.parse_id_token(token, nonce=pending.nonce, claims_options=wanted)
        except _failures() as error:
            raise UnauthenticatedError(_FAILED) from error
        if claims is None:
            raise UnauthenticatedError(_FAILED)
        return dict(claims)

    async def _person(self, email: str, name: object, request_id: str | None) -> str:
        found = await self._people.find(email, tenant=self.tenant)
        if found is not None:
            return found.id
        if self._role is None:
            msg = "You have no account here: ask an administrator to make one for your e-mail address."
            raise UnauthenticatedError(msg)
        by = Principal(self.tenant, "oidc", frozenset())
        called = name[:200] if isinstance(name, str) else None
        try:
            made = await self._people.add(
                normal_email(email), self._role, by=by, name=called, without_password=True, request_id=request_id
            )
        except ConflictError as error:  # they came twice at once
            raise UnauthenticatedError(_FAILED) from error
        return made.id

    def _redirect(self, request: Request) -> str:
        base = self._public_url or str(request.base_url)
        return f"{base.rstrip('/')}{CALLBACK}"


def _failures() -> tuple[type[Exception], ...]:
    """Return what a provider's answer can raise: authlib speaks HTTP through httpx2 where that is installed."""
    from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped] # noqa: PLC0415 - extra
    from joserfc.errors import JoseError  # noqa: PLC0415 - extra

    http = [import_module(name).HTTPError for name in ("httpx", "httpx2") if find_spec(name) is not None]
    return (AuthlibBaseError, JoseError, ValueError, RuntimeError, KeyError, *http)


def pack(pending: Pending) -> str:
    """Return the cookie's value; whoever can read or write it is the browser itself."""
    return base64.urlsafe_b64encode(pending.model_dump_json().encode()).decode()


def unpack(value: str | None) -> Pending:
    """Return what a cookie holds.

    Raises:
        UnauthenticatedError: it is absent, or none of ours.
    """
    try:
        return Pending.model_validate_json(base64.b64decode(value or "", altchars=b"-_", validate=True))
    except ValueError as error:
        raise UnauthenticatedError(_FAILED) from error


def open_oidc(settings: Settings, people: PersonStore) -> OpenIdConnect | None:
    """Return the settings' provider, None where none is set; it is asked nothing yet.

    Raises:
        ConfigurationError: the settings are not complete, or the extra is not installed.
    """
    issuer, client_id = settings.oidc_issuer, settings.oidc_client_id
    if issuer is client_id is None:
        return None
    if issuer is None or client_id is None:
        msg = "RIFQ_OIDC_ISSUER and RIFQ_OIDC_CLIENT_ID belong together: set both."
        raise ConfigurationError(msg, field="oidc_issuer")
    _check_addresses(issuer, settings)
    if find_spec("authlib") is None:
        raise MissingExtraError("oidc")
    from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped] # noqa: PLC0415 - extra

    secret = settings.oidc_client_secret and settings.oidc_client_secret.get_secret_value()
    client = OAuth().register(
        name="provider",
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "timeout": 10,
            "token_endpoint_auth_method": "none" if secret is None else "client_secret_basic",
        },
    )
    return OpenIdConnect(
        client,
        issuer=issuer,
        client_id=client_id,
        people=people,
        tenant=settings.tenant,
        role=settings.oidc_role,
        public_url=settings.public_url,
    )


def _check_addresses(issuer: str, settings: Settings) -> None:
    if not issuer.startswith("https://") and not settings.local:
        msg = "RIFQ_OIDC_ISSUER must be an https:// URL: everybody's sign-in depends on it."
        raise ConfigurationError(msg, field="oidc_issuer")
    if not settings.local and settings.public_url is None:
        msg = "RIFQ_OIDC_ISSUER needs RIFQ_PUBLIC_URL, the address to which the provider sends people back."
        raise ConfigurationError(msg, field="public_url")
