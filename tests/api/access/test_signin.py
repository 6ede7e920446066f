import re
from importlib import import_module
from pkgutil import iter_modules

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st

import api.console
from api.access.cookies import FRAME
from api.access.limits import SIGN_INS
from api.access.principal import Role, Scope
from api.console.signing import safe
from tests.api.access.conftest import PASSWORD, Serve, Service, operator

EMAIL = "sara@example.com"
FORM = {"email": EMAIL, "password": PASSWORD}


async def test_a_page_leads_to_the_sign_in_and_back(service: Service) -> None:
    await service.person()
    async with service.client() as client:
        away = await client.get("/commitments?state=open")
        assert (away.status_code, away.headers["Location"]) == (303, "/signin?next=%2Fcommitments%3Fstate%3Dopen")
        page = await client.get(away.headers["Location"], headers={"Accept-Language": "en"})
        assert 'value="/commitments?state=open"' in page.text
        back = await client.post("/signin", data=FORM | {"next": "/commitments?state=open"})
        assert (back.status_code, back.headers["Location"]) == (303, "/commitments?state=open")
        shown = await client.get("/commitments?state=open")
        assert shown.status_code == 200
        assert "سارة" in shown.text
        assert (await client.get("/signin")).status_code == 303
        out = await client.post("/signout")
        assert (out.status_code, out.headers["Location"]) == (303, "/signin")
        assert (await client.get("/")).status_code == 303
        assert (await client.post("/console/drafts", data={"text": "x"})).headers["Location"] == "/signin"


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
async def test_the_form_stands_in_both_languages_without_scripts(
    service: Service, language: str, direction: str
) -> None:
    async with service.client() as client:
        page = await client.get(f"/signin?lang={language}")
        assert f'<html lang="{language}" dir="{direction}">' in page.text
        assert "<script" not in page.text
        assert "signin" not in re.sub(r'(?:action|href|name)="[^"]*"', "", page.text), "a text is missing"
        wrong = await client.post("/signin", data={"email": "<b>@x.y", "password": "no"})
        assert wrong.status_code == 401
        assert "&lt;b&gt;@x.y" in wrong.text
        assert 'role="alert"' in wrong.text


async def test_the_cookie_is_out_of_reach(service: Service, serving: Serve) -> None:
    await service.person()
    async with service.client() as client:
        cookie = (await client.post("/signin", data=FORM)).headers.get_list("Set-Cookie")[0]
        assert cookie.startswith("rifq_session=")
        assert {"httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    async with serving(allowed_hosts=("rifq.example",)) as secure:
        async with secure.client(base="https://rifq.example") as client:
            answer = await client.post("/signin", data=FORM)
            cookie = answer.headers.get_list("Set-Cookie")[0]
            assert cookie.startswith("__Host-rifq_session=")
            assert "; secure" in cookie.lower()
            assert "domain" not in cookie.lower()
            token = cookie.split("=", 1)[1].split(";")[0]
        async with secure.client(base="https://rifq.example") as client:
            tossed = {"Cookie": f"rifq_session={token}"}
            assert (await client.get("/v1/me", headers=tossed)).status_code == 401, "a neighbour's cookie is not read"
            own = {"Cookie": f"rifq_session=abc; __Host-rifq_session={token}"}
            assert (await client.get("/v1/me", headers=own)).status_code == 200
            frame = {"Cookie": f"{FRAME}={token}"}
            assert (await client.get("/v1/me", headers=frame)).status_code == 401, "the frame's cookie opens no more"


async def test_a_planted_session_is_not_taken_over(service: Service) -> None:
    await service.person()
    async with service.client() as client:
        client.cookies.set("rifq_session", "ab" * 32, domain="localhost.local")
        answer = await client.post("/signin", data=FORM, headers={"Cookie": f"rifq_session={'ab' * 32}"})
        assert "ab" * 32 not in answer.headers.get_list("Set-Cookie")[0]
    async with service.client() as client:
        assert (await client.get("/v1/me", headers={"Cookie": f"rifq_session={'ab' * 32}"})).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://["},
    ],
)
async def test_other_sites_pages_cannot_write_with_the_cookie(service: Service, headers: dict[str, str]) -> None:
    await service.person()
    async with service.signed_in() as client:
        for address, form in (
            ("/signout", {}),
            ("/signin", FORM),
            ("/account/password", {"old": PASSWORD, "new": "x" * 20}),
            ("/console/drafts", {"text": "My card has not arrived"}),
        ):
            refused = await client.post(address, data=form, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "cross_site"), address
        assert (await client.get("/v1/me")).status_code == 200, "still signed in"


async def test_guesses_are_limited_by_name_and_do_not_lock_out_the_persons_own_browser(serving: Serve) -> None:
    async with serving(attempts_per_minute=10_000) as service:
        await service.person()
        async with service.client() as own, service.client() as stranger:
            assert (await own.post("/signin", data=FORM)).status_code == 303
            guesses = [
                await stranger.post("/signin", data=FORM | {"password": f"guess number {n}"})
                for n in range(SIGN_INS.amount + 3)
            ]
            assert [answer.status_code for answer in guesses] == [401] * (SIGN_INS.amount - 1) + [429] * 4
            assert int(guesses[-1].headers["Retry-After"]) >= 1
            right = await stranger.post("/signin", data=FORM)
            assert right.status_code == 429, "a right guess tells nothing then"
            assert (await own.get("/v1/me")).status_code == 200
            await own.post("/signout")
            assert (await own.post("/signin", data=FORM)).status_code == 303
            unknown = [
                (await stranger.post("/signin", data=FORM | {"email": "nobody@example.com"})).status_code
                for _ in range(SIGN_INS.amount + 1)
            ]
            assert unknown == [401] * SIGN_INS.amount + [429], "nobody is throttled like somebody"


async def test_a_mark_of_another_persons_browser_counts_as_a_strangers(serving: Serve) -> None:
    async with serving(attempts_per_minute=10_000) as service:
        await service.person()
        await service.person("other@example.com", Role.AGENT)
        async with service.client() as browser:
            assert (await browser.post("/signin", data=FORM | {"email": "other@example.com"})).status_code == 303
            for _ in range(SIGN_INS.amount):
                assert (await browser.post("/signin", data=FORM | {"password": "wrong"})).status_code == 401
        async with service.client() as stranger:
            assert (await stranger.post("/signin", data=FORM | {"password": "wrong"})).status_code == 429


async def test_guesses_are_limited_by_address(serving: Serve) -> None:
    async with serving(attempts_per_minute=3) as service, service.client() as client:
        codes = [
            (await client.post("/signin", data={"email": f"p{n}@example.com", "password": "wrong"})).status_code
            for n in range(5)
        ]
    assert codes == [401, 401, 401, 429, 429]


async def test_a_temporary_password_leads_to_its_change_and_nowhere_else(service: Service) -> None:
    made = await service.access.people.add(EMAIL, Role.ADMIN, by=operator())
    assert made.password is not None
    async with service.signed_in(password=made.password) as client:
        for address in ("/", "/commitments"):
            assert (await client.get(address)).headers["Location"] == "/account"
        assert (await client.get("/v1/keys")).status_code == 403
        page = await client.get("/account?lang=ar")
        assert "مؤقتة" in page.text
        short = await client.post("/account/password", data={"old": made.password, "new": "short"})
        assert short.status_code == 422
        wrong = await client.post("/account/password", data={"old": "wrong", "new": PASSWORD})
        assert wrong.status_code == 401
        done = await client.post("/account/password", data={"old": made.password, "new": PASSWORD})
        assert done.headers["Location"] == "/account?saved=1"
        assert (await client.get("/")).status_code == 200
        assert (await client.get("/v1/keys")).status_code == 200


async def test_signing_out_everywhere_ends_other_browsers(service: Service) -> None:
    await service.person()
    async with service.signed_in() as one, service.signed_in() as other:
        await one.post("/signout", data={"everywhere": "1"})
        assert (await other.get("/v1/me")).status_code == 401
        away = await other.get("/")
        assert away.status_code == 303
        assert 'rifq_session=""' in away.headers["Set-Cookie"], "a dead cookie is taken away"


async def test_an_expired_sign_in_takes_htmx_to_the_form(service: Service) -> None:
    async with service.client() as client:
        answer = await client.post("/console/drafts", data={"text": "x"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/signin")


async def test_pages_that_a_key_may_not_see_say_so(service: Service) -> None:
    async with service.client(await service.key(Scope.ANALYSE)) as client:
        page = await client.get("/", headers={"Accept-Language": "ar"})
    assert page.status_code == 403
    assert "خارج صلاحيات" in page.text
    assert 'href="/commitments"' not in page.text


async def test_a_team_is_asked_for_where_there_are_several(service: Service, serving: Serve) -> None:
    await service.person(tenant="acme")
    async with service.client() as client:
        assert 'name="team"' in (await client.get("/signin")).text
        assert (await client.post("/signin", data=FORM)).status_code == 401
        assert (await client.post("/signin", data=FORM | {"team": "acme"})).status_code == 303
        assert (await client.get("/v1/me")).json()["tenant"] == "acme"
        assert (await client.post("/signin", data=FORM | {"team": "no-such"})).status_code == 401


@pytest.mark.parametrize(
    "next_",
    [
        "//evil.example", "https://evil.example", "\\\\evil.example", "/\\evil.example", "javascript:alert(1)", "",
        "evil",
        "/\t/evil.example", "//[", "/signout", "/signin?next=/", "http:evil",
        "/a\r\nSet-Cookie: x=1", "/" + "a" * 3_000,
    ],
)  # fmt: skip
def test_one_is_never_led_elsewhere(next_: str) -> None:
    assert safe(next_) == "/"


@given(st.text(max_size=40))
def test_whatever_comes_one_stays_here(next_: str) -> None:
    kept = httpx.URL("https://rifq.example/signin").join(safe(next_))
    assert kept.host == "rifq.example"


@pytest.mark.parametrize("next_", ["/", "/commitments?state=open", "/?draft=0a1b", "/?q=بطاقة"])
def test_own_addresses_are_kept(next_: str) -> None:
    assert safe(next_) == next_


async def test_every_page_but_the_sign_in_needs_one(service: Service) -> None:
    open_ = {"/signin", "/signin/oidc", "/signin/oidc/callback", "/signout"}
    asked = set()
    async with service.client() as client:
        for module in iter_modules(api.console.__path__):
            router = getattr(import_module(f"api.console.{module.name}"), "router", APIRouter())
            for route in router.routes:
                assert isinstance(route, APIRoute)
                if route.path in open_:
                    continue
                for method in route.methods or ():
                    answer = await client.request(method, route.path.replace("{", "no-").replace("}", ""))
                    assert answer.status_code == 303, (method, route.path)
                    assert answer.headers["Location"].startswith("/signin"), (method, route.path)
                    asked.add(route.path)
    assert {"/", "/commitments", "/console/drafts", "/account"} <= asked
