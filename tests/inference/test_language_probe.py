"""Floors on the hand-written language probe: foreign languages keep their own code, hard short messages their own."""

from collections import Counter

import pytest

from inference.language import Detected, detect, marker_dialect
from inference.types import Dialect, Script
from models.sets.own import OWN_DATA, read_corpus


def _rows() -> list[dict[str, str]]:
    return list(read_corpus(OWN_DATA / "language_probe"))


@pytest.mark.parametrize("split", ["dev", "test"])
def test_languages_of_the_probe(split: str) -> None:
    rows = [row for row in _rows() if row["split"] == split]
    wrong = [
        (row["text"], detect(row["text"]).language) for row in rows if detect(row["text"]).language != row["language"]
    ]
    assert len(wrong) <= 0.1 * len(rows), wrong


def test_no_foreign_customer_is_taken_for_an_arab() -> None:
    foreign = [row for row in _rows() if row["language"] not in {"ar", "en", "und"}]
    taken = Counter(row["kind"] for row in foreign if detect(row["text"]).language == "ar")
    assert sum(taken.values()) <= 0.03 * len(foreign), taken


@pytest.mark.parametrize("split", ["dev", "test"])
def test_short_arabizi_is_told(split: str) -> None:
    rows = [row["text"] for row in _rows() if row["split"] == split and row["script"] == "arabizi"]
    missed = [text for text in rows if detect(text) != Detected("ar", Script.ARABIZI)]
    assert len(missed) <= 0.08 * len(rows), missed


@pytest.mark.parametrize(
    ("text", "language", "script"),
    [
        ("Ｍｙ ｃａｒｄ ｉｓ ｂｌｏｃｋｅｄ", "en", Script.LATIN),
        ("#A-558213", "und", Script.OTHER),
        ("merci", "en", Script.LATIN),
        ("ok", "en", Script.LATIN),
        ("Thank you so much!", "en", Script.LATIN),
        ("yalla guys, refund my money", "en", Script.LATIN),
        ("shukran", "ar", Script.ARABIZI),
        ("please حولوا المبلغ على حسابي today", "ar", Script.MIXED),
        (
            "ok الشحنة وصلت finally على الـ old branch, شكرا from the night team they were patient معايا",
            "ar",
            Script.MIXED,
        ),
        ("your courier said بكرة, then بعد بكرة, now nobody picks up", "en", Script.MIXED),
        ("el wifi maqtoo3", "ar", Script.ARABIZI),
        ("3shan aghayr el raqam yabon el raqam", "ar", Script.ARABIZI),
        ("bala3et el card el makina", "ar", Script.ARABIZI),
        ("la livraison", "fr", Script.LATIN),
        ("2nd iphone7, 12am, mp3", "und", Script.OTHER),
        ("mera order abhi tak nahi aaya", "hi", Script.LATIN),
        ("Hindi pa dumarating ang order ko", "tl", Script.LATIN),
        ("کارتەکەم کار ناکات", "ckb", Script.ARABIC),
        ("شلونكم گلبي، چان وعدتوني باچر", "ar", Script.ARABIC),
        ("مسحتو شغل شهر", "ar", Script.ARABIC),
    ],
)
def test_conventions_for_short_and_mixed_texts(text: str, language: str, script: Script) -> None:
    found = detect(text)
    assert (found.language, found.script) == (language, script)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("3ayez a3raf leh el floos mawsaletsh delwa2ty", Dialect.EGYPTIAN),
        ("shu hal 3amle, badde masare", Dialect.LEVANTINE),
        ("bghit n3raf fin hiya lcarta dyali", Dialect.MAGHREBI),
        ("mabi aghayer el bagah, wsh hathi el fatoora al7een", Dialect.GULF),
        ("el internet maku, shwakit yirja3", Dialect.IRAQI),
    ],
)
def test_arabizi_names_its_region(text: str, dialect: Dialect) -> None:
    assert marker_dialect(text) is dialect
