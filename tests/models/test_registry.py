import gzip
import json
import shutil
from pathlib import Path

import pytest

from models.errors import ArtifactError
from models.registry import CARD, DEFAULT, FILES, SIGNAL_HEAD, TOKENIZER, digest, load_encoder, read_card


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "artefact"
    shutil.copytree(DEFAULT, copy)
    return copy


def test_the_shipped_files_are_those_of_the_card() -> None:
    card = read_card(DEFAULT)
    assert {name: entry["sha256"] for name, entry in card["files"].items()} == {
        name: digest(DEFAULT / name) for name in (*FILES, SIGNAL_HEAD)
    }


def test_the_shipped_artefact_is_small() -> None:
    assert sum((DEFAULT / name).stat().st_size for name in (*FILES, SIGNAL_HEAD)) <= 48_000_000


@pytest.mark.parametrize("name", [*FILES, SIGNAL_HEAD])
def test_a_changed_file_is_refused(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ArtifactError, match=name):
        load_encoder(folder)


def test_a_packed_file_is_known_by_what_it_holds(folder: Path) -> None:
    packed = folder / TOKENIZER
    held = gzip.decompress(packed.read_bytes())
    packed.write_bytes(gzip.compress(held, compresslevel=1))
    assert load_encoder(folder).revision == read_card(DEFAULT)["revision"]
    packed.write_bytes(gzip.compress(held + b" "))
    with pytest.raises(ArtifactError, match="not the file that the card names"):
        load_encoder(folder)


@pytest.mark.parametrize("name", [*FILES, CARD])
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ArtifactError, match=name):
        load_encoder(folder)


@pytest.mark.parametrize("text", ["not json", "[]", "{}", json.dumps({"name": "x", "files": {}})])
def test_a_card_of_something_else_is_refused(folder: Path, text: str) -> None:
    (folder / CARD).write_text(text, encoding="utf-8")
    with pytest.raises(ArtifactError, match="card"):
        load_encoder(folder)


@pytest.mark.parametrize("name", ["revision", "dimension", "max_tokens", "level_thresholds", "level_cuts"])
def test_a_card_without_a_field_that_loading_needs_is_refused(folder: Path, name: str) -> None:
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    card.pop(name, None)
    (folder / CARD).write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(ArtifactError, match="card"):
        load_encoder(folder)
