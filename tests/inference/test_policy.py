from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from inference.policy import LivePolicy, TenantPolicies, load_policy, policy_schema
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
        (lambda raw: raw["phrases"]["ar"].update(greet_salaam="x"), "phrases.ar.greet_salaam"),
        (lambda raw: raw["phrases"]["en"].update(greet="Hello {name}"), "phrases.en.greet.*nothing fills {name}"),
        (lambda raw: raw["phrases"]["en"].update(greet="Hello {"), "phrases.en.greet.*brace"),
        (lambda raw: raw["notes"]["en"].update(due="by {dat}"), "notes.en.due"),
        (lambda raw: raw["levels"]["ar"].pop("angry"), "levels.ar"),
        (lambda raw: raw["facts"]["order_status"]["say"].update(en="Order {val}"), "facts.order_status.say.en"),
        (lambda raw: raw["facts"]["order_status"]["say"].update(en="{value.__class__}"), "facts.order_status.say.en"),
        (lambda raw: raw["slots"]["en"]["order_id"].update(mention="order {vlue}"), "slots.en.order_id.mention"),
        (lambda raw: raw["phrases"]["en"].update(ask_confirm="{first!r:>80}"), "phrases.en.ask_confirm"),
        (lambda raw: raw["escalations"]["legal_threat"]["note"].pop("en"), "escalations.legal_threat.note"),
        (lambda raw: raw["notes"].update(fr={"due": "x"}), "notes.fr"),
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


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "formality: formal, explanation: full, greet",
            "formality: posh, explanation: full, greet",
            "channels.email.formality",
        ),
        ("default_language: ar", "default_language: ar\nbrand: {}", "brand"),
        ("  refuse_below: 0.08", "  refuse_below: high", "scope.refuse_below"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert DEFAULT.count(old) >= 1
    text = DEFAULT.replace(old, new, 1)
    line = text[: text.index(new)].count("\n") + 1 + new.count("\n")
    with pytest.raises(ConfigurationError, match=rf"line {line}: {said}"):
        load_policy(_write(tmp_path, text))


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = DEFAULT.replace("refuse_below: 0.08", "refuse_below: 8").replace("name_above: 0.25", "name_above: x")
    with pytest.raises(ConfigurationError, match=r"scope\.refuse_below.*scope\.name_above"):
        load_policy(_write(tmp_path, text))


def test_the_schema_knows_the_default_policy_s_sections() -> None:
    assert set(yaml.safe_load(DEFAULT)) <= set(policy_schema()["properties"])


def test_an_edited_file_takes_effect_and_a_faulty_one_is_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live = LivePolicy(_write(tmp_path, DEFAULT))
    first = live.current
    assert live.current is first
    _write(tmp_path, DEFAULT.replace("refuse_below: 0.08", "refuse_below: 8000"))
    assert live.current is first
    assert "line" in caplog.text
    assert "scope.refuse_below" in caplog.text
    _write(tmp_path, DEFAULT.replace("refuse_below: 0.08", "refuse_below: 0.3"))
    assert live.current.scope.refuse_below == 0.3
    (tmp_path / "policy.yaml").unlink()
    assert live.current.scope.refuse_below == 0.3


def test_a_policy_must_be_right_to_begin_with(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        LivePolicy(_write(tmp_path, "version: 1"))


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("holiday: 2026-13-45", "cannot be read"),
        ("? [a, b]\n: 1", "not valid YAML"),
        ("x: !!python/object:os.system {}", "not valid YAML"),
        ("x: &x [*x]", "alias"),
        ("x: &a [1]\ny: *a", "alias"),
        ("#" * 2_000_001, "bytes"),
    ],
)
def test_odd_yaml_is_a_configuration_error(tmp_path: Path, added: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        load_policy(_write(tmp_path, f"{DEFAULT}\n{added}\n"))


def test_each_tenant_has_its_own_file_or_the_one_for_all(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    own = folder / "shop.yaml"
    own.write_text(DEFAULT.replace("raise_to_furious: [", "raise_to_furious: [confusion, ", 1), encoding="utf-8")
    policies = TenantPolicies(LivePolicy(), folder)
    assert policies.of("shop").revision != policies.of("bank").revision == load_policy().revision
    late = folder / "bank.yaml"
    late.write_text(own.read_text(encoding="utf-8"), encoding="utf-8")
    assert policies.of("bank").revision == policies.of("shop").revision, "a file may be added while it is used"


@pytest.mark.parametrize("tenant", ["../secret", "a/b", ".", "", "Shop", "shop.yaml", "s" * 64])
def test_no_name_of_a_tenant_leaves_the_folder(tmp_path: Path, tenant: str) -> None:
    (tmp_path / "secret.yaml").write_text("no policy", encoding="utf-8")
    folder = tmp_path / "policies"
    folder.mkdir()
    assert TenantPolicies(LivePolicy(), folder).of(tenant).revision == load_policy().revision


def test_a_tenants_faulty_file_refuses_to_start(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("version: 1", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="does not fit"):
        TenantPolicies(LivePolicy(), tmp_path)
