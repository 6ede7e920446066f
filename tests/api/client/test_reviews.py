"""Reviews and quality over the client, against the running service."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import api.client
from api.client import AsyncClient, Client, ProblemResponseError, ReviewAnswer
from evaluation.scorecard import load_rubric

WHOLE = ReviewAnswer(scores={item.id: 3 for item in load_rubric().criteria})
TEXTS = [{"message": f"Where is card {number}?", "replies": [{"text": "It is on its way."}]} for number in range(3)]


@pytest.fixture
def client(live: str) -> Iterator[Client]:
    with Client(live) as opened:
        yield opened


def test_a_round_is_made_read_and_taken_out(client: Client) -> None:
    made = client.make_round({"name": "client", "target": "texts", "texts": TEXTS})
    assert (client.read_round(made.id).items, made.closed_at) == (3, None)
    assert made.id in {item.id for item in client.every_round(open_=True, limit=1)}
    first = client.next_item(made.id).sheet
    assert first is not None
    assert first.revealed is None
    client.skip_item(first.item)
    while (sheet := client.next_item(made.id).sheet) is not None:
        assert client.save_answer(sheet.item, ReviewAnswer(comment="later")).item == sheet.item
        assert client.submit_answer(sheet.item, WHOLE).revealed is not None
    assert [item.number for item in client.every_read(made.id, limit=2)] == [1, 2, 3]
    assert client.read_item(first.item).answer.scores == WHOLE.scores
    assert client.list_disputes(made.id).items == ()
    assert client.close_round(made.id).closed_at is not None
    assert client.measure_agreement(made.id, seed=1).items == 3
    assert len(client.export_round(made.id).items) == 3
    lines = client.export_scores(made.id, bom=True)
    assert lines.startswith("\ufeff")
    assert client.list_own_scores().items == ()
    assert client.list_appeals(state="open").items == ()


def test_what_is_refused_names_its_code(client: Client) -> None:
    for refused in (
        lambda: client.settle_item("none", WHOLE, reason="x"),
        lambda: client.make_appeal("none", reason="x"),
        lambda: client.decide_appeal("none", upheld=False, reason="x"),
        lambda: client.remove_agent("desk", "no/body"),
    ):
        with pytest.raises(ProblemResponseError, match="not_found"):
            refused()


def test_agents_and_scores_from_elsewhere(client: Client) -> None:
    given = api.client.AgentIdentity(connection="desk", agent="7/ب", actor="local", names=("Lina",))
    assert client.set_agent(given) == given
    assert client.list_agents().items == (given,)
    client.remove_agent("desk", "7/ب")
    assert client.list_agents().items == ()
    columns = {"rubric": "klaus", "external_id": "id", "scores": {"tone": "tone"}}
    assert client.import_scores("id,tone\na,4\nb,5\n", columns).stored == 2
    assert len(list(client.every_imported_score(rubric="klaus", limit=1))) == 2


async def test_quality_is_counted(live: str) -> None:
    async with AsyncClient(live) as client:
        known = await client.tell_outcomes([{"conversation": f"client:{n}", "reopened": n} for n in range(3)])
        assert [item.reopened for item in known.items] == [0, 1, 2]
        listed = [item.conversation async for item in client.every_outcome(limit=2)]
        assert {"client:0", "client:1", "client:2"} <= set(listed)
        days = {"from_": date(2026, 1, 1), "to": date(2026, 1, 31)}
        found = await client.read_quality(**days, by="language")
        assert (found.period.begins, found.period.ends) == (date(2026, 1, 1), date(2026, 1, 31))
        assert not (await client.compare_agents(**days)).enabled
        assert (await client.watch_drift()).chart["note"]
        with pytest.raises(ProblemResponseError, match="invalid_input"):
            await client.read_quality(from_=days["to"], to=days["from_"])


def test_every_operation_of_review_and_quality_has_a_call() -> None:
    document = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_text(encoding="utf-8"))
    source = (Path(api.client.__file__).parent / "review_calls.py").read_text(encoding="utf-8")
    begins = {"/v1/reviews/rounds/{id}": "_ROUND", "/v1/reviews/items/{id}": "_ITEM"}
    for path in document["paths"]:
        if path.startswith(("/v1/reviews", "/v1/quality", "/v1/outcomes")):
            begin = next((item for item in begins if path.startswith(item)), "")
            rest = path.removeprefix(begin).replace("{id}", "{}").replace("{connection}/{agent}", "{}/{}")
            named = begins.get(begin)
            wanted = f'{named} + "{rest}"' if named and rest else f"at({named}, " if named else f'"{rest}"'
            assert wanted in source, path
