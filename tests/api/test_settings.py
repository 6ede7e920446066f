import sys
from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings, is_loopback, load_settings, user_data_directory
from models.backends.base import Compute
from models.errors import ConfigurationError


def test_defaults_stay_on_this_machine() -> None:
    settings = load_settings()
    assert settings.loopback
    assert settings.tenant == "default"
    assert not settings.authenticated


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFQ_PORT", "9000")
    assert load_settings().port == 9000
    assert load_settings(port=9001).port == 9001
    assert load_settings(port=None).port == 9000


def test_unknown_setting_is_named_with_the_nearest_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFQ_THREAD", "2")
    with pytest.raises(ConfigurationError, match="did you mean RIFQ_THREADS"):
        load_settings()


def test_what_the_guide_has_clients_set_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFQ_URL", "http://127.0.0.1:8000")
    monkeypatch.setenv("RIFQ_KEY", "rifq_0123_4567")
    assert load_settings() == Settings()


@pytest.mark.parametrize(("name", "value"), [("RIFQ_PORT", "http"), ("RIFQ_THREADS", "0"), ("RIFQ_LOG_LEVEL", "loud")])
def test_invalid_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        load_settings()


def test_broken_list_says_what_a_list_looks_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFQ_ALLOWED_HOSTS", "rifq.example")
    with pytest.raises(ConfigurationError, match="lists are JSON"):
        load_settings()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8", "LOCALHOST"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.com", "localhost.example.com", ""])  # noqa: S104
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("given", "authenticated"),
    [
        ({}, False),
        ({"host": "0.0.0.0"}, True),  # noqa: S104
        ({"allowed_hosts": ("rifq.example",)}, True),
        ({"auth": "required"}, True),
        ({"host": "0.0.0.0", "auth": "off"}, False),  # noqa: S104
    ],
)
def test_whoever_others_can_reach_asks_for_a_sign_in(given: dict[str, Any], authenticated: bool) -> None:
    assert Settings(**given).authenticated is authenticated


@pytest.mark.parametrize("address", ["rifq.example", "ftp://rifq.example", "https://a@b", "https://rifq.example/path"])
def test_a_public_address_is_an_origin(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("RIFQ_PUBLIC_URL", address)
    with pytest.raises(ConfigurationError, match="RIFQ_PUBLIC_URL"):
        load_settings()


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="XDG is for other platforms")
def test_user_folder_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert user_data_directory() == tmp_path / "rifq"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert user_data_directory() == Path.home() / ".local" / "share" / "rifq"


def test_the_backend_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().compute == Compute("onnx", "auto", device_fallback=False, vector_model=None)
    monkeypatch.setenv("RIFQ_BACKEND", "torch")
    monkeypatch.setenv("RIFQ_DEVICE", "cuda")
    monkeypatch.setenv("RIFQ_DEVICE_FALLBACK", "true")
    monkeypatch.setenv("RIFQ_VECTOR_MODEL", "some/model")
    assert load_settings().compute == Compute("torch", "cuda", device_fallback=True, vector_model="some/model")
    monkeypatch.setenv("RIFQ_BACKEND", "tensorflow")
    with pytest.raises(ConfigurationError, match="RIFQ_BACKEND"):
        load_settings()
