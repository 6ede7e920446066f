"""Settings: environment variables with the prefix ``RIFQ_``; every one has a default that works on one machine."""

import difflib
import ipaddress
import os
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from inference.types import Identifier
from models.backends.base import BackendName, Compute, DeviceName
from models.errors import ConfigurationError

PREFIX = "RIFQ_"


def user_data_directory() -> Path:
    """Return the per-user data folder of this platform.

    XDG base directories on Linux, ``Application Support`` on macOS, ``LOCALAPPDATA`` on Windows.
    """
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        given = os.environ.get("XDG_DATA_HOME", "")
        # The XDG specification: a relative path is invalid and is to be ignored.
        base = Path(given) if Path(given).is_absolute() else home / ".local" / "share"
    return base / "rifq"


class Settings(BaseSettings):
    """What an operator can set; read it through ``load_settings``, which explains what is wrong."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Field(default_factory=user_data_directory, description="Data directory: database and index.")
    database_url: str | None = Field(default=None, description="SQLAlchemy URL; SQLite in the data directory if unset.")
    policy: Path | None = Field(default=None, description="Policy file; the shipped one if unset.")
    policies: Path | None = Field(
        default=None, description="Folder with TENANT.yaml for each tenant that has a policy of its own."
    )
    model: Path | None = Field(default=None, description="Folder of the encoder artefact; the shipped one if unset.")
    backend: BackendName = Field(
        default="onnx", description="What runs the encoder: onnx (8-bit), onnx-float32, or torch (float32)."
    )
    device: DeviceName = Field(
        default="auto", description="For torch and the vector model: auto takes a CUDA GPU where there is one."
    )
    device_fallback: bool = Field(default=False, description="Run on the CPU where RIFQ_DEVICE's GPU is absent.")
    vector_model: str | None = Field(
        default=None,
        min_length=1,
        description="Name or folder of a sentence-transformers model whose vectors replace the encoder's own.",
    )
    vector_store: str | None = Field(
        default=None,
        description="URL of a store for vectors, postgresql+psycopg:// or qdrant://; memory if unset.",
    )
    writer: str = Field(
        default="composer",
        description="Who words the drafts: composer, transformers:FOLDER (GGUF file, package), or openai:URL#MODEL.",
    )
    writer_key: SecretStr | None = Field(default=None, description="Key of the openai server.")
    writer_seconds: float = Field(default=30.0, gt=0, le=600, description="Longest time of a writer for one draft.")
    writer_tokens: int = Field(default=700, ge=50, le=8_000, description="Most tokens of one answer of a writer.")
    sets: Path | None = Field(default=None, description="Folder of the public data sets, for evaluation only.")
    tenant: Identifier = "default"
    host: str = Field(default="127.0.0.1", min_length=1, max_length=255)
    port: int = Field(default=8000, ge=0, le=65_535)
    allowed_hosts: tuple[str, ...] = Field(default=(), description="Further Host names that the service answers to.")
    allow_unauthenticated: bool = Field(
        default=False, description="Serve beyond loopback although there is no sign-in yet."
    )
    threads: int = Field(default=2, ge=1, le=64, description="Threads of one encoder pass; at most the cores.")
    max_queue: int = Field(default=256, ge=1, le=100_000, description="Texts that may wait for the model.")
    max_body: int = Field(default=256 * 1024, ge=1_024, le=64 * 1024 * 1024, description="Largest request, in bytes.")
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def loopback(self) -> bool:
        """Whether ``host`` is reachable from this machine only."""
        return is_loopback(self.host)

    @property
    def compute(self) -> Compute:
        """What computes the encoder, and where."""
        return Compute(self.backend, self.device, self.device_fallback, self.vector_model)


def load_settings(**given: Any) -> Settings:  # noqa: ANN401 - passed on to pydantic, which checks each
    """Read the settings from the environment; keyword arguments that are not None win.

    Raises:
        ConfigurationError: a setting is unknown or does not fit; names the variable and what fits.
    """
    _refuse_unknown()
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        msg = f"{PREFIX}{name.upper()} is not valid: {first['msg']}."
        raise ConfigurationError(msg, field=name) from error
    except ValueError as error:  # pydantic-settings could not read a list as JSON
        msg = f"A setting cannot be read ({error}): lists are JSON, e.g. RIFQ_ALLOWED_HOSTS='[\"rifq.example\"]'."
        raise ConfigurationError(msg) from error


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address means this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_exposure(settings: Settings) -> None:
    """Refuse to serve an unauthenticated service to a network.

    Raises:
        ConfigurationError: ``host`` is not loopback and nobody said that this is wanted.
    """
    if settings.loopback or settings.allow_unauthenticated:
        return
    msg = (
        f"{settings.host} can be reached from the network, and this version has no sign-in: anyone could read "
        "customers' messages and change answers. Serve on 127.0.0.1 behind a proxy that authenticates, or set "
        "RIFQ_ALLOW_UNAUTHENTICATED=1 if the network itself is trusted."
    )
    raise ConfigurationError(msg, field="host")


def _refuse_unknown() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(sorted(known))}."
            msg = f"There is no setting {name}: {hint}"
            raise ConfigurationError(msg, field=name)
