import asyncio

import pytest

from api.turns import Turns
from models.errors import OverloadedError


async def test_few_run_at_once_few_wait_and_all_others_are_told_so_at_once() -> None:
    turns = Turns(at_once=2, waiting=3, refusal="busy")
    running, most, go = 0, 0, asyncio.Event()

    async def work() -> None:
        nonlocal running, most
        async with turns.turn():
            running += 1
            most = max(most, running)
            await go.wait()
            running -= 1

    tasks = [asyncio.create_task(work()) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(OverloadedError, match="busy"):
        await work()
    go.set()
    await asyncio.gather(*tasks)
    assert most == 2
    await work()


async def test_who_gives_up_or_fails_leaves_the_turn_to_others() -> None:
    turns = Turns(at_once=1, waiting=2, refusal="busy")

    async def fail() -> None:
        async with turns.turn():
            waits = asyncio.create_task(turns.turn().__aenter__())
            await asyncio.sleep(0)
            waits.cancel()
            await asyncio.gather(waits, return_exceptions=True)
            raise ValueError("wrong")

    for _ in range(3):
        with pytest.raises(ValueError, match="wrong"):
            await fail()
    async with turns.turn():
        pass
