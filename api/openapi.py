"""``python -m api.openapi``: write the OpenAPI document to ``docs/openapi.json``; a test compares the two."""

import json
from pathlib import Path

from api.http.app import create_app
from api.settings import Settings

TARGET = Path(__file__).parent.parent / "docs" / "openapi.json"


def document() -> str:
    """Return the OpenAPI document as it is committed: a line an entry, so that changes show, and no more than that."""
    schema = create_app(Settings(host="127.0.0.1")).openapi()
    return json.dumps(schema, ensure_ascii=False, indent=0, separators=(",", ":"), sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(document(), encoding="utf-8")
