"""Recorded shapes of the vendors' deliveries (``tests/api/helpdesks/payloads``), written after their documentation."""

import json
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent.parent / "payloads"


def payload(vendor: str, name: str) -> Any:
    """Return a fresh copy of a shape."""
    return json.loads((_ROOT / vendor / f"{name}.json").read_text("utf-8"))


def names(vendor: str) -> list[str]:
    """Return the names of a vendor's shapes."""
    return sorted(path.stem for path in (_ROOT / vendor).glob("*.json"))


def dumped(value: Any) -> bytes:
    """Return a body as vendors send it."""
    return json.dumps(value, ensure_ascii=False).encode()
