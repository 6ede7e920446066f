import logging
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.errors import ArtifactError
from retrieval.engine.local import LocalIndex
from retrieval.engine.snapshot import Snapshots
from tests.retrieval.engine.conftest import filled


def saved(directory: Path, index: LocalIndex, name: str, revision: str = "rev-a") -> Path:
    snapshots = Snapshots(directory, revision=revision)
    return snapshots.save(name, {"name": name}, lambda folder: index.save(folder / "default"))


def names(directory: Path, revision: str = "rev-a") -> list[str]:
    return [meta["name"] for _, meta in Snapshots(directory, revision=revision).sound()]


def test_the_newest_comes_first(tmp_path: Path) -> None:
    for name in ("gen/1", "gen/2", "gen/3"):
        saved(tmp_path, filled(20), name)
    assert names(tmp_path) == ["gen/3", "gen/2", "gen/1"]
    Snapshots(tmp_path, revision="rev-a").prune(keep=1)
    assert names(tmp_path) == ["gen/3"]
    saved(tmp_path, filled(20), "gen/4")
    assert names(tmp_path) == ["gen/4", "gen/3"]
    assert names(tmp_path / "absent") == []


def test_another_revision_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    saved(tmp_path, filled(20), "1", revision="rev-a")
    saved(tmp_path, filled(20), "2", revision="rev-b")
    assert names(tmp_path) == ["1"]
    assert "rev-b" in caplog.text


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    saved(tmp_path, filled(20), "1")

    def write(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        Snapshots(tmp_path, revision="rev-a").save("2", {}, write)
    assert len(list(tmp_path.iterdir())) == 1
    assert names(tmp_path) == ["1"]


def test_what_a_killed_write_left_is_no_snapshot_and_is_pruned(tmp_path: Path) -> None:
    whole = saved(tmp_path, filled(20), "1")
    shutil.copytree(whole, tmp_path / ".snapshot-killed")
    assert names(tmp_path) == ["1"]
    Snapshots(tmp_path, revision="rev-a").prune()
    assert list(tmp_path.iterdir()) == [whole]


def test_faults_are_named(tmp_path: Path) -> None:
    made = saved(tmp_path / "sound", filled(20), "1")
    content = (made / "default" / "keys.npz").read_bytes()
    manifest = (made / "manifest.json").read_bytes()
    faults: list[tuple[str, str, bytes | None]] = [
        ("default/keys.npz", r"bytes instead of .* in default/keys\.npz", content[:-1]),
        ("default/keys.npz", "altered bytes in default/keys", bytes([content[0] ^ 1]) + content[1:]),
        ("default/keys.npz", "lacks default/keys", None),
        ("default/more.npz", "does not name", b""),
        ("manifest.json", "does not fit", manifest.replace(b"rev-a", b"rev-b")),
        ("manifest.json", "does not fit", b""),
        ("manifest.json", "lacks manifest", None),
        ("manifest.sha256", "does not fit", b""),
        ("manifest.sha256", "lacks manifest", None),
    ]
    for file, message, spoilt in faults:
        copy = shutil.copytree(made, tmp_path / "spoilt" / made.name)
        if spoilt is None:
            (copy / file).unlink()
        else:
            (copy / file).write_bytes(spoilt)
        with pytest.raises(ArtifactError, match=message):
            Snapshots(tmp_path, revision="rev-a").check(copy)
        shutil.rmtree(copy)
    with pytest.raises(ArtifactError, match="made by revision rev-a instead of rev-z"):
        Snapshots(tmp_path, revision="rev-z").check(made)


@pytest.mark.parametrize("graph", [False, True])
def test_no_damaged_byte_is_served(graph: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The last good snapshot answers instead, with its own keys."""
    caplog.set_level(logging.CRITICAL)
    older, newer = filled(40, seed=1, graph=graph), filled(60, seed=2, graph=graph)
    saved(tmp_path, older, "older")
    path = saved(tmp_path, newer, "newer")
    query = older.vectors(np.array([7]))[0]
    expected = older.search(query, count=5)
    rng = random.Random(3)  # noqa: S311 - picks bytes to damage
    for _ in range(100):
        files = sorted(file for file in path.rglob("*") if file.is_file())
        # Small files as often as large ones, so that the manifest is met too.
        file = rng.choice(files)
        sound = file.read_bytes()
        file.write_bytes(damage(sound, rng))
        found, meta = next(Snapshots(tmp_path, revision="rev-a").sound())
        assert meta == {"name": "older"}
        loaded = LocalIndex.load(found / "default")
        near = loaded.search(query, count=5)
        assert near.slots.tolist() == expected.slots.tolist()
        file.write_bytes(sound)
    assert names(tmp_path) == ["newer", "older"]


def damage(content: bytes, rng: random.Random) -> bytes:
    """Return the bytes truncated, or with one bit flipped."""
    place = rng.randrange(len(content))
    if rng.random() < 0.5:
        return content[:place]
    return content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :]
