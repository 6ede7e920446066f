"""What every connection to a helpdesk has, and where its secrets lie: never in the file that names them."""

import os
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from api.helpdesks.adapter import Adapter
from inference.types import Identifier, Record
from models.errors import ConfigurationError

ConnectionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""Stands in the hook's address and before a conversation's id."""
_MOST_SECRET = 4_096


def _checked(value: str) -> str:
    try:
        parts = urlsplit(value)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits or parts.username is not None or parts.query or parts.fragment:
        raise ValueError("give an address such as https://support.example.com, without a name, password or query")
    return value.rstrip("/")


HelpdeskUrl = Annotated[str, AfterValidator(_checked)]
"""Address of a helpdesk: its scheme, name and path."""


class SecretSource(Record):
    """Where a secret is read from: an environment variable, or a file that a secret manager has put there."""

    env: str | None = Field(default=None, min_length=1, max_length=200, description="Name of the variable.")
    file: Path | None = Field(default=None, description="Path of the file; outer blanks are dropped.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("give one of env and file, e.g. {env: CHATWOOT_TOKEN}")
        return self

    def read(self) -> str:
        """Return the secret.

        Raises:
            ConfigurationError: the variable or file is absent, empty or longer than any secret; names it.
        """
        if self.env is not None:
            value, name = os.environ.get(self.env, ""), f"The environment variable {self.env}"
        else:
            value, name = _content(self.file or Path()), f"The file {self.file}"
        value = value.strip()
        if not value:
            raise ConfigurationError(f"{name} holds no secret, and a helpdesk connection needs it: set it.")
        if len(value) > _MOST_SECRET or not value.isprintable():
            raise ConfigurationError(f"{name} holds no secret but something else: one line of text is expected.")
        return value


class Connection(Record):
    """One connection to one helpdesk, as the operator's file describes it; each vendor adds its own fields.

    Attributes:
        unreadable: status with which a signed delivery that cannot be read is answered. A vendor that turns a hook off
            after errors is told 202: the delivery is kept as a dead letter all the same.
    """

    unreadable: ClassVar[int] = 202

    id: ConnectionId
    tenant: Identifier = "default"
    vendor: str
    url: HelpdeskUrl | None = Field(default=None, description="Address of the helpdesk's API.")
    secret: SecretSource = Field(description="With which the helpdesk signs its calls.")
    quiet_seconds: float = Field(default=4.0, ge=0, le=600, description="Of silence that end a burst.")
    longest_wait_seconds: float = Field(
        default=30.0, ge=0, le=3_600, description="At which a burst is answered anyway."
    )
    notes_language: Literal["ar", "en"] = Field(default="en", description="Of what is said to agents in a note.")
    skip_courtesy: bool = Field(default=False, description="Leave nothing where a customer only greets or thanks.")
    private_network: bool = Field(default=False, description="The address lies in this network, and may be plain http.")
    sidebar_origin: HelpdeskUrl | None = Field(
        default=None, description="Agents' web address, where it is not the API's: only its pages may hold the sidebar."
    )
    calls_at_once: int = Field(default=2, ge=1, le=16, description="Most conversations worked on at the same time.")

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.url is not None and self.url.startswith("http:") and not self.private_network:
            raise ValueError("url is not https: only an address in your own network may be (private_network: true)")
        return self

    def adapter(self) -> Adapter:
        """Return what speaks to this helpdesk, with its secrets read.

        Raises:
            ConfigurationError: a secret is missing; names it.
        """
        raise NotImplementedError


def _content(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_MOST_SECRET + 2)
    except (OSError, UnicodeDecodeError) as error:
        msg = f"The file {path} cannot be read ({type(error).__name__}), and a helpdesk connection needs its secret."
        raise ConfigurationError(msg) from error
