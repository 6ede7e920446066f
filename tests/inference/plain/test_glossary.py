from pathlib import Path

import pytest

from inference.plain import glossary, locked_names
from inference.plain.glossary import LANGUAGES, read_glossary
from inference.plain.match import find_terms
from inference.plain.words import words_of
from inference.types import TechnicalLevel
from models.errors import ConfigurationError

GOOD = """
- id: iban
  level: everybody
  ar: {forms: [آيبان], plain: رقم الحساب الدولي}
  en: {forms: [IBAN], plain: the international account number}
"""


def _folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "banking.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_glossary_explains_three_hundred_terms_in_both_languages() -> None:
    explained = [entry for entry in glossary().values() if entry.level != "nobody"]
    assert len(glossary()) >= 300
    assert len(explained) >= 250
    assert sum(entry.ar.like is not None and entry.en.like is not None for entry in glossary().values()) >= 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_found_in_a_text(language: str) -> None:
    lost = []
    for entry in glossary().values():
        wording = entry.wording(language)
        for form in wording.forms:
            text = " ".join([form, *wording.beside[:1]])
            if not any(found.start == 0 for found in find_terms(text, words_of(text), language)):
                lost.append(form)
    assert lost == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_replaced_is_a_form_of_its_term(language: str) -> None:
    lost = []
    for entry in glossary().values():
        wording = entry.wording(language)
        for old in wording.instead:
            text = " ".join([old, *wording.beside[:1]])
            if entry.id not in {found.entry.id for found in find_terms(text, words_of(text), language)}:
                lost.append(old)
    assert lost == []


def test_comparisons_compare() -> None:
    plain = [
        wording.like
        for entry in glossary().values()
        for wording, mark in ((entry.ar, ("مثل",)), (entry.en, (" like ",)))
        if wording.like is not None and not any(word in wording.like for word in mark)
    ]
    assert plain == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("رقم الحساب الدولي", "رقم من 24 خانة", "digits"),
        ("the international account number", "number (IBAN)", "brackets"),
        ("the international account number", " ".join(["word"] * 13), "more than 12 words"),
        ("the international account number", "رقم", "no word of that language"),
        ("plain: رقم", "plane: رقم", "plain"),
        ("level: everybody", "level: all", "level"),
        ("[IBAN]", "['…']", "has no letters"),
    ],
)
def test_a_faulty_entry_is_named_with_its_file(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in GOOD
    with pytest.raises(ConfigurationError, match=rf"banking\.yaml.*entry iban.*{fault}"):
        read_glossary(_folder(tmp_path, GOOD.replace(old, new)))


def test_an_id_may_stand_only_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"entry iban.*the id is taken"):
        read_glossary(_folder(tmp_path, GOOD + GOOD))


def test_broken_yaml_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"banking\.yaml"):
        read_glossary(_folder(tmp_path, "- id: [iban"))


def test_a_locked_term_takes_no_replacement(tmp_path: Path) -> None:
    text = GOOD.replace("level: everybody", "level: everybody\n  locked: true")
    assert read_glossary(_folder(tmp_path, text))["iban"].locked
    replaced = text.replace("plain: the international account number", "plain: a number, instead: {IBAN: number}")
    with pytest.raises(ConfigurationError, match="never replaced"):
        read_glossary(_folder(tmp_path, replaced))


def test_levels() -> None:
    iban, esim, pin = glossary()["iban"], glossary()["esim"], glossary()["pin"]
    layman, comfortable, expert = TechnicalLevel
    assert [iban.is_jargon("en", level) for level in (layman, comfortable, expert)] == [True, True, False]
    assert [esim.is_jargon("en", level) for level in (layman, comfortable, expert)] == [True, False, False]
    assert not pin.is_jargon("ar", layman)
    assert not glossary()["surcharge"].is_jargon("ar", layman)
    assert glossary()["surcharge"].is_jargon("en", layman)


@pytest.mark.parametrize("name", ["مدى", "سداد", "نفاذ", "KNET", "InstaPay", "Apple Pay"])
def test_product_names_are_locked(name: str) -> None:
    assert name in locked_names()
