"""Lists of items: as many queries for many as for few, and nothing lost between pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from api.review import Round, disputes
from tests.api.review.conftest import ALI, BASMA, LEAD, SARA, Office, scores


@contextmanager
def _queries(office: Office) -> Iterator[list[str]]:
    """Collect the statements that the database is sent."""
    sent: list[str] = []
    engine = office.copilot.database.engine.sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def _disputed(office: Office, count: int) -> Round:
    await office.fill(count, sent=True)
    made = await office.round(target="sent", readers=2, reviewers=[ALI.actor, BASMA.actor])
    for who, answer in ((ALI, scores(3)), (BASMA, scores(1))):
        assert await office.read_all(made, who, answer) == count
    return made


async def test_lists_ask_as_often_for_many_items_as_for_one(office: Office) -> None:
    made = await _disputed(office, 8)
    await office.is_agent(SARA)
    asked: dict[str, set[int]] = {"disputes": set(), "mine": set(), "own": set()}
    reviews = office.reviews
    for limit in (1, 8):
        with _queries(office) as sent:
            assert len((await reviews.disputes.list(made.id, by=LEAD, limit=limit)).items) == limit
        asked["disputes"].add(len([one for one in sent if one.startswith("SELECT")]))
        with _queries(office) as sent:
            assert len((await reviews.desk.mine(made.id, by=ALI, limit=limit)).items) == limit
        asked["mine"].add(len([one for one in sent if one.startswith("SELECT")]))
    await reviews.rounds.close(made.id, by=LEAD)
    for limit in (1, 8):
        with _queries(office) as sent:
            assert len((await reviews.appeals.own(by=SARA, limit=limit)).items) == limit
        asked["own"].add(len([one for one in sent if one.startswith("SELECT")]))
    for name, counts in asked.items():
        # A page that is not full has to look behind its last item, whether there is more.
        assert max(counts) - min(counts) <= 1, (name, counts)


async def test_disputes_are_paged_over_several_reads(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disputes, "_CHUNK", 3)
    made = await _disputed(office, 7)
    numbers, after = list[int](), 0
    while True:
        page = await office.reviews.disputes.list(made.id, by=LEAD, after=after, limit=2)
        numbers += [one.sheet.number for one in page.items]
        if page.next is None:
            break
        after = int(page.next)
    assert numbers == sorted(numbers)
    assert len(numbers) == len(set(numbers)) == 7
