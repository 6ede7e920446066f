"""The rubric's file: whole, in both languages, and told with its lines where somebody breaks it."""

from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from evaluation.scorecard import LEVELS, Rubric, Wording, load_rubric, rubric_schema
from inference.types import Channel
from models.errors import ConfigurationError, NotFoundError

SHIPPED = (files("evaluation.scorecard") / "rubric.yaml").read_text(encoding="utf-8")


def written(folder: Path, text: str) -> Path:
    path = folder / "rubric.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_rubric_has_what_reviews_are_made_of() -> None:
    rubric = load_rubric()

    assert rubric.id == "support-reply@1"
    assert len(rubric.revision) == 12
    assert [item.id for item in rubric.criteria] == [
        "listening", "empathy", "apology", "clarity", "correctness", "completeness", "next_step", "language", "tone",
    ]  # fmt: skip
    assert {item.id for item in rubric.auto_fails} >= {
        "wrong_fact", "unsupported_promise", "personal_data", "asked_for_secret", "disclosed_before_identification",
        "missed_complaint", "wrong_language",
    }  # fmt: skip


def test_every_wording_is_arabic_in_arabic_and_differs_from_the_others() -> None:
    rubric = load_rubric()
    for item in rubric.criteria:
        levels = [item.levels[level] for level in LEVELS]
        assert len({wording.en for wording in levels}) == len({wording.ar for wording in levels}) == len(LEVELS)
        for wording in (item.title, item.question, *levels):
            assert sum("\u0621" <= char <= "\u064a" for char in wording.ar) > len(wording.ar) / 2
            assert wording.en.isascii() or not any("\u0621" <= char <= "\u064a" for char in wording.en)


def test_channels_leave_out_what_their_replies_have_no_room_for() -> None:
    rubric = load_rubric()

    assert rubric.weight("listening", Channel.SMS) == 0
    assert rubric.weight("listening", Channel.CHAT) == 1
    assert rubric.weight("correctness", Channel.EMAIL) > rubric.weight("tone", Channel.EMAIL)


def test_an_unknown_criterion_is_named_with_those_that_there_are() -> None:
    with pytest.raises(NotFoundError, match="has no 'speed': it has listening"):
        load_rubric().criterion("speed")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version: 1", "version: 0", "line 5: version"),
        ("  - id: listening", "  - id: empathy", "empathy stands twice"),
        ("sms: {listening: 0", "sms: {hearing: 0", "there is no criterion hearing"),
        ("channels:\n", "channels:\n  fax: {tone: 1}\n", "fax"),
        ("      1:\n", "      9:\n", "levels"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in SHIPPED
    path = written(tmp_path, SHIPPED.replace(old, new, 1))

    with pytest.raises(ConfigurationError, match=told) as caught:
        load_rubric(path)
    assert "line " in str(caught.value)


def test_a_channel_where_nothing_counts_is_refused(tmp_path: Path) -> None:
    content = yaml.safe_load(SHIPPED)
    content["channels"]["sms"] = {item["id"]: 0 for item in content["criteria"]}

    with pytest.raises(ConfigurationError, match="no criterion counts there"):
        load_rubric(written(tmp_path, yaml.safe_dump(content, allow_unicode=True)))


def test_another_file_has_another_revision(tmp_path: Path) -> None:
    assert load_rubric(written(tmp_path, SHIPPED + "# ours\n")).revision != load_rubric().revision


def test_a_rubric_comes_back_from_json() -> None:
    rubric = load_rubric()
    assert Rubric.model_validate_json(rubric.model_dump_json()).criteria == rubric.criteria
    told = rubric.model_dump(mode="json")
    assert Rubric.model_validate(told).model_dump() == rubric.model_dump()
    told["criteria"][0]["levels"]["5"] = told["criteria"][0]["levels"].pop("4")
    with pytest.raises(ValidationError, match="levels"):
        Rubric.model_validate(told)


def test_the_schema_names_levels_and_channels() -> None:
    schema = rubric_schema()

    assert schema["$schema"].endswith("2020-12/schema")
    assert {"criteria", "auto_fails", "channels"} <= set(schema["properties"])


def test_a_wording_falls_back_to_english() -> None:
    wording = Wording(ar="نعم", en="yes")

    assert (wording.in_("ar"), wording.in_("en"), wording.in_("fr")) == ("نعم", "yes", "yes")
