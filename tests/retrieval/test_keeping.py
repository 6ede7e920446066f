import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.errors import ArtifactError, StorageError
from retrieval.keeping import AT_ONCE, SECONDS, IndexFolder, Standing
from retrieval.knowledge import SNAPSHOT_FOLDER, KnowledgeBase
from retrieval.records import Records
from retrieval.store import ResolutionStore, database_url, open_database
from retrieval.vector_store import LocalVectors
from retrieval.words import LexicalIndex
from tests.retrieval.conftest import DIMENSION, TODAY, fake_encode, make
from tests.retrieval.test_knowledge import Counting, ids, search

Open = Callable[..., KnowledgeBase]


def snapshots(directory: Path) -> list[Path]:
    return sorted((directory / SNAPSHOT_FOLDER).glob("snapshot-*"))


async def test_a_restart_encodes_nothing(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.put_many([make("a", tags=["x"], outcome={"solved": 3}), make("b.ar", "أين بطاقتي", language="ar")])
    await store.delete("a")
    await store.add(make("a", tags=["y"]))
    first = open_knowledge()
    await first.refresh(fake_encode)
    expected = search(first, "my card", tags=["y"])
    assert ids(expected) == ["a"]
    again, encode = open_knowledge(), Counting()
    await again.refresh(encode)
    assert encode.texts == []
    assert search(again, "my card", tags=["y"]) == expected
    assert search(again, "أين بطاقتي") == search(first, "أين بطاقتي")
    await store.add(make("c", "something else"))
    third, encode = open_knowledge(), Counting()
    await third.refresh(encode)
    assert len(encode.texts) == 2, "a snapshot serves what it has, the rest comes from the store"
    assert search(third, "something else").hits[0].resolution.id == "c"


@pytest.mark.parametrize("how", ["deleted", "replaced", "retired", "cleared"])
async def test_what_is_gone_is_in_no_snapshot(
    store: ResolutionStore, open_knowledge: Open, tmp_path: Path, how: str
) -> None:
    private = "the customer's own private zanzibarium"
    await store.put_many([make("a", cases=[private]), make("b", "other")])
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    vector = fake_encode([private])[0].tobytes()

    def held() -> bool:
        files = [file.read_bytes() for file in (tmp_path / SNAPSHOT_FOLDER).rglob("*") if file.is_file()]
        return any(vector in content or b"zanzibar" in content for content in files)

    assert held()
    match how:
        case "deleted":
            await store.delete("a")
        case "replaced":
            await store.replace(make("a"))
        case "retired":
            await store.retire("a", by="me", reason="old", on=TODAY)
        case "cleared":
            await store.clear()
    await knowledge.refresh(fake_encode)
    assert len(snapshots(tmp_path)) == 1, "an older one would still hold it"
    assert not held()


async def test_another_model_revision_starts_anew(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.add(make("a"))
    await open_knowledge("rev-a").refresh(fake_encode)
    encode = Counting()
    await open_knowledge("rev-b").refresh(encode)
    assert len(encode.texts) == 2


async def test_another_database_starts_anew(store: ResolutionStore, open_knowledge: Open, tmp_path: Path) -> None:
    """The same snapshot folder over a database that was made anew: nothing of the old one is found."""
    await store.add(make("old"))
    await open_knowledge().refresh(fake_encode)
    database = await open_database(database_url(tmp_path / "new"))
    other = ResolutionStore(database)
    await other.add(make("new", "my top up failed"))
    knowledge = KnowledgeBase(other, revision="rev-a", dimension=384, directory=tmp_path)
    await knowledge.refresh(fake_encode)
    assert ids(search(knowledge, "where is my card")) == ["new"]
    await database.close()


def files_of(directory: Path) -> list[Path]:
    return sorted(file for folder in snapshots(directory) for file in folder.rglob("*") if file.is_file())


async def test_a_damaged_snapshot_is_passed_over(
    store: ResolutionStore, open_knowledge: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every file once truncated, once with one bit flipped, once away: the same answers, from the store."""
    await store.add(make("a"))
    first = open_knowledge()
    await first.refresh(fake_encode)
    expected = search(first, "my card")
    rng = np.random.default_rng(7)
    for number in range(3 * len(files_of(tmp_path))):
        file = files_of(tmp_path)[number // 3]
        content = bytearray(file.read_bytes())
        if number % 3 == 0:
            file.write_bytes(content[: len(content) // 2])
        elif number % 3 == 1 and content:
            content[rng.integers(len(content))] ^= 1 << int(rng.integers(8))
            file.write_bytes(content)
        else:
            file.unlink()
        caplog.clear()
        again, encode = open_knowledge(), Counting()
        await again.refresh(encode)
        assert search(again, "my card") == expected
        assert (len(encode.texts) == 2) == ("passed over" in caplog.text)
        assert len(encode.texts) == 2 or not content, f"{file} was damaged"


async def test_an_unwritable_directory_only_costs_the_snapshot(
    store: ResolutionStore, open_knowledge: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / SNAPSHOT_FOLDER).touch()
    await store.add(make("a"))
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    assert ids(search(knowledge, "card")) == ["a"]
    assert "could not be written" in caplog.text


async def test_a_large_index_is_not_written_at_every_change(
    store: ResolutionStore, open_knowledge: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """``now`` writes whatever there is; else a large index waits for enough changes, or for long enough."""
    caplog.set_level(logging.WARNING)
    await store.add(make("a"))
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    (index,) = (item.index for item in knowledge._state.tenants.values())

    class Large:
        def __len__(self) -> int:
            return 10 * AT_ONCE

        def __getattr__(self, name: str) -> object:
            return getattr(index, name)

    time = 0.0
    folder = IndexFolder(tmp_path / "large", "rev-a", LocalVectors(DIMENSION), clock=lambda: time)
    tenants = {"default": Standing(Large(), knowledge._state.tenants["default"].position)}  # type: ignore[arg-type]

    def written() -> int:
        folder.save_if_due(tenants, "g")
        return len(list((tmp_path / "large").glob("snapshot-*"))) if (tmp_path / "large").exists() else 0

    folder.note(changed=1, erased=False)
    assert written() == 0
    time = SECONDS
    assert written() == 1
    folder.note(changed=AT_ONCE, erased=False)
    assert written() == 2
    assert written() == 2, "nothing has changed since"
    folder.note(changed=1, erased=True)
    folder.save_if_due(tenants, "g", now=True)
    assert written() == 1


async def test_text_that_no_search_uses_leaves_the_snapshots_too(
    store: ResolutionStore, open_knowledge: Open, tmp_path: Path
) -> None:
    await store.add(make("a", steps=["Call Zanzibar Ahmad."]))
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    await store.replace(make("a", steps=["Call the branch."]))
    await knowledge.refresh(fake_encode)
    (left,) = snapshots(tmp_path)
    records = Records.load(left / "0" / "records")
    assert records[0].steps == ("Call the branch.",)


async def test_a_replaced_index_leaves_no_working_files(
    store: ResolutionStore, open_knowledge: Open, tmp_path: Path
) -> None:
    await store.add(make("a", cases=["zanzibarium"]))
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    await store.clear()
    await knowledge.refresh(fake_encode)
    await knowledge.refresh(fake_encode)
    files = [file.read_bytes() for file in (tmp_path / SNAPSHOT_FOLDER).rglob("*") if file.is_file()]
    assert not any(b"zanzibar" in content for content in files)


async def test_words_that_cannot_be_written_leave_the_search_whole(
    store: ResolutionStore, open_knowledge: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.add(make("a"))
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)

    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    await store.add(make("b", "where is my second card"))
    with monkeypatch.context() as patch:
        patch.setattr(LexicalIndex, "add", full)
        with pytest.raises(StorageError):
            await knowledge.refresh(fake_encode)
        assert ids(search(knowledge, "where is my second card")) == ["a"]
    assert await knowledge.refresh(fake_encode)
    assert ids(search(knowledge, "where is my second card")) == ["b", "a"]


async def test_a_snapshot_that_vanishes_while_it_is_read_is_passed_over(
    store: ResolutionStore, open_knowledge: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.add(make("a"))
    await open_knowledge().refresh(fake_encode)

    def gone(_: Path) -> Records:
        raise FileNotFoundError

    monkeypatch.setattr(Records, "load", gone)
    knowledge, encode = open_knowledge(), Counting()
    await knowledge.refresh(encode)
    assert len(encode.texts) == 2
    assert ids(search(knowledge, "card")) == ["a"]


async def test_an_index_that_could_not_be_filled_leaves_no_working_files(
    store: ResolutionStore, open_knowledge: Open, tmp_path: Path
) -> None:
    await store.add(make("a"))
    knowledge = open_knowledge()
    for _ in range(3):
        with pytest.raises(ArtifactError):
            await knowledge.refresh(lambda _: np.zeros((1, 3), np.float32))
    (live,) = (tmp_path / SNAPSHOT_FOLDER).glob(".live-*")
    assert [path.name for path in live.iterdir()] == ["lock"]
