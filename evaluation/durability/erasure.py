"""What must not outlive its time: an erased resolution's words and vectors, and an expired one's standing."""

import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from evaluation.durability.desk import TODAY, Desk, hashed, open_desk, reachable, resolution
from inference.analysis import Analyzer
from inference.compose import compose
from inference.encoder import open_encoder
from inference.policy import Policy, load_policy
from inference.types import Draft, Message, Record, Resolution, Status
from models.encoder import Encoder
from retrieval import sample
from retrieval.knowledge import SNAPSHOT_FOLDER

_BYSTANDERS = 50
_HEADERS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_MOST_INFLATED = 1 << 20
_WORDS = ("zvorquintel", "jhaxomberi", "غضنفوراني")
_TERMS = "meta.json"
"""The file that every word index has."""
_STEM = 4
"""Letters that are left of each word in every form under which it is indexed."""
_EVERY = 13
_HITS = 10


class Moment(Record):
    """Files of the data directory that still hold words or vectors of the erased resolution at one moment."""

    when: str
    words: tuple[str, ...]
    vectors: tuple[str, ...]


class Erasure(Record):
    """An erased resolution, and what was left of it. ``faults`` should be 0."""

    moments: tuple[Moment, ...]
    found_by_search: int
    faults: int


class Expiry(Record):
    """Drafts on the only source for a question, on its last day and on the day after."""

    sources: int
    ready_before: int
    ready_after: int
    said_after: int
    faults: int


async def erase() -> Erasure:
    """Delete a resolution among others, and look for its words and vectors in every byte under the data directory.

    Words are looked for as they are, in what zlib and zip archives hold, and among the terms of word indexes; vectors
    as float32 rows.
    """
    item = resolution("erased", 0).model_copy(
        update={
            "problem": f"{_WORDS[0]} has not arrived",
            "cases": (f"where is my {_WORDS[1]} please", f"أين {_WORDS[2]} من فضلكم"),
        }
    )
    moments = []
    with TemporaryDirectory(prefix="rifq-erase-") as folder:
        directory = Path(folder)
        async with open_desk(directory) as desk:
            await desk.store.put_many([resolution(f"r{number}", 0) for number in range(_BYSTANDERS)])
            await desk.store.add(item)
            await desk.refresh()
            moments.append(look(directory, item, "before"))
            await desk.store.delete(item.id)
            await desk.refresh()
            moments.append(look(directory, item, "deleted, the service runs on"))
        moments.append(look(directory, item, "stopped"))
        async with open_desk(directory) as desk:
            await desk.refresh()
            found = _found(desk, item)
        moments.append(look(directory, item, "started and stopped again"))
    # Before the deletion both must be seen, or the search for them would prove nothing.
    blind = not (moments[0].words and moments[0].vectors)
    left = sum(bool(moment.words) + bool(moment.vectors) for moment in moments[1:])
    return Erasure(moments=tuple(moments), found_by_search=found, faults=left + found + blind)


def look(directory: Path, item: Resolution, when: str) -> Moment:
    """Return the files that hold a word or a vector of a resolution, relative to the data directory."""
    words = [word.encode() for word in _WORDS]
    vectors = [row.tobytes() for row in hashed([item.problem, *item.cases, item.answer])]
    places: dict[str, set[str]] = {"words": set(), "vectors": set()}
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        for content in _contents(path):
            for kind, marks in (("words", words), ("vectors", vectors)):
                if any(mark in content for mark in marks):
                    places[kind].add(_name(path.relative_to(directory)))
    places["words"] |= {
        _name(path.relative_to(directory)) for path in directory.rglob(_TERMS) if _has_terms(path.parent)
    }
    return Moment(when=when, words=tuple(sorted(places["words"])), vectors=tuple(sorted(places["vectors"])))


def _has_terms(folder: Path) -> bool:
    """Tell whether a word index has a word among its terms, those of removed documents included."""
    # Opening starts a watcher, which may put a lock into the folder while it is being removed.
    with TemporaryDirectory(prefix="rifq-erase-", ignore_cleanup_errors=True) as copy:
        # A snapshot holds nothing but what its manifest names: nobody may leave a lock in it.
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        index = tantivy.Index.open(copy)
        index.config_reader("Manual")
        fields = [
            field["name"] for field in json.loads((folder / _TERMS).read_bytes())["schema"] if field["type"] == "text"
        ]
        searcher = index.searcher()
        return any(searcher.terms_with_prefix(name, word[:_STEM]) for name in fields for word in _WORDS)


def _name(path: Path) -> str:
    """Return a file's name without what differs from run to run."""
    if path.parts[0] != SNAPSHOT_FOLDER:
        return path.name
    return "/".join((SNAPSHOT_FOLDER, path.parts[1].split("-")[0], path.name))


def _contents(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes, and what is packed in them."""
    content = path.read_bytes()
    yield content
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from map(archive.read, archive.namelist())
    for header in _HEADERS:
        start = content.find(header)
        while start >= 0:
            with suppress(zlib.error):
                yield zlib.decompressobj().decompress(content[start:], _MOST_INFLATED)
            start = content.find(header, start + 1)


def _found(desk: Desk, item: Resolution) -> int:
    """Count the searches that still find a resolution: by each of its texts, and by listing everything."""
    texts = [item.problem, *item.cases, item.answer]
    hits = [
        hit
        for text, vector in zip(texts, hashed(texts), strict=True)
        for hit in desk.knowledge.search(vector, text=text, k=_HITS, today=TODAY).hits
    ]
    return sum(hit.resolution.id == item.id for hit in [*hits, *reachable(desk.knowledge)])


async def expire() -> Expiry:
    """Ask what only one verified resolution answers, on its review date and on the day after."""
    encoder, policy = open_encoder(threads=1), load_policy()
    analyzer = Analyzer(encoder, policy)
    items = [item for item in sample.load(TODAY) if item.cases and item.verified_by][::_EVERY]
    ready_before = ready_after = said = 0
    for item in items:
        drafts = []
        for review_by in (TODAY, TODAY - timedelta(days=1)):
            dates = {"verified_at": TODAY - timedelta(days=90), "review_by": review_by}
            drafts.append(await _draft(item.model_copy(update=dates), encoder, analyzer, policy))
        ready_before += drafts[0].status is Status.READY
        ready_after += drafts[1].status is Status.READY
        said += any(item.id in note for note in drafts[1].notes)
    return Expiry(
        sources=len(items),
        ready_before=ready_before,
        ready_after=ready_after,
        said_after=said,
        faults=ready_after + len(items) - said,
    )


async def _draft(item: Resolution, encoder: Encoder, analyzer: Analyzer, policy: Policy) -> Draft:
    """Draft a reply to a resolution's first case from that resolution alone."""
    message = Message(text=item.cases[0])
    understood = analyzer.analyze([message])[0]
    language = understood.analysis.language
    with TemporaryDirectory(prefix="rifq-expire-") as folder:
        opened = open_desk(Path(folder), revision=encoder.revision, dimension=encoder.dimension, space=encoder.space)
        async with opened as desk:
            await desk.store.add(item)
            await desk.refresh(lambda texts: encoder.encode(texts).search)
            result = desk.knowledge.search(
                understood.vector, text=message.text, k=_HITS, language=language, today=TODAY
            )
    return compose(message, understood.analysis, result, policy)
