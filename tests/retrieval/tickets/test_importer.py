import json
from datetime import timedelta
from pathlib import Path

import pytest

from inference.types import Outcome
from retrieval.clean import MOST_CASES
from retrieval.importer import import_file
from retrieval.store import ResolutionStore
from retrieval.tickets import Source, TicketReport, import_tickets, importer, write_candidates
from tests.retrieval.conftest import TODAY
from tests.retrieval.tickets.exports import SECRETS, chatwoot, comment, lines, zendesk_page, zendesk_ticket


async def load(store: ResolutionStore, path: Path, source: Source = Source.ZENDESK) -> TicketReport:
    return await import_tickets(path, source, store, today=TODAY)


def asked(number: int, case: str, answer: str, **given: object) -> dict[str, object]:
    return zendesk_ticket(number, subject="", comments=[comment(11, case), comment(21, answer)], **given)


ANSWER = "Refunds return to the card within 5 working days after the cancellation."
ROWS = (
    asked(1, "My refund has not arrived", ANSWER),
    asked(2, "Where is the money of my cancelled order?", f"Hello Lubna, {ANSWER} Have a nice day!"),
    asked(
        3,
        "No refund yet for order",
        ANSWER.replace("the cancellation", "your cancellation"),
        satisfaction_rating={"score": "bad"},
    ),
    asked(4, "My refund is late", ANSWER.replace("5", "7")),
    asked(5, "Refund for opened item?", ANSWER.replace("return", "do not return")),
    asked(1, "My refund has not arrived", ANSWER),
)


async def test_answers_that_say_the_same_merge(store: ResolutionStore, tmp_path: Path) -> None:
    report = await load(store, lines(tmp_path / "a.ndjson", *ROWS))
    assert (report.candidates, report.merged, report.added) == (3, 2, 3)
    assert report.skipped == {"duplicate_ticket": 1}
    found = {item.answer: item for item in (await store.list()).items}
    assert set(found) == {ANSWER, ANSWER.replace("5", "7"), ANSWER.replace("return", "do not return")}
    merged = found[ANSWER]
    assert len(merged.cases) == 3
    assert merged.provenance == "zendesk ticket 1, 2 more"
    assert merged.outcome == Outcome(solved=3, reopened=0, satisfaction=0.6667)


async def test_importing_again_changes_nothing(store: ResolutionStore, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.ndjson", *ROWS)
    await load(store, path)
    before = await store.generation()
    again = await load(store, path)
    assert (again.added, again.updated, again.unchanged, again.left) == (0, 0, 3, 0)
    assert await store.generation() == before


async def test_a_later_export_adds_its_cases(store: ResolutionStore, tmp_path: Path) -> None:
    await load(store, lines(tmp_path / "a.ndjson", *ROWS))
    later = lines(tmp_path / "b.ndjson", ROWS[0], asked(9, "Still no refund on my card", ANSWER))
    report = await load(store, later)
    assert (report.added, report.updated) == (0, 1)
    [item] = [item for item in (await store.list()).items if item.answer == ANSWER]
    assert len(item.cases) == 4
    assert item.outcome is not None
    assert item.outcome.solved == 4
    assert item.provenance == "zendesk ticket 1, 3 more"
    assert (await load(store, later)).updated == 0


async def test_what_people_did_is_left(store: ResolutionStore, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.ndjson", *ROWS)
    await load(store, path)
    verified, edited, _ = (await store.list()).items
    await store.verify(verified.id, by="Amal", on=TODAY, review_by=TODAY + timedelta(days=30))
    await store.replace(edited.model_copy(update={"answer": "Written anew by a person."}))
    before = await store.generation()
    report = await load(store, lines(path, *ROWS, asked(9, "Another customer without refund", verified.answer)))
    assert (report.left, report.unchanged) == (2, 1)
    assert await store.generation() == before


async def test_a_broken_import_resumes(store: ResolutionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lines(tmp_path / "a.ndjson", *ROWS)
    monkeypatch.setattr(importer, "BATCH", 1)
    put_many, calls = store.put_many, 0

    async def break_off(*given: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError("the power went")
        return await put_many(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "put_many", break_off)
    with pytest.raises(OSError, match="power"):
        await load(store, path)
    assert await store.count() == 1
    report = await load(store, path)
    assert (report.added, report.unchanged) == (2, 1)


def database_bytes(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*") if ".db" in file.name or "sqlite" in file.name]


async def test_nothing_raw_is_stored(store: ResolutionStore, tmp_path: Path) -> None:
    page = tmp_path / "page.json"
    page.write_text(json.dumps([zendesk_page(), zendesk_ticket()], ensure_ascii=False), encoding="utf-8")
    reports = [
        await load(store, page),
        await load(store, lines(tmp_path / "c.ndjson", chatwoot(1012345678)), Source.CHATWOOT),
    ]
    assert [report.added for report in reports] == [2, 1]
    await store.database.close()
    stored = database_bytes(tmp_path)
    assert stored
    for content in (*stored, *(repr(report).encode() for report in reports)):
        assert not [secret for secret in (*SECRETS, "1012345678") if secret.encode() in content]


async def test_answers_with_placeholders_are_flagged(store: ResolutionStore, tmp_path: Path) -> None:
    answer = "Please transfer the fee to the account SA0380000000608010167519 and keep the receipt."
    report = await load(store, lines(tmp_path / "a.ndjson", asked(1, "How do I pay the customs fee?", answer)))
    assert report.flagged == 1
    [item] = (await store.list()).items
    assert "has-placeholder" in item.tags
    assert "[IBAN_1]" in item.answer


async def test_candidates_of_a_file_are_those_of_the_store(store: ResolutionStore, tmp_path: Path) -> None:
    path, out = lines(tmp_path / "a.ndjson", *ROWS, zendesk_ticket(30)), tmp_path / "out.ndjson"
    seen: list[int] = []
    report = write_candidates(path, Source.ZENDESK, out, progress=seen.append)
    assert seen == list(range(1, 8))
    assert (report.added, report.candidates) == (0, 4)
    await load(store, path)
    before = await store.generation()
    again = await import_file(out, store, today=TODAY)
    assert (again.kept, again.unchanged, again.unverified, again.errors) == (4, 4, 4, ())
    assert await store.generation() == before


async def test_cases_are_bounded(store: ResolutionStore, tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.ndjson", *(asked(n, f"My refund number {n} is late", ANSWER) for n in range(1, MOST_CASES + 20))
    )
    await load(store, path)
    [item] = (await store.list()).items
    assert len(item.cases) == MOST_CASES
    assert (await load(store, path)).unchanged == 1
