"""The vendors that there are, and the operator's file of connections: read whole, and again when it is edited."""

import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator

from api.helpdesks.connections import Connection
from api.helpdesks.vendors.chatwoot import ChatwootConnection
from api.helpdesks.vendors.email import EmailConnection
from api.helpdesks.vendors.freshdesk import FreshdeskConnection
from api.helpdesks.vendors.front import FrontConnection
from api.helpdesks.vendors.generic import GenericConnection
from api.helpdesks.vendors.help_scout import HelpScoutConnection
from api.helpdesks.vendors.intercom import IntercomConnection
from api.helpdesks.vendors.zammad import ZammadConnection
from api.helpdesks.vendors.zendesk import ZendeskConnection
from inference.documents import read_document
from inference.types import Record
from models.errors import ConfigurationError

if TYPE_CHECKING:
    from api.helpdesks.adapter import Adapter

AnyConnection = Annotated[
    ChatwootConnection
    | EmailConnection
    | GenericConnection
    | FreshdeskConnection
    | FrontConnection
    | HelpScoutConnection
    | IntercomConnection
    | ZammadConnection
    | ZendeskConnection,
    Field(discriminator="vendor"),
]
"""A connection to one of the vendors that are known; a new vendor's class is added here."""
_log = logging.getLogger(__name__)


class ConnectionsFile(Record):
    """The file that RIFQ_HELPDESKS names."""

    version: Literal[1]
    connections: tuple[AnyConnection, ...] = Field(max_length=500)

    @field_validator("connections")
    @classmethod
    def _told_apart(cls, given: tuple[AnyConnection, ...]) -> tuple[AnyConnection, ...]:
        ids = [connection.id for connection in given]
        if doubled := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            raise ValueError(f"the id '{doubled[0]}' is used twice: each connection needs one of its own")
        return given


class Opened:
    """A connection with its adapter, whose secrets are read."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.adapter: Adapter = connection.adapter()


def read_connections(path: Path) -> Mapping[str, Opened]:
    """Read the file and the secrets that it names.

    Raises:
        ConfigurationError: the file is not there or faulty (each place with its line), or a secret is missing.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        msg = f"The helpdesks file {path} cannot be read ({error.strerror}): check RIFQ_HELPDESKS."
        raise ConfigurationError(msg, field="helpdesks") from error
    opened: dict[str, Opened] = {}
    for connection in read_document(raw, ConnectionsFile, "The helpdesks file").connections:
        try:
            opened[connection.id] = Opened(connection)
        except ConfigurationError as error:
            raise ConfigurationError(f"Connection '{connection.id}': {error.message}", field="helpdesks") from error
    return opened


class LiveConnections:
    """The connections in force: an edited file takes effect at the next look, a faulty one is logged and passed over.

    Args:
        path: the file; None where no helpdesk is connected.

    Raises:
        ConfigurationError: the file is faulty to begin with.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = Lock()
        self._seen = self._stamp()
        self._opened: Mapping[str, Opened] = {} if path is None else read_connections(path)

    @property
    def current(self) -> Mapping[str, Opened]:
        """The last good connections, by id."""
        stamp = self._stamp()
        if stamp != self._seen:
            with self._lock:
                if stamp != self._seen:
                    self._seen = stamp
                    self._reload()
        return self._opened

    def get(self, connection: str) -> Opened | None:
        """Return one connection; None where there is none of this id."""
        return self.current.get(connection)

    def _stamp(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat() if self._path is not None else None
        except OSError:
            found = None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if found is not None else (0, 0, 0)

    def _reload(self) -> None:
        if self._path is None:
            return
        try:
            self._opened = read_connections(self._path)
        except ConfigurationError as error:
            # The error names fields and lines; the file holds no secret that it could quote.
            _log.warning("The helpdesk connections stay as they were: %s", error)
            return
        _log.info("There are now %d helpdesk connections", len(self._opened))
