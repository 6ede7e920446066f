"""A policy file that may be edited while the service runs."""

import logging
from pathlib import Path
from threading import Lock
from typing import Protocol

from inference.policy.load import load_policy
from inference.policy.policy import Policy
from models.errors import ConfigurationError

_log = logging.getLogger(__name__)


class PolicySource(Protocol):
    """What knows the policy in force: a policy itself, or a file that may be edited."""

    @property
    def current(self) -> Policy:
        """The policy in force."""
        ...


class LivePolicy:
    """The policy in force: a changed file takes effect at the next message, a faulty one is logged and passed over.

    Args:
        path: the policy file; None for the shipped one, which does not change.

    Raises:
        ConfigurationError: the file does not hold a policy to begin with.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = Lock()
        self._seen = self._stamp()
        self._policy = load_policy(path)

    @property
    def current(self) -> Policy:
        """The last good policy."""
        stamp = self._stamp()
        if stamp != self._seen:
            with self._lock:
                if stamp != self._seen:
                    self._seen = stamp
                    self._reload()
        return self._policy

    def _stamp(self) -> tuple[int, int, int]:
        if self._path is None:
            return (0, 0, 0)
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_size, found.st_ino)

    def _reload(self) -> None:
        try:
            policy = load_policy(self._path)
        except ConfigurationError as error:
            _log.warning("The policy stays at revision %s: %s", self._policy.revision, error)
            return
        if policy.revision != self._policy.revision:
            _log.info("The policy is now revision %s", policy.revision)
        self._policy = policy
