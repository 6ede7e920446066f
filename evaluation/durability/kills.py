"""``kill -9`` while a process writes, and what its store and index hold afterwards."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from evaluation.durability.desk import faults, open_desk, resolution
from evaluation.durability.writer import State, read_state, writes
from inference.encoder import open_encoder
from inference.types import Record, Resolution
from models.encoder import Encoder
from models.errors import ConfigurationError
from retrieval.importer import BATCH
from retrieval.store import ResolutionStore, database_url, open_database
from retrieval.vectors import Vectors

_MOST_WRITES = 30
_PAUSE = 0.05
_SHOWN = 5


class Kills(Record):
    """What a number of kills did. ``faults`` should be 0; the first few are said in words.

    ``acknowledged`` counts the writes (of an import: the runs) that had said that they were done.
    """

    what: str
    kills: int
    acknowledged: int
    resolutions: int
    faults: int
    examples: tuple[str, ...] = ()


async def kill_writers(kills: int, seed: int) -> Kills:
    """Kill a process of single writes and batches again and again over one store, each time at a random moment.

    Afterwards the store holds every acknowledged write, the one in flight wholly or not at all, and nothing else;
    and searches find exactly that.
    """
    random, acknowledged, said = Random(seed), 0, list[str]()  # noqa: S311 - not for secrets
    before: State = {}
    with TemporaryDirectory(prefix="rifq-kill-") as folder:
        directory = Path(folder)
        for number in range(kills):
            done = await asyncio.to_thread(
                _kill_after, directory, number, random.randint(1, _MOST_WRITES), random.uniform(0, _PAUSE)
            )
            acknowledged += done
            async with open_desk(directory) as desk:
                now = await read_state(desk.store)
                said += [f"kill {number}: {fault}" for fault in _unexpected(number, before, now, done)]
                await desk.refresh()
                said += [f"kill {number}: {fault}" for fault in await faults(desk)]
            before = now
    return _sum_up("single writes and batches, index kept beside them", kills, acknowledged, len(before), said)


def _kill_after(directory: Path, seed: int, lines: int, pause: float) -> int:
    """Run the writer until it has acknowledged so many writes and a moment more; return how many it had in the end."""
    command = [sys.executable, "-m", "evaluation.durability.writer", str(directory), str(seed)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603 - our own program
    with process:
        output = process.stdout
        if output is None or not all(output.readline() for _ in range(lines)):
            msg = "The writing process ended by itself: run it by hand to see why."
            raise ConfigurationError(msg)
        time.sleep(pause)
        process.kill()
        return lines + output.read().count(b"\n")


def _unexpected(seed: int, before: State, now: State, done: int) -> list[str]:
    """Compare a store with what it must hold after ``done`` writes, or one more that was in flight."""
    allowed = [state for (_, state), _ in zip(writes(seed, before), range(done + 1), strict=False)][-2:]
    if done == 0:
        allowed.append(before)
    if now in allowed:
        return []
    expected = allowed[0]
    lost = sorted(expected.keys() - now.keys())
    more = sorted(now.keys() - expected.keys())
    other = sorted(name for name in expected.keys() & now.keys() if expected[name] != now[name])
    return [f"lost {lost}, unexpected {more}, other content {other} after {done} writes"]


async def kill_imports(kills: int, rows: int, seed: int) -> Kills:
    """Kill ``rifq import`` of a file at random moments of its run; import again until it ends, then begin anew.

    After each kill the store holds whole batches of the file and nothing else; after an end, what an uninterrupted
    import leaves, with an index that needs no encoding.
    """
    random, said, finished, killed = Random(seed), list[str](), 0, 0  # noqa: S311 - not for secrets
    items = [resolution(f"row-{number:05}", 0) for number in range(rows)]
    encoder = open_encoder(threads=1)
    with TemporaryDirectory(prefix="rifq-kill-") as folder:
        file, place = Path(folder) / "rows.ndjson", Path(folder) / "data"
        file.write_text("".join(_line(item) for item in items), encoding="utf-8")
        start = time.perf_counter()
        await asyncio.to_thread(_import, file, place, None)
        whole = time.perf_counter() - start
        wanted = await _stored(place)
        shutil.rmtree(place)
        while killed < kills or place.exists():
            # Squared: half of the kills fall into the first quarter, where rows are written.
            seconds = whole * random.random() ** 2 if killed < kills else None
            ended = await asyncio.to_thread(_import, file, place, seconds)
            if not ended:
                killed += 1
                said += [f"kill {killed}: {fault}" for fault in _partial(await _stored(place), wanted)]
                continue
            finished += 1
            said += [f"end {finished}: {fault}" for fault in await _finished(place, wanted, encoder)]
            shutil.rmtree(place)
    return _sum_up(f"rifq import of {rows} rows, resumed until it ends", killed, finished, rows, said)


def _import(file: Path, directory: Path, seconds: float | None) -> bool:
    """Run the import, killed after so many seconds; tell whether it came to its end.

    Raises:
        ConfigurationError: it failed by itself.
    """
    command = [sys.executable, "-m", "api.cli", "import", str(file), "--store", str(directory)]
    environment = os.environ | {"RIFQ_THREADS": "1"}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=environment, stderr=pipe, text=True)  # noqa: S603 - our own program
    try:
        _, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False
    if process.returncode:
        msg = f"rifq import failed with status {process.returncode}: {said.strip()[-500:]}"
        raise ConfigurationError(msg)
    return True


async def _stored(directory: Path) -> dict[str, Resolution]:
    database = await open_database(database_url(directory))
    try:
        return {item.id: item for item in (await ResolutionStore(database).snapshot()).resolutions}
    finally:
        await database.close()


def _partial(now: dict[str, Resolution], wanted: dict[str, Resolution]) -> list[str]:
    said = [f"{name} is not as in the file" for name, item in now.items() if wanted.get(name) != item]
    if len(now) % BATCH and len(now) != len(wanted):
        said.append(f"{len(now)} rows are no whole number of batches")
    if list(now) != list(wanted)[: len(now)]:
        said.append("rows are missing before the last batch")
    return said


async def _finished(directory: Path, wanted: dict[str, Resolution], encoder: Encoder) -> list[str]:
    encoded = 0

    def encode(texts: Sequence[str]) -> Vectors:
        nonlocal encoded
        encoded += len(texts)
        return encoder.encode(texts).search

    said = [] if await _stored(directory) == wanted else ["the store differs from that of an uninterrupted import"]
    opened = open_desk(directory, revision=encoder.revision, dimension=encoder.dimension, space=encoder.space)
    async with opened as desk:
        await desk.refresh(encode)
        if encoded:
            said.append(f"{encoded} texts had to be encoded again")
        return said + await faults(desk, lambda texts: encoder.encode(texts).search)


def _line(item: Resolution) -> str:
    return item.model_dump_json(include={"id", "problem", "cases", "answer", "language", "tags"}) + "\n"


def _sum_up(what: str, kills: int, acknowledged: int, resolutions: int, said: Sequence[str]) -> Kills:
    return Kills(
        what=what,
        kills=kills,
        acknowledged=acknowledged,
        resolutions=resolutions,
        faults=len(said),
        examples=tuple(said[:_SHOWN]),
    )
