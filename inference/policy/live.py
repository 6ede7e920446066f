"""A policy file that may be edited while the service runs."""

import logging
import re
from pathlib import Path
from threading import Lock
from typing import Protocol

from inference.policy.load import load_policy
from inference.policy.policy import Policy
from models.errors import ConfigurationError

_log = logging.getLogger(__name__)
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""Names of tenants that may have a policy of their own: no other can leave the folder."""


class PolicySource(Protocol):
    """What knows the policy in force: a policy itself, or a file that may be edited."""

    @property
    def current(self) -> Policy:
        """The policy in force."""
        ...


class Policies(Protocol):
    """What knows the policy in force for each tenant: one policy for all, or a folder with a file for each."""

    def of(self, tenant: str) -> Policy:
        """Return the policy in force for a tenant."""
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

    def of(self, tenant: str) -> Policy:  # noqa: ARG002 - one file for every tenant
        """Return the last good policy, whoever asks."""
        return self.current

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


class TenantPolicies:
    """A policy for each tenant: its file in a folder, named ``TENANT.yaml``, or else the one for all.

    Args:
        default: the policy of tenants without a file.
        directory: the folder; None where all tenants share one policy. Files may be added and edited while it is used.

    Raises:
        ConfigurationError: a file does not hold a policy to begin with.
    """

    def __init__(self, default: LivePolicy, directory: Path | None = None) -> None:
        self._default = default
        self._directory = directory
        self._lock = Lock()
        self._own: dict[str, LivePolicy] = {}
        for path in sorted(directory.glob("*.yaml")) if directory is not None else ():
            self.source(path.stem)

    def of(self, tenant: str) -> Policy:
        """Return the policy in force for a tenant."""
        return self.source(tenant).current

    def source(self, tenant: str) -> LivePolicy:
        """Return what knows a tenant's policy.

        Raises:
            ConfigurationError: the tenant's file is new and does not hold a policy.
        """
        if self._directory is None or not _FILE_NAME.fullmatch(tenant):
            return self._default
        with self._lock:
            if tenant not in self._own:
                path = self._directory / f"{tenant}.yaml"
                if not path.is_file():
                    return self._default
                self._own[tenant] = LivePolicy(path)
            return self._own[tenant]
