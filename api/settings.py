"""Settings: environment variables with the prefix ``RIFQ_``; every one has a default that works on one machine."""

import difflib
import ipaddress
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.access.principal import Role
from api.spans import parse_span
from inference.types import Identifier
from models.backends.base import BackendName, Compute, DeviceName
from models.errors import ConfigurationError

PREFIX = "RIFQ_"
_OF_CLIENTS = frozenset({"RIFQ_URL", "RIFQ_KEY"})
"""What docs/api.md has its readers set for their own calls: no settings of the service, and no mistakes."""


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
        description="Name or folder of a sentence-transformers model whose vectors replace ours for search.",
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
    helpdesks: Path | None = Field(default=None, description="YAML file of the helpdesk connections; none if unset.")
    workers: int = Field(
        default=4, ge=0, le=64, description="Helpdesk conversations worked on at once; 0: other processes do it."
    )
    sets: Path | None = Field(default=None, description="Folder of the public data sets, for evaluation only.")
    tenant: Identifier = "default"
    host: str = Field(default="127.0.0.1", min_length=1, max_length=255)
    port: int = Field(default=8000, ge=0, le=65_535)
    allowed_hosts: tuple[str, ...] = Field(default=(), description="Further Host names that the service answers to.")
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/?#\s@]+/?$",
        description="Address at which browsers reach the service, where a proxy stands in front.",
    )
    auth: Literal["auto", "required", "off"] = Field(
        default="auto",
        description="Whether one must sign in or send a key: auto, where others than this machine's users can ask.",
    )
    session_idle_hours: int = Field(
        default=8, ge=1, le=24 * 30, description="Hours after which an unused session ends."
    )
    session_hours: int = Field(default=72, ge=1, le=24 * 90, description="Hours after which any session ends.")
    requests_per_minute: int = Field(default=600, ge=1, le=1_000_000, description="For each key and each person.")
    attempts_per_minute: int = Field(
        default=30, ge=1, le=1_000_000, description="Wrong keys and sign-ins, for each address."
    )
    rate_store: str | None = Field(
        default=None, description="redis:// URL where several processes count requests together; memory if unset."
    )
    audit_key: SecretStr | None = Field(
        default=None, description="Key of the audit log's hashes, 32 characters or more; a file in RIFQ_DATA if unset."
    )
    oidc_issuer: str | None = Field(default=None, description="OpenID Connect: the provider's issuer, an https:// URL.")
    oidc_client_id: str | None = Field(default=None, description="Our name at the provider.")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Our secret there; none for public clients.")
    oidc_role: Role | None = Field(
        default=None, description="Role of people who sign in the first time; unset: only people who were made here."
    )
    backups: Path | None = Field(
        default=None, description="Folder of backups; backups/ in the data directory if unset."
    )
    backup_keep: str = Field(
        default="30d", pattern=r"^\d{1,5}[dwmyDWMY]$", description="How long a backup is kept: 14d, 8w, 6m, 1y."
    )
    keep: dict[str, int] = Field(
        default_factory=dict,
        description="Days that data is kept, by class or TENANT/class, as JSON; rifq privacy retention shows them.",
    )
    quality_agents: tuple[Identifier, ...] = Field(
        default=(), description="Tenants whose figures of single agents are shown, as a JSON list; see docs/quality.md."
    )
    quality_unnamed: tuple[Identifier, ...] = Field(
        default=(), description="Agents whose figures are never shown, by the helpdesk's ids, as a JSON list."
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
    def authenticated(self) -> bool:
        """Whether who asks must prove who they are."""
        return self.auth == "required" or (self.auth == "auto" and not self.local)

    @property
    def local(self) -> bool:
        """Whether only this machine's users can ask: on loopback, and no proxy in front."""
        return self.loopback and not self.allowed_hosts

    @property
    def backup_folder(self) -> Path:
        """Where backups are made and looked for."""
        return self.backups or self.data / "backups"

    @property
    def backup_life(self) -> timedelta:
        """How long a backup is kept."""
        return parse_span(self.backup_keep, "RIFQ_BACKUP_KEEP")

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


def _refuse_unknown() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known | _OF_CLIENTS:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(sorted(known))}."
            msg = f"There is no setting {name}: {hint}"
            raise ConfigurationError(msg, field=name)
