from importlib import import_module
from pkgutil import iter_modules

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

import api.console
from api.access.audit import read_audit
from api.access.principal import Role, Scope
from api.access.trail import AUDITED
from models.errors import ConfigurationError
from tests.api.access.conftest import PASSWORD, Clock, Serve, Service, operator

ARRIVAL = {"text": "My new card has not arrived yet"}


async def test_nobody_is_admitted_without_a_key(service: Service) -> None:
    async with service.client() as client:
        answer = await client.post("/v1/analyze", json=ARRIVAL)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "unauthenticated"
        for open_ in ("/livez", "/readyz", "/openapi.json", "/static/console.css", "/signin"):
            assert (await client.get(open_)).status_code == 200, open_


async def test_a_key_sees_its_tenant_only_and_does_what_its_scopes_say(service: Service) -> None:
    async with service.client(await service.key(Scope.ANALYSE, tenant="acme")) as client:
        me = (await client.get("/v1/me")).json()
        assert (me["tenant"], me["scopes"], me["email"]) == ("acme", ["analyse"], None)
        assert (await client.post("/v1/analyze", json=ARRIVAL)).status_code == 200
        assert (await client.post("/v1/search", json=ARRIVAL)).json()["hits"] == []
        refused = await client.post("/v1/drafts", json=ARRIVAL)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    async with service.client(await service.key(Scope.ANALYSE)) as client:
        assert (await client.post("/v1/search", json=ARRIVAL)).json()["hits"]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "bearer nonsense",
        "Bearer " + "x" * 60_000,
        "rifq_0011",
        "Bearer rifq_é",
    ],
)
async def test_headers_that_hold_no_key_are_refused(service: Service, header: str) -> None:
    async with service.client() as client:
        answer = await client.get("/v1/me", headers=[(b"Authorization", header.encode())])
    assert answer.status_code == 401
    assert "nonsense" not in answer.text


async def test_two_headers_are_refused_whichever_is_right(service: Service) -> None:
    right = f"Bearer {await service.key()}"
    async with service.client() as client:
        for pair in ((right, "Bearer wrong"), (right, right)):
            headers = [("Authorization", value) for value in pair]
            assert (await client.get("/v1/me", headers=headers)).status_code == 401


async def test_a_key_in_the_address_is_refused_even_beside_a_right_header(service: Service) -> None:
    key = await service.key()
    async with service.client(key) as client:
        for query in (f"key={key}", f"x={key}", "access_token=abc", "api_key=abc", f"a=b&{key}"):
            answer = await client.get(f"/v1/me?{query}")
            assert answer.status_code == 401
            assert "rotate" in answer.json()["detail"]
            assert key not in answer.text


async def test_disabled_tenants_and_locked_people_are_refused_at_once(service: Service) -> None:
    key = await service.key(tenant="acme")
    await service.person()
    other = await service.person("other@example.com", Role.AGENT)
    async with service.client(key) as client, service.signed_in("other@example.com") as browser:
        assert (await client.get("/v1/me")).status_code == 200
        assert (await browser.get("/v1/me")).json()["role"] == "agent"
        await service.access.tenants.disable("acme", by=operator())
        await service.access.people.change(other, by=operator(), locked=True)
        assert (await client.get("/v1/me")).status_code == 401
        assert (await browser.get("/v1/me")).status_code == 401


async def test_requests_are_counted_for_each_key_alone(serving: Serve, limits_clock: Clock) -> None:
    async with serving(requests_per_minute=3) as service, service.client(await service.key()) as client:
        found = [await client.get("/v1/me") for _ in range(5)]
        assert [answer.status_code for answer in found] == [200, 200, 200, 429, 429]
        assert [answer.headers["RateLimit"].split(";")[1] for answer in found[:3]] == ["r=2", "r=1", "r=0"]
        assert found[0].headers["RateLimit-Policy"] == '"default";q=3;w=60'
        wait = int(found[3].headers["Retry-After"])
        assert 1 <= wait <= 120
        assert found[3].json()["code"] == "rate_limited"
        assert (await client.get("/livez")).status_code == 200
        async with service.client(await service.key()) as other:
            assert (await other.get("/v1/me")).status_code == 200
        limits_clock.move(seconds=wait)
        assert (await client.get("/v1/me")).status_code == 200, "what Retry-After says holds"


async def test_failing_attempts_are_limited_by_address_and_good_keys_elsewhere_are_not(
    serving: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(attempts_per_minute=4) as service:
        key = await service.key()
        async with service.client("rifq_wrong") as client:
            codes = [(await client.get("/v1/me")).status_code for _ in range(6)]
        assert codes == [401] * 4 + [429] * 2
        find = service.access.keys.find
        monkeypatch.setattr(service.access.keys, "find", _forbidden)  # nothing may be computed any more
        async with service.client(key) as client:
            assert (await client.get("/v1/me")).status_code == 429
        monkeypatch.setattr(service.access.keys, "find", find)
        transport = httpx.ASGITransport(app=service.app, client=("203.0.113.9", 1))
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as other:
            assert (await other.get("/v1/me")).status_code == 200


async def _forbidden(_: str) -> None:
    raise AssertionError


async def test_neighbours_of_one_ipv6_network_are_one_address(serving: Serve) -> None:
    async with serving(attempts_per_minute=2) as service:
        codes = []
        for host in ("2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3", "2001:db8:0:1::1"):
            transport = httpx.ASGITransport(app=service.app, client=(host, 1))
            headers = {"Authorization": "Bearer rifq_wrong"}
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
                codes.append((await client.get("/v1/me")).status_code)
    assert codes == [401, 401, 429, 401]


async def test_what_succeeds_is_audited_before_it_is_answered_and_what_fails_is_not(service: Service) -> None:
    body = {"id": "a/b", "problem": "My card is lost", "answer": "Block it in the app."}
    async with service.client(await service.key(Scope.KNOWLEDGE, Scope.DRAFT)) as client:
        assert (await client.post("/v1/resolutions", json=body)).status_code == 201
        verify = await client.post("/v1/resolutions/a/b/verify", json={"by": "Cards team", "review_in_days": 9})
        assert verify.status_code == 200
        assert (await client.post("/v1/resolutions/none/retire", json={"by": "x", "reason": "y"})).status_code == 404
        assert (await client.delete("/v1/resolutions/a/b")).status_code == 204
        draft = (await client.post("/v1/drafts", json=ARRIVAL)).json()["id"]
        accepted = {"verdict": "accepted"}
        assert (await client.post(f"/v1/drafts/{draft}/feedback", json=accepted)).status_code == 201
        assert (await client.post("/v1/drafts/none/feedback", json=accepted)).status_code == 404
    entries = (await read_audit(service.access.database, tenant="default")).items
    told = [(item.action, item.object) for item in entries if item.request_id]
    assert ("knowledge.verified", "a/b") in told
    assert ("knowledge.deleted", "a/b") in told
    assert ("draft.feedback", draft) in told
    assert not [object_ for _, object_ in told if object_ == "none"]
    assert ARRIVAL["text"] not in repr(entries)
    assert sum(item.action == "policy.seen" for item in entries) == 1


async def test_every_audited_route_exists(service: Service) -> None:
    paths = service.app.openapi()["paths"]
    found = {(method.upper(), path) for path, operations in paths.items() for method in operations}
    for module in iter_modules(api.console.__path__):
        router = getattr(import_module(f"api.console.{module.name}"), "router", APIRouter())
        routes = [route for route in router.routes if isinstance(route, APIRoute)]
        found |= {(method, route.path) for route in routes for method in route.methods or ()}
    assert {(method, path.replace(":path", "")) for method, path in AUDITED} <= found


async def test_the_open_gate_admits_everybody_as_the_one_tenants_administrator(serving: Serve) -> None:
    async with serving(auth="off") as service, service.client() as client:
        me = (await client.get("/v1/me")).json()
        assert (me["tenant"], me["actor"], len(me["scopes"])) == ("default", "local", len(Scope))
        assert (await client.get("/signin")).status_code == 303
        assert "RateLimit" not in (await client.get("/v1/me")).headers


async def test_access_over_http_makes_keys_that_admit_and_people_who_sign_in(service: Service) -> None:
    async with service.client(await service.key()) as admin:
        made = await admin.post("/v1/keys", json={"name": "مساعد", "scopes": ["analyse"], "expires_in_days": 1})
        assert made.status_code == 201
        assert made.headers["Cache-Control"] == "no-store"
        async with service.client(made.json()["key"]) as client:
            assert (await client.get("/v1/me")).json()["scopes"] == ["analyse"]
            rotated = await admin.post(f"/v1/keys/{made.json()['id']}/rotate", json={"overlap_hours": 0})
            assert (await client.get("/v1/me")).status_code == 401
        async with service.client(rotated.json()["key"]) as client:
            assert (await client.get("/v1/me")).status_code == 200
            assert (await admin.delete(f"/v1/keys/{made.json()['id']}")).status_code == 204
            assert (await client.get("/v1/me")).status_code == 401
        listed = (await admin.get("/v1/keys")).text
        assert rotated.json()["key"] not in listed
        person = await admin.post("/v1/people", json={"email": "n@example.com", "role": "agent"})
        assert person.status_code == 201
        id_ = person.json()["id"]
        assert (await admin.patch(f"/v1/people/{id_}", json={"role": "reviewer"})).json()["role"] == "reviewer"
        reset = await admin.post(f"/v1/people/{id_}/password", json={"password": PASSWORD})
        assert reset.json()["password"] is None
        assert (await admin.post("/v1/people", json={"email": "n@example.com", "role": "agent"})).status_code == 409
        actions = [item["action"] for item in (await admin.get("/v1/audit")).json()["items"]]
        page = (await admin.get("/v1/audit?limit=1")).json()
        assert len(page["items"]) == 1
        following = (await admin.get(f"/v1/audit?limit=200&cursor={page['next']}")).json()["items"]
    assert {"key.made", "key.rotated", "key.revoked", "person.made", "person.role", "person.reset"} <= set(actions)
    assert page["items"][0]["id"] not in {item["id"] for item in following}
    async with service.signed_in("n@example.com") as browser:
        assert (await browser.get("/v1/me")).json()["role"] == "reviewer"


@pytest.mark.parametrize(
    "changed",
    [
        {"oidc_issuer": "https://id.example"},
        {"oidc_client_id": "rifq"},
        {"rate_store": "nonsense://x"},
        {"rate_store": "redis://localhost:1"},
    ],
)
async def test_wrong_settings_are_named(serving: Serve, changed: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="RIFQ_"):
        async with serving(**changed):
            pass
