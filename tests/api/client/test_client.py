"""The client against the running service, and against answers that go wrong on the way."""

import ast
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

import api.client
from api.client import AsyncClient, Client, ProblemResponseError, UnreachableError
from api.client.sending import EventReader, Retries
from inference.types import Channel, Feedback, Message, Status, Verdict

ARRIVAL = "My new card has not arrived yet"
Answers = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def client(live: str) -> Iterator[Client]:
    with Client(live) as opened:
        yield opened


def faked(answers: Answers, *, waits: list[float] | None = None, retries: Retries | None = None) -> Client:
    found = [] if waits is None else waits
    transport = httpx.MockTransport(answers)
    return Client("http://rifq.test", "secret", transport=transport, sleep=found.append, retries=retries)


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    body = {"status": status, "code": code, "detail": "Do this.", "title": "t", "type": "urn:x", "request_id": "r-1"}
    return httpx.Response(status, json=body, headers={"Content-Type": "application/problem+json", **headers})


def test_a_helpdesk_s_day(client: Client) -> None:
    message = Message(text=ARRIVAL, channel=Channel.EMAIL, conversation="client-day")
    stored = client.draft(message)
    assert stored.draft.status is Status.READY
    assert client.read_draft(stored.id) == stored
    assert client.draft_again(stored.id, wish="shorter").id != stored.id
    given = client.give_feedback(stored.id, Feedback(verdict=Verdict.ACCEPTED))
    assert client.read_draft(stored.id).feedback == (given,)
    assert client.list_drafts(conversation="client-day", verdict="accepted").items[0].id == stored.id
    assert client.list_feedback(limit=1).items[0].draft_id == stored.id
    assert client.check_draft(stored.id, "We will refund you 500 riyals today.").findings
    assert not client.check(ARRIVAL, "Cards arrive within 5 to 7 working days.").blocked
    assert client.analyze("this is ridiculous").anger.probability > 0.5
    assert [item.language for item in client.analyze_many([ARRIVAL, "شكرًا لكم"])] == ["en", "ar"]
    assert client.search(ARRIVAL, k=1).hits[0].id == "card.en"
    batch = client.draft_many([ARRIVAL, "شكرًا جزيلًا لكم"])
    assert (batch.failed, [item.status for item in batch.items]) == (0, [201, 201])
    assert client.search_many([{"text": ARRIVAL}, {"text": 5}]).failed == 1
    assert client.check_many([{"text": ARRIVAL, "reply": "x"}]).items[0].result is not None
    assert client.read_version().api == "v1"
    assert "ar" in client.read_policy().languages
    assert client.list_commitments(conversation="none").items == ()


def test_knowledge_is_changed_under_a_condition(client: Client) -> None:
    made = client.add_resolution({"id": "a/ب?", "problem": "How do I freeze my card", "answer": "Tap Freeze."})
    assert client.read_resolution("a/ب?") == made
    changed = client.replace_resolution("a/ب?", {"problem": "p", "answer": "a"}, etag=made.etag)
    with pytest.raises(ProblemResponseError) as refused:
        client.replace_resolution("a/ب?", {"problem": "p", "answer": "b"}, etag=made.etag)
    assert (refused.value.status, refused.value.code) == (412, "precondition_failed")
    verified = client.verify_resolution("a/ب?", by="Sara", review_by=date(2099, 1, 1), etag=changed.etag)
    assert client.retire_resolution("a/ب?", by="Sara", reason="Ended.", etag=verified.etag).value.retired
    assert client.restore_resolution("a/ب?").value.retired is None
    report = client.import_resolutions([{"id": "imported", "problem": "p", "answer": "a"}, {"problem": "p"}])
    assert (report.added, report.rejected) == (1, 1)
    assert client.list_resolutions(limit=1).next is not None
    for id_ in ("a/ب?", "imported"):
        client.delete_resolution(id_)
    with pytest.raises(ProblemResponseError, match="not_found"):
        client.read_resolution("imported")


def test_pages_are_walked(client: Client) -> None:
    made = [client.draft(Message(text=ARRIVAL, conversation="client-pages")).id for _ in range(5)]
    assert [item.id for item in client.every_draft(conversation="client-pages", limit=2)] == made[::-1]
    assert len({item.id for item in client.every_resolution(limit=2)}) >= 5
    assert list(client.every_commitment(conversation="none")) == []
    assert [item.verdict for item in client.every_feedback(until=datetime(2000, 1, 1, tzinfo=UTC))] == []


def test_a_key_makes_one_draft(client: Client) -> None:
    assert client.draft(ARRIVAL, key="one-key").id == client.draft(ARRIVAL, key="one-key").id
    with pytest.raises(ProblemResponseError, match="idempotency_conflict"):
        client.draft("something else", key="one-key")


def test_a_stream_ends_in_the_stored_draft(client: Client) -> None:
    events = list(client.stream_draft(ARRIVAL))
    assert events[0].event == "analysis"
    draft = events[-1].draft
    assert draft is not None
    assert client.read_draft(draft.id) == draft


async def test_the_asynchronous_client_does_the_same(live: str) -> None:
    async with AsyncClient(live) as client:
        stored = await client.draft(Message(text=ARRIVAL, conversation="client-async"))
        assert await client.read_draft(stored.id) == stored
        assert [item.id async for item in client.every_draft(conversation="client-async")] == [stored.id]
        events = [event async for event in client.stream_draft(ARRIVAL)]
        assert events[-1].event == "draft"
        with pytest.raises(ProblemResponseError) as missing:
            await client.read_draft("none")
        assert missing.value.request_id


def test_retry_after_is_respected() -> None:
    waits: list[float] = []
    keys = []

    def answers(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        assert request.headers["Authorization"] == "Bearer secret"
        if len(keys) < 4:
            return [
                problem(429, "rate_limited", **{"Retry-After": "3"}),
                problem(
                    503, "overloaded", **{"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=9))}
                ),
                problem(409, "still_running", **{"Retry-After": "1"}),
            ][len(keys) - 1]
        return httpx.Response(200, json={"kept": 1, "added": 1, "replaced": 0, "unchanged": 0, "unverified": 0,
                                         "retired": 0, "rejected": 0, "new_field": 1})  # fmt: skip

    with faked(answers, waits=waits) as client:
        assert client.import_resolutions([{"problem": "p", "answer": "a"}]).kept == 1
    assert len(set(keys)) == 1
    assert 3 <= waits[0] <= 3.5
    assert 7 <= waits[1] <= 10.5
    assert 1 <= waits[2] <= 1.3


def test_a_lost_answer_is_asked_for_again() -> None:
    waits: list[float] = []
    tries = 0

    def answers(request: httpx.Request) -> httpx.Response:
        nonlocal tries
        tries += 1
        if tries == 1:
            msg = "reset"
            raise httpx.ReadError(msg)
        return httpx.Response(502, text="<html>bad gateway</html>") if tries == 2 else httpx.Response(204)

    with faked(answers, waits=waits) as client, pytest.raises(UnreachableError, match="ReadError"):
        client.delete_resolution("x")  # sent again, it could only say that there is nothing
    assert (tries, waits) == (1, [])
    tries = 0
    version = {"service": "1", "api": "v1", "model": "m", "model_revision": "r", "policy_revision": "p"}

    def later(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=version | {"index_generation": "g"}) if tries == 2 else answers(request)

    with faked(later, waits=waits) as client:
        assert client.read_version().api == "v1"
    assert len(waits) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422, 500])
def test_what_cannot_help_is_not_repeated(status: int) -> None:
    tries = []

    def answers(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        return problem(status, "some_code")

    with faked(answers) as client, pytest.raises(ProblemResponseError, match="some_code") as raised:
        client.draft(ARRIVAL)
    assert (len(tries), raised.value.detail, raised.value.request_id) == (1, "Do this.", "r-1")


def test_attempts_and_waits_are_bounded() -> None:
    waits: list[float] = []

    with faked(lambda _: problem(503, "overloaded"), waits=waits) as client, pytest.raises(ProblemResponseError):
        client.draft(ARRIVAL)
    assert len(waits) == 4
    assert all(0 < wait <= 8 for wait in waits)
    waits.clear()
    long = problem(429, "rate_limited", **{"Retry-After": "3600"})
    with faked(lambda _: long, waits=waits) as client, pytest.raises(ProblemResponseError):
        client.draft(ARRIVAL)
    assert waits == []


def test_a_proxy_s_page_is_no_riddle() -> None:
    retries = Retries(attempts=1)
    page = httpx.Response(502, text="<html>")
    with faked(lambda _: page, retries=retries) as client, pytest.raises(ProblemResponseError, match="in between"):
        client.read_version()


def test_events_are_read_as_the_standard_says() -> None:
    reading = EventReader()
    lines = [": ping", "", "event: delta", 'data: {"text":', "data:  1}", "id: 5", "", "data: {}", ""]
    events = [event for line in lines for event in reading.feed(line)]
    assert [(event.event, event.data) for event in events] == [("delta", {"text": 1}), ("message", {})]


def test_nothing_of_the_server_is_imported() -> None:
    allowed = {"api.client", "inference.types", "httpx", "pydantic"}
    for file in Path(api.client.__file__).parent.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [item.name for item in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                ours = name.split(".")[0] in {"api", "evaluation", "retrieval", "inference", "models"}
                assert not ours or any(name == good or name.startswith(f"{good}.") for good in allowed), (file, name)


def test_every_operation_of_a_helpdesk_has_a_call() -> None:
    document = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_text(encoding="utf-8"))
    source = (Path(api.client.__file__).parent / "calls.py").read_text(encoding="utf-8")
    for path in document["paths"]:
        if path.startswith(("/v1/drafts", "/v1/check", "/v1/analyze", "/v1/search", "/v1/resolutions", "/v1/feedback")):
            assert path.replace("{id}", "{}") in source, path
