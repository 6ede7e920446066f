"""What the documentation tells operators to paste is what Rifq reads."""

import json
import re
from pathlib import Path

import pytest
import yaml

from api.helpdesks.registry import ConnectionsFile
from inference.documents import read_document
from tests.api.helpdesks.vendors.harness import VENDORS

_ROOT = Path(__file__).parents[4]


def _entries() -> dict[str, bytes]:
    """Return each vendor's example as a file of its own."""
    text = (_ROOT / "docs" / "helpdesks.md").read_text("utf-8")
    blocks = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if block.startswith("  - id:")]
    files = ["version: 1\nconnections:\n" + block for block in blocks]
    return {yaml.safe_load(file)["connections"][0]["vendor"]: file.encode() for file in files}


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_documented_connection_is_read(vendor: str) -> None:
    file = read_document(_entries()[vendor], ConnectionsFile, "The example")
    assert [connection.vendor for connection in file.connections] == [vendor]


def test_freshdesks_rules_name_the_ticket_and_nothing_of_the_customer() -> None:
    given = json.loads((_ROOT / "deploy" / "helpdesks" / "freshdesk.json").read_text("utf-8"))
    assert "X-Rifq-Token" in given["webhook"]["custom_headers"]
    assert {rule["body"]["ticket"] for rule in given["rules"]} == {"{{ticket.id}}"}
    assert {name for rule in given["rules"] for name in rule["body"]} == {"ticket", "rating"}


def test_zammads_triggers_pass_over_internal_articles() -> None:
    given = json.loads((_ROOT / "deploy" / "helpdesks" / "zammad.json").read_text("utf-8"))
    assert given["triggers"][0]["condition"]["article.internal"] == {"operator": "is", "value": ["false"]}
    assert all("notification.webhook" in trigger["perform"] for trigger in given["triggers"])
