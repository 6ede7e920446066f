import asyncio
import threading
from collections.abc import Iterator, Sequence

import pytest

from api.engine import INDEX_BATCH, MAX_BATCH, Engine
from inference.analysis import Analyzer, Understood
from inference.policy import load_policy
from inference.types import Author, Message, Turn
from models.encoder import Encoded
from models.errors import OverloadedError
from tests.api.fakes import FakeEncoder


class GatedEncoder(FakeEncoder):
    """Waits at a gate, so that a test can let a queue grow."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.entered = threading.Event()

    def encode(self, texts: Sequence[str]) -> Encoded:
        self.entered.set()
        assert self.gate.wait(10)
        return super().encode(texts)


@pytest.fixture
def gated() -> GatedEncoder:
    return GatedEncoder()


@pytest.fixture
def engine(gated: GatedEncoder) -> Iterator[Engine]:
    opened = Engine(gated, Analyzer(gated, load_policy()), max_queue=100)
    yield opened
    gated.gate.set()
    opened.close()


async def _entered(gated: GatedEncoder) -> None:
    assert await asyncio.to_thread(gated.entered.wait, 10)


def messages(count: int) -> list[Message]:
    return [Message(text=f"message {number}") for number in range(count)]


async def test_order_is_kept_and_what_queued_is_batched(engine: Engine, gated: GatedEncoder) -> None:
    first = asyncio.create_task(engine.encode(["first"]))
    await _entered(gated)
    others = [asyncio.create_task(engine.encode([f"text {number}"])) for number in range(5)]
    await asyncio.sleep(0)
    gated.gate.set()
    results = await asyncio.gather(first, *others)
    assert gated.calls == [1, 5]
    expected = FakeEncoder().encode(["first", *(f"text {number}" for number in range(5))]).search
    assert all((result[0] == vector).all() for result, vector in zip(results, expected, strict=True))


async def test_batches_are_bounded(engine: Engine, gated: GatedEncoder) -> None:
    gated.gate.set()
    understood = await engine.analyze(messages(MAX_BATCH + 5))
    assert [type(item) for item in understood] == [Understood] * (MAX_BATCH + 5)
    assert gated.calls == [MAX_BATCH, 5]


async def test_long_texts_are_batched_by_their_length(engine: Engine, gated: GatedEncoder) -> None:
    gated.gate.set()
    await engine.encode(["x" * 20_000 for _ in range(12)])
    assert gated.calls == [6, 6]


async def test_earlier_turns_of_the_customer_count(engine: Engine, gated: GatedEncoder) -> None:
    gated.gate.set()
    customer, agent = (Turn(author=author, text="x" * 20_000) for author in (Author.CUSTOMER, Author.AGENT))
    message = Message(text="x" * 20_000)
    await engine.analyze([message.model_copy(update={"history": (customer,) * 9})] * 2)
    assert gated.calls == [6, 6]
    await engine.analyze([message.model_copy(update={"history": (agent,) * 9})] * 6)
    assert gated.calls == [6, 6, 6]


async def test_messages_go_before_index_texts(engine: Engine, gated: GatedEncoder) -> None:
    index = asyncio.create_task(asyncio.to_thread(engine.encode_for_index, [f"key {n}" for n in range(40)]))
    await _entered(gated)
    urgent = asyncio.create_task(engine.encode(["an agent waits"]))
    await asyncio.sleep(0)
    gated.gate.set()
    await urgent
    assert (await index).shape[0] == 40
    assert gated.calls[1] == 1
    assert max(gated.calls) <= INDEX_BATCH


async def test_full_queue_is_refused_with_a_time(engine: Engine, gated: GatedEncoder) -> None:
    busy = asyncio.create_task(engine.encode(["busy"]))
    await _entered(gated)
    waiting = asyncio.create_task(engine.encode(["x"] * 100))
    await asyncio.sleep(0)
    with pytest.raises(OverloadedError) as caught:
        await engine.encode(["one too many"])
    assert caught.value.retry_after >= 1
    gated.gate.set()
    await asyncio.gather(busy, waiting)


async def test_long_texts_fill_the_queue_sooner(engine: Engine, gated: GatedEncoder) -> None:
    busy = asyncio.create_task(engine.encode(["busy"]))
    await _entered(gated)
    waiting = asyncio.create_task(engine.encode(["x" * 20_000] * 40))
    await asyncio.sleep(0)
    with pytest.raises(OverloadedError):
        await engine.encode(["x" * 20_000] * 20)
    gated.gate.set()
    await asyncio.gather(busy, waiting)


async def test_cancelled_work_is_never_done(engine: Engine, gated: GatedEncoder) -> None:
    busy = asyncio.create_task(engine.encode(["busy"]))
    await _entered(gated)
    gone = asyncio.create_task(engine.encode(["gone"] * 3))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    gated.gate.set()
    await busy
    await engine.encode(["after"])
    assert gated.calls == [1, 1]


async def test_failure_reaches_the_caller_and_the_thread_lives_on() -> None:
    class Broken(FakeEncoder):
        def encode(self, texts: Sequence[str]) -> Encoded:
            if "bad" in texts:
                raise RuntimeError("broken")
            return super().encode(texts)

    encoder = Broken()
    engine = Engine(encoder, Analyzer(encoder, load_policy()), max_queue=10)
    with pytest.raises(RuntimeError):
        await engine.encode(["bad"])
    assert len(await engine.encode(["good"])) == 1
    await asyncio.to_thread(engine.close)


async def test_closing_refuses_what_waits(gated: GatedEncoder) -> None:
    engine = Engine(gated, Analyzer(gated, load_policy()), max_queue=10)
    busy = asyncio.create_task(engine.encode(["busy"]))
    await _entered(gated)
    waiting = asyncio.create_task(engine.encode(["waiting"]))
    await asyncio.sleep(0)
    closing = asyncio.create_task(asyncio.to_thread(engine.close))
    with pytest.raises(OverloadedError):
        await waiting
    gated.gate.set()
    await closing
    assert len(await busy) == 1
    with pytest.raises(OverloadedError):
        await engine.encode(["late"])


async def test_nothing_asked_nothing_done(engine: Engine, gated: GatedEncoder) -> None:
    assert await engine.analyze([]) == []
    assert gated.calls == []
