"""Damaged files of the index: the next start says so, builds what it lacks, and answers as if nothing had been."""

import logging
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from evaluation.durability.desk import TODAY, Desk, faults, hashed, open_desk, resolution
from inference.types import Record
from models.errors import ConfigurationError
from retrieval.knowledge import SNAPSHOT_FOLDER

_RESOLUTIONS = 300
_QUERIES = 20
_HITS = 10
_SHOWN = 5


class Harm(StrEnum):
    """What is done to a file."""

    TRUNCATED = "truncated"
    FLIPPED = "one bit flipped"
    EMPTIED = "emptied"
    REMOVED = "removed"


class Damages(Record):
    """What a number of damaged starts did. ``faults`` should be 0; the first few are said in words.

    ``newest`` of them hit the newest snapshot, the one that a start reads; ``logged`` of these were said in the log.
    """

    starts: int
    files: int
    harms: dict[str, int]
    newest: int
    logged: int
    faults: int
    examples: tuple[str, ...] = ()


async def damage_snapshots(starts: int, seed: int) -> Damages:
    """Start over an index of which one file, any of them, has been damaged; compare its answers with a sound one's."""
    random, said = Random(seed), list[str]()  # noqa: S311 - not for secrets
    harms: Counter[str] = Counter()
    newest = logged = 0
    with TemporaryDirectory(prefix="rifq-damage-") as folder:
        sound, copy = Path(folder) / "sound", Path(folder) / "copy"
        answers = await _build(sound)
        index = sound / SNAPSHOT_FOLDER
        files = sorted(path.relative_to(sound) for path in index.rglob("*") if path.is_file())
        if not files:
            msg = f"No snapshot was written to {SNAPSHOT_FOLDER}: nothing can be damaged."
            raise ConfigurationError(msg)
        last = max(index.iterdir()).relative_to(sound)
        for number in range(starts):
            shutil.copytree(sound, copy)
            file, harm = random.choice(files), random.choice(list(Harm))
            damage(copy / file, harm, random)
            harms[harm] += 1
            with _warnings() as warnings:
                found = await _start(copy, answers)
            said += [f"start {number}, {file} {harm}: {fault}" for fault in found]
            if last in (file, *file.parents):
                newest += 1
                logged += bool(warnings)
            shutil.rmtree(copy)
    return Damages(
        starts=starts,
        files=len(files),
        harms=dict(harms),
        newest=newest,
        logged=logged,
        faults=len(said),
        examples=tuple(said[:_SHOWN]),
    )


def damage(file: Path, harm: Harm, random: Random) -> None:
    """Damage a file in place."""
    content = bytearray(file.read_bytes())
    match harm:
        case Harm.REMOVED:
            file.unlink()
            return
        case Harm.TRUNCATED:
            del content[random.randrange(max(len(content), 1)) :]
        case Harm.EMPTIED:
            content.clear()
        case Harm.FLIPPED if content:
            content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    # The copy may share its content with other names.
    file.unlink()
    file.write_bytes(content)


_Answers = list[list[str]]


async def _build(directory: Path) -> _Answers:
    async with open_desk(directory) as desk:
        items = [resolution(f"r{number}", 0) for number in range(_RESOLUTIONS)]
        await desk.store.put_many(items[:-1])
        await desk.refresh()
        # Another generation, so that there is an older snapshot beside the newest.
        await desk.store.add(items[-1])
        await desk.refresh()
        return _answers(desk)


async def _start(directory: Path, answers: _Answers) -> list[str]:
    async with open_desk(directory) as desk:
        try:
            await desk.refresh()
        except Exception as error:  # noqa: BLE001 - any error at all is what is looked for
            return [f"the start failed with {type(error).__name__}: {error}"]
        differing = sum(one != other for one, other in zip(_answers(desk), answers, strict=True))
        return await faults(desk) + ([f"{differing} answers differ"] if differing else [])


def _answers(desk: Desk) -> _Answers:
    texts = [resolution(f"r{number}", 0).cases[0] for number in range(_QUERIES)]
    return [
        [hit.resolution.id for hit in desk.knowledge.search(vector, text=text, k=_HITS, today=TODAY).hits]
        for text, vector in zip(texts, hashed(texts), strict=True)
    ]


class _Collector(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.caught: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.caught.append(record)


@contextmanager
def _warnings() -> Iterator[list[logging.LogRecord]]:
    """Collect what retrieval logs as a warning, instead of showing it."""
    handler = _Collector(logging.WARNING)
    logger = logging.getLogger("retrieval")
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield handler.caught
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagated
