"""The frequency lists of wordfreq (Robyn Speer, https://github.com/rspeer/wordfreq; data CC BY-SA 4.0).

A list is a gzipped msgpack array: a header (``format``, ``cB``, ``version``), then arrays of words, one array a step of
frequency, the most frequent first. Only the strings matter here, so msgpack itself is not needed.
"""

import gzip
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_HEADER = 3
_ARRAYS = {0xDC: 3, 0xDD: 5}


def frequent(path: Path, top: int) -> Iterator[str]:
    """Yield the ``top`` most frequent words of a list, the most frequent first."""
    yield from islice(_strings(gzip.decompress(path.read_bytes())), _HEADER, _HEADER + top)


def _strings(data: bytes) -> Iterator[str]:
    at = 0
    while at < len(data):
        sign = data[at]
        if 0xA0 <= sign <= 0xBF:
            start, size = at + 1, sign & 0x1F
        elif sign == 0xD9:
            start, size = at + 2, data[at + 1]
        else:
            at += _ARRAYS.get(sign, 1)
            continue
        at = start + size
        yield data[start:at].decode()
