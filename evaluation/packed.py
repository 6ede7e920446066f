"""Texts that are kept compressed; the same text gives the same bytes."""

import gzip
import zlib


def packed(text: str) -> bytes:
    """Compress a text."""
    return gzip.compress(text.encode("utf-8"), mtime=0)


def unpacked(content: bytes) -> str:
    """Return the text that ``packed`` compressed.

    Raises:
        OSError: It is not compressed, or damaged.
        EOFError: It is broken off.
        UnicodeDecodeError: It is no text.
    """
    try:
        return gzip.decompress(content).decode("utf-8")
    except zlib.error as error:
        raise OSError("the compressed text is damaged") from error
