"""The encoder as messages and resolutions are read with it: Arabizi in Arabic letters too."""

from pathlib import Path

from inference.transliteration import in_arabic_letters
from models.backends.base import Compute
from models.encoder import Encoder
from models.registry import load_encoder


def open_encoder(path: Path | None = None, *, threads: int = 1, compute: Compute | None = None) -> Encoder:
    """Load an encoder; arguments and errors are those of ``models.registry.load_encoder``."""
    return load_encoder(path, threads=threads, compute=compute, second=in_arabic_letters)
