from pathlib import Path

import pytest

from models.errors import ConfigurationError
from models.sets.catalogue import SETS, load_all, load_set, remove_overlaps
from models.sets.emoji_names import restore_emojis
from models.sets.folder import sets_folder
from models.sets.rows import LEVELS, Row, hashed_split, text_key


def test_key_ignores_what_does_not_make_a_text_another() -> None:
    assert text_key("@bank أينَ بطاقتــي؟؟ https://x.example/1") == text_key("أين بطاقتي")
    assert text_key("Where is my card?") == text_key("RT where IS my card !!")
    assert text_key("my card 😡") != text_key("my card")


def test_overlaps_are_removed() -> None:
    def row(text: str, split: str, source: str = "a") -> Row:
        return Row(text, source, split, "en")  # type: ignore[arg-type]

    rows = [
        row("In the test!", "test"),
        row("in the test", "train", "b"),
        row("in the test", "dev", "b"),
        row("In dev.", "dev"),
        row("in dev", "train", "b"),
        row("own", "train"),
        row("own", "train"),
        row("own", "train", "b"),
        row("!!!", "train"),
    ]
    assert remove_overlaps(rows) == [rows[0], rows[3], rows[5], rows[7]]


def test_hashed_split_is_stable() -> None:
    assert [hashed_split(f"text {index}") for index in range(3)] == [
        hashed_split(f"TEXT {index}!") for index in range(3)
    ]
    shares = [hashed_split(f"text {index}") for index in range(2000)]
    assert 0.07 < shares.count("test") / 2000 < 0.13


def test_emoji_names_become_emoji() -> None:
    assert restore_emojis("خدمة سيئة enraged face enraged face") == "خدمة سيئة 😡 😡"
    assert restore_emojis("thumbs up medium-light skin tone شكرا") == "👍 شكرا"
    assert restore_emojis("the happy face of a man") == "the happy face of a man"


def test_a_missing_folder_says_what_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RIFQ_SETS", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigurationError, match="RIFQ_SETS"):
        sets_folder()


@pytest.mark.parametrize("name", ["support_messages", "support_signals"])
def test_our_own_sets_need_no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setenv("RIFQ_SETS", str(tmp_path / "nowhere"))
    rows = load_set(name)
    assert {row.split for row in rows} == {"train", "dev", "test"}
    assert {row.level for row in rows} == set(range(len(LEVELS)))
    assert {row.language for row in rows} == {"ar", "en", "arabizi"}


@pytest.mark.sets
@pytest.mark.usefixtures("sets")
@pytest.mark.parametrize("name", [info.name for info in SETS])
def test_every_set_loads(name: str) -> None:
    rows = load_set(name)
    measured_only = next(info.measured_only for info in SETS if info.name == name)
    assert ("test" if measured_only else "train") in {row.split for row in rows}
    assert all(row.text.strip() for row in rows)
    labels = ((row.sentiment, row.anger, row.intensity, row.level, row.intent, row.variety) for row in rows)
    assert any(value is not None for row in labels for value in row)


@pytest.mark.sets
@pytest.mark.usefixtures("sets")
def test_no_training_text_stands_in_a_test() -> None:
    rows = load_all(permissive=True)
    tests = {text_key(row.text) for row in rows if row.split == "test"}
    dev = {text_key(row.text) for row in rows if row.split == "dev"}
    train = {text_key(row.text) for row in rows if row.split == "train"}
    assert len(train) > 10_000
    assert not tests & (train | dev)
    assert not train & dev
    permitted = {info.name for info in SETS if info.permissive}
    assert all(any(row.source.startswith(name) for name in permitted) for row in rows if row.split != "test")
