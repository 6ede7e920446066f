"""Sign-in by OpenID Connect against a small provider that the test plays."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import oauth2_client  # type: ignore[import-untyped]
from fastapi import FastAPI, Form, Header
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from api.access import oidc
from api.access.principal import Role
from models.errors import ConfigurationError, MissingExtraError
from tests.api.access.conftest import Serve, Service, operator

ISSUER = "https://id.example"
SECRET = "of the client"  # noqa: S105 - of the played provider
EMAIL = "sara@example.com"
KEY = RSAKey.generate_key(2048, {"kid": "one"}, auto_kid=False)


class Provider:
    """Remembers what it was asked, and signs what the test wants it to say."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.key: Any = KEY
        self.alg = "RS256"
        self.metadata: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        self.app = FastAPI()
        self.app.get("/.well-known/openid-configuration")(self._metadata)
        self.app.get("/keys")(self._keys)
        self.app.post("/token")(self._token)

    def approve(self, location: str, **claims: Any) -> str:
        """Be the person at the provider: return the address that the browser is sent back to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        self.asked = query
        now = int(time.time())
        told = {"iss": ISSUER, "aud": "rifq", "sub": "1", "iat": now, "exp": now + 300, "nonce": query["nonce"]}
        self.claims = told | {"email": EMAIL, "email_verified": True, "name": "سارة"} | claims
        back = urlsplit(query["redirect_uri"])
        return f"{back.path}?code=the-code&state={query['state']}"

    async def _metadata(self) -> JSONResponse:
        return JSONResponse(self.metadata)

    async def _keys(self) -> JSONResponse:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})

    async def _token(
        self,
        grant_type: str = Form(),
        code: str = Form(),
        code_verifier: str = Form(),
        redirect_uri: str = Form(),
        authorization: str = Header(),
    ) -> JSONResponse:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
        expected = base64.b64encode(f"rifq:{SECRET.replace(' ', '%20')}".encode()).decode()
        plain = base64.b64encode(f"rifq:{SECRET}".encode()).decode()
        assert grant_type == "authorization_code"
        assert self.asked["code_challenge_method"] == "S256"
        assert redirect_uri == self.asked["redirect_uri"]
        assert authorization in {f"Basic {expected}", f"Basic {plain}"}
        if code != "the-code" or challenge != self.asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        forged = None if self.alg == "RS256" else _forged(self.alg, self.claims)
        token = forged or jwt.encode({"alg": "RS256", "kid": "one"}, self.claims, self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token})


def _forged(alg: str, claims: dict[str, Any]) -> str:
    """Return a token that is unsigned, or signed with the public key as if it were a shared secret."""

    def encode(part: bytes) -> str:
        return base64.urlsafe_b64encode(part).rstrip(b"=").decode()

    header = {"alg": alg, "kid": "one", "typ": "JWT"}
    signed = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    mac = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256") if alg == "HS256" else b""
    return f"{signed}.{encode(mac)}"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    """All that authlib sends goes to the played provider."""
    played = Provider()
    client = oauth2_client.httpx2.AsyncClient
    whole: Callable[..., None] = client.__init__

    def init(self: object, *args: Any, **named: Any) -> None:
        whole(self, *args, **named | {"transport": oauth2_client.httpx2.ASGITransport(app=played.app)})

    monkeypatch.setattr(client, "__init__", init)
    return played


@pytest.fixture
async def service(serving: Serve, provider: Provider) -> AsyncIterator[Service]:
    async with _serve(serving) as opened:
        yield opened


@asynccontextmanager
async def _serve(serving: Serve, **changed: Any) -> AsyncIterator[Service]:
    named: dict[str, Any] = {"oidc_issuer": ISSUER, "oidc_client_id": "rifq", "oidc_client_secret": SecretStr(SECRET)}
    place = {"allowed_hosts": ("rifq.example",), "public_url": "https://rifq.example"}
    async with serving(**place | named | changed) as opened:
        yield opened


def browser(service: Service) -> httpx.AsyncClient:
    return service.client(base="https://rifq.example")


async def leave(client: httpx.AsyncClient, next_: str = "/") -> str:
    answer = await client.get("/signin/oidc", params={"next": next_})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


async def test_a_known_person_comes_back_signed_in(service: Service, provider: Provider) -> None:
    await service.access.people.add(EMAIL, Role.REVIEWER, by=operator(), without_password=True)
    async with browser(service) as client:
        assert "/signin/oidc?next=" in (await client.get("/signin")).text
        location = await leave(client, "/commitments")
        assert location.startswith(f"{ISSUER}/authorize?")
        back = await client.get(provider.approve(location, email="Sara@Example.com"))
        assert (back.status_code, back.headers["Location"]) == (303, "/commitments")
        assert provider.asked["redirect_uri"] == "https://rifq.example/signin/oidc/callback"
        assert provider.asked["scope"] == "openid email profile"
        me = (await client.get("/v1/me")).json()
        assert (me["email"], me["role"]) == (EMAIL, "reviewer")
        assert 'name="old"' not in (await client.get("/account")).text, "there is no password to change"


async def test_strangers_are_refused_or_made_with_the_configured_role(serving: Serve, provider: Provider) -> None:
    async with _serve(serving) as service, browser(service) as client:
        back = await client.get(provider.approve(await leave(client)))
        assert back.status_code == 401
        assert (await service.access.people.list(tenant="default")).items == ()
    async with _serve(serving, oidc_role=Role.AGENT) as service, browser(service) as client:
        back = await client.get(provider.approve(await leave(client)))
        assert back.status_code == 303
        made = (await service.access.people.list(tenant="default")).items[0]
        assert (made.email, made.role, made.name) == (EMAIL, Role.AGENT, "سارة")


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": None},
        {"email": "ⓢara@example.com"},
        {"iss": "https://other.example"},
        {"aud": "another"},
        {"nonce": "another"},
        {"exp": 1_000_000_000},
    ],
)
async def test_claims_that_do_not_fit_admit_nobody(
    service: Service, provider: Provider, claims: dict[str, Any]
) -> None:
    await service.access.people.add(EMAIL, Role.ADMIN, by=operator())
    async with browser(service) as client:
        back = await client.get(provider.approve(await leave(client), **claims))
        assert back.status_code == 401
        assert (await client.get("/v1/me")).status_code == 401


@pytest.mark.parametrize("alg", ["HS256", "none", "another key"])
async def test_signatures_that_do_not_fit_admit_nobody(service: Service, provider: Provider, alg: str) -> None:
    await service.access.people.add(EMAIL, Role.ADMIN, by=operator())
    async with browser(service) as client:
        back = provider.approve(await leave(client))
        if alg == "another key":
            provider.key = RSAKey.generate_key(2048, {"kid": "one"}, auto_kid=False)
        else:
            provider.alg = alg
        assert (await client.get(back)).status_code == 401


async def test_state_code_and_browser_must_be_those_that_left(service: Service, provider: Provider) -> None:
    await service.access.people.add(EMAIL, Role.ADMIN, by=operator())
    async with browser(service) as client, browser(service) as other:
        back = provider.approve(await leave(client))
        assert (await other.get(back)).status_code == 401, "a callback that somebody was sent"
        await leave(other)
        assert (await other.get(back)).status_code == 401, "another browser's sign-in"
        assert (await client.get(back.replace("state=", "state=x"))).status_code == 401
        assert (await client.get(back)).status_code == 401, "a failed one is not tried again"
        back = provider.approve(await leave(client))
        assert (await client.get(back)).status_code == 303
        assert (await client.get(back)).status_code == 401, "once"
        await leave(client)
        assert (await client.get("/signin/oidc/callback?error=access_denied")).status_code == 401


async def test_a_locked_person_stays_out(service: Service, provider: Provider) -> None:
    made = await service.access.people.add(EMAIL, Role.AGENT, by=operator())
    await service.access.people.change(made.id, by=operator(), locked=True)
    async with browser(service) as client:
        assert (await client.get(provider.approve(await leave(client)))).status_code == 401


async def test_a_provider_that_is_another_or_silent_is_told(service: Service, provider: Provider) -> None:
    provider.metadata["issuer"] = "https://other.example"
    async with browser(service) as client:
        assert (await client.get("/signin/oidc")).status_code == 503
    provider.metadata.clear()
    async with browser(service) as client:
        assert (await client.get("/signin/oidc")).status_code == 503


async def test_a_missing_extra_and_a_missing_address_are_told(serving: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="RIFQ_PUBLIC_URL"):
        async with _serve(serving, public_url=None):
            pass
    with pytest.raises(ConfigurationError, match="https"):
        async with _serve(serving, oidc_issuer="http://id.example"):
            pass
    monkeypatch.setattr(oidc, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"rifq\[oidc\]"):
        async with _serve(serving):
            pass


async def test_without_a_provider_there_is_nothing_to_leave_for(serving: Serve) -> None:
    async with serving() as service, service.client() as client:
        assert "/signin/oidc" not in (await client.get("/signin")).text
        assert (await client.get("/signin/oidc")).status_code == 503
