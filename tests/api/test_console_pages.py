"""What the console's pages share: moments by the tenant's clock, and links to one another."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI

from api.console.forms import feedback_of
from api.console.routes import _templates
from api.console.strings import Language, say
from api.console.view import moment
from inference.calendar import WorkCalendar
from inference.policy import TenantPolicies
from inference.types import Verdict
from models.errors import InputError
from tests.api.test_commitments import promise

AT = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)


def test_a_moment_is_shown_by_the_clock_of_its_zone() -> None:
    shown = str(moment(AT, ZoneInfo("Asia/Riyadh")))
    assert 'title="Asia/Riyadh, UTC+03:00"' in shown
    assert '<bdi dir="ltr">2026-03-02 01:30</bdi>' in shown
    assert 'datetime="2026-03-02T01:30:00+03:00"' in shown
    assert '<bdi dir="ltr">2026-03-01 22:30 UTC</bdi>' in str(moment(AT, UTC))


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_pages_show_the_tenants_clock(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    await promise(app.state.tenants.copilot("default"))
    address = {"state": "open", "lang": language}
    plain = (await client.get("/commitments", params=address)).text
    assert " UTC</bdi>" in plain
    calendar = WorkCalendar.model_validate({"timezone": "Asia/Riyadh", "hours": ["09:00-17:00"]})
    policy = app.state.tenants.policies.of("default").model_copy(update={"calendar": calendar})
    monkeypatch.setattr(TenantPolicies, "of", lambda *_: policy)
    page = (await client.get("/commitments", params=address)).text
    assert 'title="Asia/Riyadh, UTC+03:00"' in page
    assert " UTC</bdi>" not in page


@pytest.mark.parametrize("path", ["/", "/commitments", "/complaints", "/sent"])
async def test_each_page_links_to_the_others(client: httpx.AsyncClient, path: str) -> None:
    page = (await client.get(path, params={"lang": "en"})).text
    for other in ("/", "/commitments", "/complaints", "/sent", "/review"):
        here = ' aria-current="page"' if other == path else ""
        assert f'<a class="switch" href="{other}"{here}>' in page


async def test_a_route_is_logged_that_head_and_options_met(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, object]] = []
    monkeypatch.setattr("api.http.door._logger.log", lambda _level, _event, **values: lines.append(values))
    for method, path in (("HEAD", "/v1/drafts"), ("OPTIONS", "/v1/drafts/abc"), ("HEAD", "/none"), ("OPTIONS", "/no")):
        await client.request(method, path)
    assert [(line["method"], line["route"]) for line in lines] == [
        ("HEAD", "/v1/drafts"),
        ("OPTIONS", "/v1/drafts/{id}"),
        ("HEAD", "(none)"),
        ("OPTIONS", "(none)"),
    ]


@pytest.mark.parametrize(("language", "said"), [("en", "Optional: leave it empty"), ("ar", "اختياري؛ يُترك فارغًا")])
def test_the_form_to_sign_in_says_that_the_team_may_stay_empty(language: Language, said: str) -> None:
    words = {"t": lambda key: say(language, key), "ui": language, "ui_dir": "ltr", "next": "/", "error": None}
    values = {"team": "", "email": "", "oidc": False}
    page = _templates.get_template("signin.html").render(teams=True, **words, **values)
    assert 'aria-describedby="team-hint"' in page
    assert f'<small id="team-hint">{said}' in page
    assert "team-hint" not in _templates.get_template("signin.html").render(teams=False, **words, **values)


def test_both_pages_read_a_verdict_in_one_way() -> None:
    given = feedback_of("edited", "a\r\nb", "c\r\nd", ("too_long",))
    assert (given.verdict, given.final_text, given.comment) == (Verdict.EDITED, "a\nb", "c\nd")
    assert feedback_of("accepted", "left in the field", "", ()).final_text is None
    for verdict, reasons in (("nonsense", ()), ("rejected", ("nonsense",))):
        with pytest.raises(InputError):
            feedback_of(verdict, "", "", reasons)
