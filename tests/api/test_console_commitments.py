import httpx
import pytest
from fastapi import FastAPI

from api.console.strings import keys
from api.ledger import Listing
from inference.types import CommitmentKind, CommitmentState
from tests.api.test_commitments import WEEK, later, promise


@pytest.fixture
async def overdue(app: FastAPI) -> str:
    """The id of an overdue commitment."""
    made = await promise(app.state.tenants.copilot("default"))
    later(app.state.tenants.copilot("default"), WEEK / 2)
    return made


def test_both_languages_name_every_state_and_kind() -> None:
    kinds = {f"promise.{kind.value}" for kind in CommitmentKind}
    states = {f"state.{state.value}" for state in (*CommitmentState, *Listing)}
    assert kinds | states <= keys("en")
    assert kinds | states <= keys("ar")


@pytest.mark.parametrize(("language", "said"), [("en", "Overdue"), ("ar", "فات الموعد")])
async def test_what_is_overdue_is_shown_with_its_forms(
    client: httpx.AsyncClient, overdue: str, language: str, said: str
) -> None:
    page = (await client.get("/commitments", params={"lang": language})).text
    assert f'<html lang="{language}"' in page
    assert said in page
    assert page.count(f'action="/console/commitments/{overdue}/events"') == 1
    assert "We will call you back" in page
    assert "<bdi>Huda</bdi>" in page


async def test_what_became_of_it_is_told_once(client: httpx.AsyncClient, overdue: str) -> None:
    address, form = f"/console/commitments/{overdue}/events", {"event": "kept", "by": "<b>Huda", "state": "overdue"}
    done = await client.post(address, data=form)
    assert (done.status_code, done.headers["location"]) == (303, "/commitments?state=overdue")
    assert overdue not in (await client.get("/commitments")).text
    assert overdue not in (await client.get("/commitments", params={"state": "kept"})).text
    late = (await client.get("/commitments", params={"state": "late", "lang": "en"})).text
    assert "Kept late" in late
    assert "<form" not in late
    refused = await client.post(address, data=form | {"event": "broken"})
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text


@pytest.mark.parametrize(
    "form", [{"event": "kept", "by": " "}, {"event": "withdrawn", "by": "Huda"}, {"event": "made", "by": "Huda"}, {}]
)
async def test_a_form_that_does_not_fit_is_refused(
    client: httpx.AsyncClient, overdue: str, form: dict[str, str]
) -> None:
    refused = await client.post(f"/console/commitments/{overdue}/events", data=form)
    assert refused.status_code == 422
    assert overdue in refused.text
