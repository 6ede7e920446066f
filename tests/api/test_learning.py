"""What agents' choices teach: proposed once, masked, read by somebody, and found by from then on."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.root import app as command_line
from api.copilot import Copilot
from api.learning import Learned, LearnedCase, add_learned, learnable
from inference.types import Feedback, Freshness, Message, Verdict
from tests.api.fakes import TODAY

WORDS = "zzz the thing you sent the card vvv took a piece of my money, call +966 55 123 4567, Nadia Alharbi"
pytestmark = pytest.mark.databases("sqlite", "postgres")


async def chosen(copilot: Copilot, verdict: Verdict | None, text: str = WORDS) -> str:
    asked = await copilot.propose(Message.model_validate({"text": text, "customer": {"name": "Nadia Alharbi"}}))
    made = await copilot.propose_again(asked.id, source="fee.en")
    if verdict is not None:
        await copilot.give_feedback(made.id, Feedback(verdict=verdict, final_text="It costs 20 riyals."))
    return made.id


async def proposed(copilot: Copilot, **given: Any) -> list[LearnedCase]:
    return [item async for item in learnable(copilot.database, tenant=copilot.tenant, **given)]


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.EDITED])
async def test_a_choice_that_was_used_is_proposed_masked(copilot: Copilot, verdict: Verdict) -> None:
    id_ = await chosen(copilot, verdict)
    (item,) = await proposed(copilot)
    assert (item.resolution, item.draft) == ("fee.en", id_)
    assert "took a piece of my money" in item.case
    assert "4567" not in item.case
    assert "Nadia" not in item.case


@pytest.mark.parametrize("verdict", [None, Verdict.REJECTED, Verdict.UNUSED])
async def test_a_choice_that_was_not_used_teaches_nothing(copilot: Copilot, verdict: Verdict | None) -> None:
    await chosen(copilot, verdict)
    assert await proposed(copilot) == []


async def test_a_choice_without_a_draft_and_words_of_danger_teach_nothing(copilot: Copilot) -> None:
    asked = await copilot.propose(Message(text=WORDS))
    refused = await copilot.propose_again(asked.id, source="draft.en")
    await copilot.give_feedback(refused.id, Feedback(verdict=Verdict.EDITED, final_text="I wrote it myself."))
    await chosen(copilot, Verdict.ACCEPTED, "I want to kill myself, the card never came")
    assert await proposed(copilot) == []


async def test_what_nobody_chose_teaches_nothing(copilot: Copilot) -> None:
    stored = await copilot.propose(Message(text="My new card has not arrived yet"))
    await copilot.give_feedback(stored.id, Feedback(verdict=Verdict.ACCEPTED))
    assert await proposed(copilot) == []


async def test_only_recent_ones_each_once(copilot: Copilot) -> None:
    await chosen(copilot, Verdict.ACCEPTED)
    await chosen(copilot, Verdict.ACCEPTED)
    now = copilot.ledger.now()
    assert len(await proposed(copilot, since=now - timedelta(days=1))) == 1
    assert await proposed(copilot, since=now + timedelta(days=1)) == []


async def added(copilot: Copilot, *lines: str) -> Learned:
    return await add_learned(copilot.resolutions, [line.encode() for line in lines], tenant=copilot.tenant)


async def test_what_is_added_is_found_by_and_leaves_the_resolution_verified(copilot: Copilot) -> None:
    await chosen(copilot, Verdict.ACCEPTED)
    (item,) = await proposed(copilot)
    assert await added(copilot, item.model_dump_json(), "", item.model_dump_json()) == Learned(added=1, known=1)
    await copilot.keeper.catch_up()
    assert await proposed(copilot) == []
    kept = await copilot.resolutions.get("fee.en")
    assert kept.freshness(TODAY) is Freshness.VERIFIED
    found = (await copilot.search([Message(text=item.case)], k=3))[0]
    assert (found.hits[0].resolution.id, found.hits[0].match.text) == ("fee.en", item.case)


async def test_bad_lines_are_named_and_good_ones_kept(copilot: Copilot) -> None:
    good = json.dumps({"resolution": "fee.en", "case": "they cut a piece again"})
    lines = ("{", json.dumps({"resolution": "none.en", "case": "they cut it"}), json.dumps({"resolution": "fee.en"}))
    report = await added(copilot, *lines, good)
    assert [(error.line, error.field, error.code) for error in report.errors] == [
        (1, None, "invalid_json"), (2, "resolution", "not_found"), (3, "case", "invalid_field"),
    ]  # fmt: skip
    assert report.added == 1


async def test_cases_are_the_same_however_they_are_spaced(copilot: Copilot) -> None:
    assert (
        await copilot.resolutions.add_cases("card.en", ("they cut it", "they cut it ", " ", "\u200fthey cut it")) == 1
    )
    assert (await copilot.resolutions.get("card.en")).cases[-1] == "they cut it"


async def test_a_full_or_retired_resolution_takes_none(copilot: Copilot) -> None:
    many = tuple(f"case number {number}" for number in range(250))
    assert await copilot.resolutions.add_cases("card.en", many) == 200
    assert await copilot.resolutions.add_cases("card.en", ("one more",)) == 0
    await copilot.resolutions.retire("fee.en", by="Sara", reason="merged", on=TODAY)
    report = await added(copilot, json.dumps({"resolution": "fee.en", "case": "they cut it"}))
    assert [error.code for error in report.errors] == ["conflict"]


@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("fake_encoder")
def test_the_command_proposes_and_adds(tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    rows = tmp_path / "rows.ndjson"
    rows.write_text(json.dumps({"id": "fee.en", "problem": "A fee", "answer": "It costs 20.", "language": "en"}) + "\n")
    cases = tmp_path / "cases.ndjson"
    cases.write_text(json.dumps({"resolution": "fee.en", "case": "they cut a piece again"}) + "\nnonsense\n")
    run = CliRunner().invoke
    assert run(command_line, ["import", str(rows), "--store", store]).exit_code == 0
    nothing = run(command_line, ["knowledge", "learn", "--store", store])
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert nothing.stderr.startswith("0 cases.")
    audit = run(command_line, ["access", "audit", "--store", store])
    assert '"export"' in audit.stdout
    report = run(command_line, ["knowledge", "learn", "--add", str(cases), "--store", store])
    assert report.exit_code == 1
    assert "line 2: The line cannot be read as JSON" in report.stderr
    assert "1 cases added, 0 left (known, or no room), 1 refused." in report.stderr
    assert run(command_line, ["knowledge", "learn", "--add", str(tmp_path / "none"), "--store", store]).exit_code == 2
