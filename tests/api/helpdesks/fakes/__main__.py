"""``python -m tests.api.helpdesks.fakes VENDOR``: a fake as a process of its own; its port is the first line."""

import socket
import sys

import uvicorn

from tests.api.helpdesks.fakes.all import FAKES
from tests.api.helpdesks.fakes.email import FakeEmail


def main() -> None:
    # A mailbox is polled: what is tried with every vendor's hook is not for it.
    fake = {**FAKES, FakeEmail.vendor: FakeEmail}[sys.argv[1]]()
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(fake.app(), log_level="error", access_log=False, lifespan="off", ws="none")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
