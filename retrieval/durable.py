"""Having what was written reach the disk."""

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Have a file's or folder's content written to the disk.

    Raises:
        OSError: it cannot be.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
