"""The service and the vendor's fake, each in a process of its own."""

import os
import selectors
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.errors import ConfigurationError

FAKES = "tests.api.helpdesks.fakes"
SERVICE = "tests.api.helpdesks.service"
_PATIENCE = 120.0


class Child:
    """A process that prints its port as its first line, and answers there.

    Args:
        module: run with ``python -m``.
        arguments: of the module.
        environment: settings, beside those of this process that are none of Rifq's.
    """

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = [sys.executable, "-m", module, *arguments]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RIFQ_")}
        self._environment = kept | dict(environment)
        self.address = ""
        self.start()

    def start(self) -> None:
        """Start it, and wait until it listens.

        Raises:
            ConfigurationError: it does not; run it by hand to see why.
        """
        pipe, root = subprocess.PIPE, Path(__file__).resolve().parents[2]
        self._process = subprocess.Popen(self._command, env=self._environment, stdout=pipe, cwd=root)  # noqa: S603 - ours
        stream = self._process.stdout
        with selectors.DefaultSelector() as selector:
            if stream is not None and selector.register(stream, selectors.EVENT_READ) and selector.select(_PATIENCE):
                line = stream.readline().strip()
                if line.isdigit():
                    self.address = f"http://127.0.0.1:{int(line)}"
                    return
        self.kill()
        msg = f"{' '.join(self._command[1:])} does not start: run it by hand in the repository to see why."
        raise ConfigurationError(msg)

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._process.kill()
        self._process.communicate()

    def stop(self) -> None:
        """End it as an operator would."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
