"""A process that writes to a store, prints a line after each durable write, and is there to be killed.

``python -m evaluation.durability.writer DIRECTORY SEED``: which writes it makes follows from the seed and from what is
stored when it starts, so that whoever killed it knows what the store must hold.
"""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

from evaluation.durability.desk import TODAY, open_desk, resolution
from retrieval.store import ResolutionStore

_MOST = 300
_BATCH = 20
_INDEX_EVERY = 3


class Kind(StrEnum):
    """What a write does."""

    ADD = "add"
    PUT = "put"
    REPLACE = "replace"
    DELETE = "delete"
    RETIRE = "retire"
    RESTORE = "restore"


class Entry(NamedTuple):
    """What is known of a stored resolution: which words it has, and whether it is retired."""

    words: int
    retired: bool = False


State = Mapping[str, Entry]


@dataclass(frozen=True)
class Write:
    """One durable write, to one resolution, or to ``_BATCH`` new ones."""

    kind: Kind
    ids: tuple[str, ...]
    words: int


def writes(seed: int, state: State) -> Iterator[tuple[Write, State]]:
    """Yield the writes that follow from a seed and a state, each with the state after it; never ends."""
    random = Random(seed)  # noqa: S311 - not for secrets
    for number in count():
        write = _next(random, f"{seed}-{number}", number, state)
        state = _after(state, write)
        yield write, state


def state_of(stored: Mapping[str, tuple[str, bool]]) -> State:
    """Return the state of a store, of each id's problem and whether it is retired."""
    return {name: Entry(int(problem.split()[-2]), retired) for name, (problem, retired) in stored.items()}


async def read_state(store: ResolutionStore) -> State:
    """Return the state of a store whose resolutions were all written here."""
    found = (await store.snapshot()).resolutions
    return state_of({item.id: (item.problem, item.retired is not None) for item in found})


def _next(random: Random, name: str, number: int, state: State) -> Write:
    used = sorted(key for key, record in state.items() if not record.retired)
    retired = sorted(key for key, record in state.items() if record.retired)
    kinds = [Kind.DELETE] * 3 if len(state) > _MOST else [Kind.ADD, Kind.ADD, Kind.PUT]
    if used:
        kinds += [Kind.REPLACE, Kind.REPLACE, Kind.DELETE, Kind.RETIRE]
    if retired:
        kinds.append(Kind.RESTORE)
    kind = random.choice(kinds)
    match kind:
        case Kind.ADD:
            ids: tuple[str, ...] = (name,)
        case Kind.PUT:
            ids = tuple(f"{name}-{place}" for place in range(_BATCH))
        case Kind.RESTORE:
            ids = (random.choice(retired),)
        case _:
            ids = (random.choice(used or retired),)
    return Write(kind, ids, number)


def _after(state: State, write: Write) -> State:
    after = dict(state)
    for name in write.ids:
        match write.kind:
            case Kind.DELETE:
                del after[name]
            case Kind.RETIRE | Kind.RESTORE:
                after[name] = after[name]._replace(retired=write.kind is Kind.RETIRE)
            case _:
                after[name] = Entry(write.words)
    return after


async def perform(store: ResolutionStore, write: Write) -> None:
    """Make one write; it is durable when this returns.

    Raises:
        RifqError: the store refuses it.
    """
    name, fresh = write.ids[0], [resolution(name, write.words) for name in write.ids]
    match write.kind:
        case Kind.ADD:
            await store.add(fresh[0])
        case Kind.PUT:
            await store.put_many(fresh)
        case Kind.REPLACE:
            await store.replace(fresh[0])
        case Kind.DELETE:
            await store.delete(name)
        case Kind.RETIRE:
            await store.retire(name, by="durability", reason="It is part of the test.", on=TODAY)
        case Kind.RESTORE:
            await store.restore(name)


async def _run(directory: Path, seed: int) -> None:
    async with open_desk(directory) as desk:
        await desk.refresh()
        for number, (write, _) in enumerate(writes(seed, await read_state(desk.store))):
            await perform(desk.store, write)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
            if number % _INDEX_EVERY == 0:
                await desk.refresh()


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1]), int(sys.argv[2])))
