from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from inference.policy import load_policy
from inference.types import AngerLevel
from models.errors import ConfigurationError

DEFAULT = (files("inference.policies") / "default.yaml").read_text(encoding="utf-8")


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_revision_is_of_the_bytes(tmp_path: Path) -> None:
    same = load_policy(_write(tmp_path, DEFAULT))
    assert same.revision == load_policy().revision
    assert load_policy(_write(tmp_path, DEFAULT + "\n# a remark\n")).revision != same.revision


def test_forbidden_lists_come_into_force_with_anger() -> None:
    policy = load_policy()
    assert policy.forbidden_at(AngerLevel.CALM) == ("dismissive",)
    assert policy.forbidden_at(AngerLevel.FURIOUS) == ("dismissive", "cheerful")


def test_no_phrase_of_the_policy_is_forbidden_by_it() -> None:
    policy = load_policy()
    dismissive = policy.forbidden["dismissive"].phrases
    for language, phrases in policy.phrases.items():
        said = "\n".join(line for value in phrases.values() for line in ((value,) if isinstance(value, str) else value))
        assert not [phrase for phrase in dismissive[language] if phrase.lower() in said.lower()]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda raw: raw["phrases"]["ar"].pop("thanks"), "phrases.ar"),
        (lambda raw: raw["notes"]["en"].pop("stale"), "notes.en"),
        (lambda raw: raw["notes"]["ar"].pop("confusion"), "notes.ar"),
        (lambda raw: raw["signals"].pop("protect_from"), "signals.protect_from"),
        (lambda raw: raw["signals"].update(speak_of_from=1.5), "signals.speak_of_from"),
        (lambda raw: raw["escalations"]["self_harm"].pop("escalate_from"), "escalations.self_harm.escalate_from"),
        (lambda raw: raw["channels"].pop("sms"), "channels"),
        (lambda raw: raw["channels"]["sms"].update(max_characters=0), "channels.sms.max_characters"),
        (lambda raw: raw.update(default_language="fr"), "default_language"),
        (lambda raw: raw.update(tonne={}), "tonne"),
    ],
)
def test_a_policy_at_fault_names_the_place(tmp_path: Path, change: object, place: str) -> None:
    raw = yaml.safe_load(DEFAULT)
    change(raw)  # type: ignore[operator]
    with pytest.raises(ConfigurationError, match=place):
        load_policy(_write(tmp_path, yaml.safe_dump(raw, allow_unicode=True)))


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="line 3"):
        load_policy(_write(tmp_path, "version: 1\nbrand: {ar: [\n"))


def test_an_absent_file_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="RIFQ_POLICY"):
        load_policy(tmp_path / "none.yaml")


def test_rules_of_review_may_be_left_out_and_are_checked(tmp_path: Path) -> None:
    raw = yaml.safe_load(DEFAULT)
    assert raw.pop("review") == {"rejections": 2, "within_days": 90}
    assert load_policy(_write(tmp_path, yaml.safe_dump(raw, allow_unicode=True))).review.rejections == 2
    for wrong in ({"rejections": 0}, {"within_days": "soon"}, {"often": 3}):
        with pytest.raises(ConfigurationError, match="review"):
            load_policy(_write(tmp_path, yaml.safe_dump(raw | {"review": wrong}, allow_unicode=True)))
