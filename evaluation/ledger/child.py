"""The product in a process of its own, as the month sees it."""

import json
import selectors
import subprocess
import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from evaluation.ledger.month import CALENDAR
from models.errors import ConfigurationError

_PATIENCE = 60.0


class Child:
    """The product in its own process: a line in, a line out once it is durable."""

    def __init__(self, directory: Path) -> None:
        policy = directory / "policy.yaml"
        policy.write_text((files("inference.policies") / "default.yaml").read_text("utf-8") + CALENDAR, "utf-8")
        self._command = [sys.executable, "-m", "api.ledger.replay", str(directory), str(policy)]
        self._start()

    def _start(self) -> None:
        """Start it and wait until it answers: a kill is to fall into its work."""
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, bufsize=0)  # noqa: S603 - our own program
        self.send({"at": datetime.now(UTC).isoformat(), "do": "figures"})
        self.answer()

    def send(self, line: dict[str, Any]) -> None:
        """Write a line without waiting for its answer."""
        stream = self._process.stdin
        if stream is not None:
            stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def answer(self, seconds: float = _PATIENCE) -> Any:  # noqa: ANN401 - JSON
        """Return the next answer.

        Raises:
            ConfigurationError: there is none in that time.
        """
        stream = self._process.stdout
        with selectors.DefaultSelector() as selector:
            if stream is not None and selector.register(stream, selectors.EVENT_READ) and selector.select(seconds):
                line = stream.readline()
                if line.endswith(b"\n"):
                    return json.loads(line)
        msg = "The ledger's process gave no answer: run python -m api.ledger.replay by hand to see why."
        raise ConfigurationError(msg)

    def kill(self) -> bool:
        """End it with SIGKILL; tell whether an answer had been written by then."""
        self._process.kill()
        answered = self._process.communicate()[0].endswith(b"\n")
        self._start()
        return answered

    def restart(self) -> None:
        """End it as an operator would, and start it again."""
        self.close()
        self._start()

    def close(self) -> None:
        """End it."""
        self._process.communicate()
