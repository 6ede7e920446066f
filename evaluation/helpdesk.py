"""Temporary stores with known resolutions, so that a figure can be made again anywhere."""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evaluation.data import HELD_OUT_SOURCE, Example, intent_name, load_data
from evaluation.suite import Data, Index
from inference.types import Hit, Match, MatchKind, Resolution, SearchResult
from models.encoder import Encoder
from models.sets.catalogue import load_set
from retrieval import sample
from retrieval.knowledge import KnowledgeBase
from retrieval.store import ResolutionStore, database_url, open_database

_PER_WRITE = 200


@dataclass(frozen=True)
class Helpdesk:
    """A data directory that holds resolutions.

    Attributes:
        directory: where.
        revision: of their content.
        sizes: how many resolutions each intent has.
        held_out: the cases that were left out.
    """

    directory: Path
    revision: str
    sizes: Mapping[str, int]
    held_out: tuple[Example, ...] = ()


@asynccontextmanager
async def open_helpdesk(
    index: Index, *, seed: int, today: date, sets: Path | None, store: Path | None
) -> AsyncIterator[Helpdesk]:
    """Give a data directory with the index's resolutions; a temporary one unless ``store`` names a user's own.

    Raises:
        StorageError: the store could not be written or read.
    """
    if store is not None:
        found = await _stored(store)
        yield Helpdesk(store, revision_of(found), _sizes(found))
        return
    resolutions = with_stories(_resolutions(index, sets, today), index.told)
    resolutions, held_out = hold_out(resolutions, index.hold_out, seed)
    with TemporaryDirectory(prefix="rifq-eval-") as folder:
        database = await open_database(database_url(Path(folder)))
        try:
            for start in range(0, len(resolutions), _PER_WRITE):
                await ResolutionStore(database).put_many(resolutions[start : start + _PER_WRITE])
        finally:
            await database.close()
        yield Helpdesk(Path(folder), revision_of(resolutions), _sizes(resolutions), tuple(held_out))


def with_stories(resolutions: Sequence[Resolution], count: int) -> list[Resolution]:
    """Give each resolution of the sample ``count`` told stories of its matter, in its language, as further cases."""
    told: dict[tuple[str, str], list[str]] = {}
    for row in load_data(Data(set="bank_stories", split="train"), seed=0).examples if count else ():
        key = (str(row.columns["true_intent"]), str(row.columns["language"]))
        told.setdefault(key, []).append(row.text)
    return [
        item.model_copy(
            update={"cases": (*item.cases, *told.get((sample.intent_of(item.id), item.language), ())[:count])}
        )
        for item in resolutions
    ]


def hold_out(resolutions: Sequence[Resolution], count: int, seed: int) -> tuple[list[Resolution], list[Example]]:
    """Take ``count`` cases from each resolution, to be asked instead of being found."""
    rng = np.random.default_rng(seed)
    kept, asked = [], []
    for resolution in resolutions:
        taken = set(rng.permutation(len(resolution.cases))[:count].tolist())
        kept.append(
            resolution.model_copy(
                update={"cases": tuple(case for place, case in enumerate(resolution.cases) if place not in taken)}
            )
        )
        labels = {
            "set": HELD_OUT_SOURCE,
            "true_intent": sample.intent_of(resolution.id),
            "language": resolution.language,
        }
        asked += [Example(resolution.cases[place], labels) for place in sorted(taken)]
    return kept, asked


def hint3_resolutions(sets: Path | None) -> Iterable[Resolution]:
    """Make one resolution of each intent of HINT3's training part: its questions are the cases."""
    questions: dict[str, list[str]] = {}
    for row in load_set("hint3", sets):
        if row.split == "train" and row.intent is not None:
            questions.setdefault(intent_name(row.intent), []).append(row.text)
    for name, texts in sorted(questions.items()):
        answer = f"See the page about {name.replace('_', ' ')}."
        yield Resolution(id=f"{name}.en", problem=texts[0], cases=tuple(texts[1:200]), answer=answer, language="en")


def arbanking_resolutions(sets: Path | None) -> Iterator[Resolution]:
    """Make one resolution of each training question of ArBanking77, found by that question alone.

    Its answer is the question again: an intent's name there would be a key that gives the label away.
    """
    rows = load_data(Data(set="arbanking77", split="train"), seed=0, folder=sets).examples
    for number, row in enumerate(rows):
        name = f"{row.columns['true_intent']}.{number}"
        yield Resolution(id=name, problem=row.text, answer=row.text, language="ar", provenance="ArBanking77")


async def open_knowledge(directory: Path, encoder: Encoder) -> KnowledgeBase:
    """Index what a data directory holds, as the service does.

    Raises:
        StorageError: the store could not be read.
    """
    database = await open_database(database_url(directory))
    try:
        knowledge = KnowledgeBase(
            ResolutionStore(database), revision=encoder.revision, dimension=encoder.dimension, space=encoder.space
        )
        await knowledge.refresh(lambda texts: encoder.encode(texts).search)
    finally:
        await database.close()
    return knowledge


def revision_of(resolutions: Sequence[Resolution]) -> str:
    """Return a digest of resolutions' content: the same wherever and whenever they are stored."""
    sha = hashlib.sha256()
    for resolution in sorted(resolutions, key=lambda item: (item.tenant, item.id)):
        sha.update(resolution.model_dump_json().encode())
    return sha.hexdigest()[:12]


def given_result(resolution: Resolution | None, today: date) -> SearchResult:
    """Return a search's result that holds just the right answer, or nothing."""
    if resolution is None:
        return SearchResult(hits=(), relevance=0.0, answerable=False, generation="given")
    match = Match(kind=MatchKind.PROBLEM, text=resolution.problem)
    hit = Hit(resolution=resolution, score=1.0, match=match, freshness=resolution.freshness(today))
    return SearchResult(hits=(hit,), relevance=1.0, answerable=True, generation="given")


def _resolutions(index: Index, sets: Path | None, today: date) -> list[Resolution]:
    match index.source:
        case "sample":
            return list(sample.load(today))
        case "hint3":
            return list(hint3_resolutions(sets))
        case "arbanking77":
            return list(arbanking_resolutions(sets))


def _sizes(resolutions: Iterable[Resolution]) -> Counter[str]:
    return Counter(sample.intent_of(item.id) for item in resolutions)


async def _stored(directory: Path) -> tuple[Resolution, ...]:
    database = await open_database(database_url(directory))
    try:
        return (await ResolutionStore(database).snapshot()).resolutions
    finally:
        await database.close()
