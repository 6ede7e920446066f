import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from api.cli import app as commands
from api.copilot import Copilot
from api.settings import Settings
from inference.types import Feedback, FeedbackReason, Freshness, Message, Reason, Status, Verdict
from retrieval.store import ResolutionStore
from tests.api.conftest import fill, open_fake
from tests.api.fakes import TODAY, resolution

pytestmark = pytest.mark.databases("sqlite", "postgres")
ARRIVAL = "My new card has not arrived yet"
WRONG = Feedback(verdict=Verdict.REJECTED, reasons=(FeedbackReason.INCORRECT_INFORMATION,))
LATER = date(2099, 6, 1)


async def reject(copilot: Copilot, feedback: Feedback = WRONG) -> str:
    stored = await copilot.propose(Message(text=ARRIVAL))
    await copilot.give_feedback(stored.id, feedback)
    return stored.id


async def state(copilot: Copilot, name: str = "card.en") -> Freshness:
    return (await copilot.resolutions.get(name)).freshness(TODAY)


async def verify(copilot: Copilot, name: str = "card.en") -> None:
    await copilot.resolutions.verify(name, by="Amal", on=TODAY, review_by=LATER)
    await copilot.keeper.refresh()


async def test_repeated_rejection_sends_back_until_verified_again(copilot: Copilot) -> None:
    await reject(copilot)
    assert await state(copilot) is Freshness.VERIFIED
    await reject(copilot)
    assert await state(copilot) is Freshness.SENT_BACK
    draft = (await copilot.propose(Message(text=ARRIVAL))).draft
    assert (draft.status, draft.reason, draft.text) == (Status.NO_SAFE_DRAFT, Reason.UNRELIABLE_SOURCE, "")
    assert "sent back to review" in draft.notes[0]
    assert await copilot.resolutions.verify_all(by="Amal", on=TODAY, review_by=LATER) == 1, "draft.en alone"
    await verify(copilot)
    assert (await copilot.draft([Message(text=ARRIVAL)]))[0].status is Status.READY
    await reject(copilot)
    assert await state(copilot) is Freshness.VERIFIED, "counted since the last verification"


async def test_a_draft_counts_once_and_its_last_verdict_counts(copilot: Copilot) -> None:
    first = await reject(copilot)
    await copilot.give_feedback(first, WRONG)
    assert await state(copilot) is Freshness.VERIFIED
    await copilot.give_feedback(first, Feedback(verdict=Verdict.ACCEPTED))
    outdated = Feedback(verdict=Verdict.EDITED, final_text="No.", reasons=(FeedbackReason.OUTDATED_INFORMATION,))
    await reject(copilot, outdated)
    assert await state(copilot) is Freshness.VERIFIED
    await reject(copilot, Feedback(verdict=Verdict.REJECTED, reasons=(FeedbackReason.WRONG_TONE,)))
    assert await state(copilot) is Freshness.VERIFIED
    await copilot.give_feedback(first, WRONG)
    assert await state(copilot) is Freshness.SENT_BACK


async def test_a_verdict_on_former_words_does_not_count(copilot: Copilot) -> None:
    await reject(copilot)
    late = await copilot.propose(Message(text=ARRIVAL))
    changed = (await copilot.resolutions.get("card.en")).model_copy(update={"answer": "Cards arrive within 9 days."})
    await copilot.resolutions.replace(changed)
    await copilot.give_feedback(late.id, WRONG)
    assert await state(copilot) is Freshness.VERIFIED


async def test_no_count_is_lost_or_doubled_between_processes(settings: Settings) -> None:
    async with open_fake(settings) as one, open_fake(settings) as other:
        drafts = [await one.propose(Message(text=ARRIVAL)) for _ in range(2)]
        await asyncio.gather(
            *(copilot.drafts.add_feedback(drafts[0].id, WRONG, tenant="default") for copilot in (one, other))
        )
        assert await state(one) is Freshness.VERIFIED
        before = await one.resolutions.generation()
        await asyncio.gather(
            *(
                copilot.drafts.add_feedback(draft.id, WRONG, tenant="default")
                for copilot in (one, other)
                for draft in drafts
            )
        )
        assert await state(other) is Freshness.SENT_BACK
        assert int((await one.resolutions.generation()).split("-")[0]) == int(before.split("-")[0]) + 1


async def _expire(store: ResolutionStore) -> None:
    yesterday = TODAY - timedelta(days=1)
    await store.verify("card.en", by="Amal", on=yesterday, review_by=yesterday)


async def _unverify(store: ResolutionStore) -> None:
    stored = await store.get("card.en")
    await store.replace(stored.model_copy(update={"verified_by": None, "verified_at": None, "review_by": None}))


async def _retire(store: ResolutionStore) -> None:
    await store.retire("card.en", by="Amal", reason="old", on=TODAY)


@pytest.mark.parametrize(
    ("change", "said"),
    [(_expire, "passed its review date"), (_unverify, "Nobody has verified"), (_retire, None)],
)
async def test_an_unreliable_source_is_never_the_sole_ground(copilot: Copilot, change: Any, said: str | None) -> None:
    assert (await copilot.draft([Message(text=ARRIVAL)]))[0].status is Status.READY
    await change(copilot.resolutions)
    await copilot.keeper.refresh()
    draft = (await copilot.draft([Message(text=ARRIVAL)]))[0]
    assert draft.status is not Status.READY
    if said is None:
        assert "card.en" not in {source.id for source in draft.sources}
        assert "card.en" not in {hit.resolution.id for hit in (await copilot.search([Message(text=ARRIVAL)]))[0].hits}
    else:
        assert draft.text == ""
        assert said in draft.notes[0]


async def test_a_draft_tells_of_what_contradicts_its_source(copilot: Copilot) -> None:
    await copilot.resolutions.add(
        resolution("post.en", "My new card has not arrived", "Cards arrive within 12 working days.", "en")
    )
    await copilot.keeper.refresh()
    draft = (await copilot.draft([Message(text=ARRIVAL)]))[0]
    source = draft.sources[0]
    assert draft.status is Status.READY
    assert source.contradictions
    assert "post.en" in source.contradictions[0] or "card.en" in source.contradictions[0]
    assert "12 working days" in source.contradictions[0]
    assert source.contradictions[0] in draft.notes
    assert draft == (await copilot.draft([Message(text=ARRIVAL)]))[0]


async def test_life_over_http(client: httpx.AsyncClient) -> None:
    body = {"by": "Sara", "reason": "The service has ended."}
    retired = await client.post("/v1/resolutions/card.en/retire", json=body)
    assert retired.json()["retired"] == {"by": "Sara", "at": TODAY.isoformat(), "reason": "The service has ended."}
    again = await client.post("/v1/resolutions/card.en/retire", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert (await client.post("/v1/resolutions/nope/retire", json=body)).status_code == 404
    assert (await client.post("/v1/resolutions/card.en/retire", json={"by": "Sara"})).status_code == 422
    put = await client.put("/v1/resolutions/card.en", json=retired.json() | {"retired": None})
    assert put.json()["retired"] == retired.json()["retired"], "writing it does not bring it back"
    listed = (await client.get("/v1/resolutions", params={"freshness": "retired"})).json()
    assert [item["id"] for item in listed["items"]] == ["card.en"]
    found = (await client.get("/v1/knowledge/status")).json()
    assert (found["total"], found["states"]["retired"], found["states"]["unverified"]) == (5, 1, 1)
    assert found["owners"][0]["owner"] == "Cards team"
    restored = await client.post("/v1/resolutions/card.en/restore")
    assert (restored.status_code, restored.json()["retired"], restored.json()["verified_by"]) == (200, None, None)
    assert (await client.post("/v1/resolutions/card.en/restore")).status_code == 409


async def test_contradictions_over_http(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/knowledge/contradictions")).json() == {"items": [], "next": None, "total": 0}
    new = {"id": "post.en", "problem": "My new card has not arrived", "answer": "Cards arrive within 12 working days."}
    await client.post("/v1/resolutions", json=new)
    listed = (await client.get("/v1/knowledge/contradictions")).json()
    pair = next(item for item in listed["items"] if item["second"] == "post.en")
    assert pair["differences"][0]["second"] == "Cards arrive within 12 working days."
    for item in listed["items"]:
        chosen = {"first": item["second"], "second": item["first"], "by": "سارة"}
        assert (await client.post("/v1/knowledge/contradictions/dismiss", json=chosen)).status_code == 204
        assert (await client.post("/v1/knowledge/contradictions/dismiss", json=chosen)).status_code == 404
    assert (await client.get("/v1/knowledge/contradictions")).json()["total"] == 0


def test_life_on_the_command_line(tmp_path: Path, fake_encoder: None) -> None:
    folder = tmp_path / "store"
    asyncio.run(fill(folder))

    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(commands, ["knowledge", *arguments, "--store", str(folder)])
        return result.exit_code, result.stdout, result.stderr

    assert run("retire", "card.en", "--by", "Sara", "--reason", "old")[0] == 0
    assert "retired" in run("list", "--state", "retired")[1]
    assert run("list", "--state", "retired")[1].startswith("card.en\t")
    status = run("status")[1]
    assert "Cards team: " in status
    assert "seem to contradict others" in status
    assert run("restore", "card.en")[0] == 0
    assert [line.split("\t")[0] for line in run("list", "--state", "draft")[1].splitlines()] == ["card.en", "draft.en"]
    assert run("contradictions")[2] == "0 pairs seem to contradict each other.\n"
    assert run("contradictions", "--by", "Sara")[0] == 2
