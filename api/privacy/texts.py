"""The texts within values of any shape."""

from collections.abc import Iterator


def strings(value: object) -> Iterator[str]:
    """Yield every text in a value as JSON has it; bytes are read as UTF-8."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)
