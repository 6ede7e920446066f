"""``/v1/privacy`` and ``rifq privacy`` as callers see them."""

import json
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from api.cli import app as cli

WORDS = "I am Sara Al-Harbi, +966501234567, and my card is late"


async def test_find_erase_and_read_the_receipt(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/drafts", json={"text": WORDS, "conversation": "zen:1"})
    subject = {"conversations": ["zen:1"], "phones": ["0501234567"]}
    found = (await client.post("/v1/privacy/find", json=subject)).json()
    assert found["drafts"] == 1
    assert "Sara" not in json.dumps(found)
    exported = (await client.post("/v1/privacy/exports", json=subject)).json()
    drafts = next(table for table in exported["tables"] if table["table"] == "drafts")
    assert drafts["rows"][0]["message"]["text"] == WORDS
    erased = await client.post("/v1/privacy/erasures", json=subject)
    assert erased.status_code == 201
    receipt = erased.json()
    assert receipt["verified"]["found"] == 0
    assert (await client.get(f"/v1/privacy/erasures/{receipt['id']}")).json() == receipt
    assert (await client.get("/v1/privacy/erasures")).json()["items"] == [receipt]
    assert (await client.get(f"/v1/drafts/{made.json()['id']}")).status_code == 404
    assert (await client.post("/v1/privacy/erasures", json=subject)).status_code == 404


async def test_holds_are_set_listed_and_ended(client: httpx.AsyncClient) -> None:
    await client.post("/v1/drafts", json={"text": WORDS, "conversation": "zen:1"})
    new = {"kind": "conversation", "value": "zen:1", "reason": "File 7"}
    hold = (await client.post("/v1/privacy/holds", json=new)).json()
    refused = await client.post("/v1/privacy/erasures", json={"conversations": ["zen:1"]})
    assert refused.status_code == 409
    assert "File 7" in refused.json()["detail"]
    assert [item["id"] for item in (await client.get("/v1/privacy/holds")).json()["items"]] == [hold["id"]]
    assert (await client.delete(f"/v1/privacy/holds/{hold['id']}")).status_code == 204
    assert (await client.delete(f"/v1/privacy/holds/{hold['id']}")).status_code == 404
    assert (await client.post("/v1/privacy/erasures", json={"conversations": ["zen:1"]})).status_code == 201


@pytest.mark.parametrize("body", [{}, {"names": ["Sara"]}, {"texts": ["12"]}, {"customer": ["1"]}])
async def test_a_subject_that_is_none_is_told(client: httpx.AsyncClient, body: dict[str, list[str]]) -> None:
    answer = await client.post("/v1/privacy/find", json=body)
    assert answer.status_code == 422
    assert "Sara" not in answer.json()["detail"]


@pytest.mark.usefixtures("fake_encoder")
def test_the_command_line_erases_and_verifies_its_receipt(tmp_path: Path) -> None:
    run, store = CliRunner(), ["--store", str(tmp_path)]
    entry = tmp_path / "k.jsonl"
    leak = {"id": "k", "problem": f"late card of {WORDS[5:18]}", "answer": "Track it.", "language": "en"}
    entry.write_text(json.dumps(leak) + "\n", encoding="utf-8")
    assert run.invoke(cli, ["import", str(entry), *store]).exit_code == 0
    entry.unlink()
    asked = ["--name", "Sara Al-Harbi"]
    found = run.invoke(cli, ["privacy", "find", *asked, *store])
    assert "resolutions" in found.stdout
    assert "Sara" not in found.stdout
    erased = run.invoke(cli, ["privacy", "erase", *asked, "--yes", *store])
    assert erased.exit_code == 0, erased.output
    receipt = tmp_path / "receipt.json"
    receipt.write_text(erased.stdout, encoding="utf-8")
    assert run.invoke(cli, ["privacy", "verify", str(receipt), *store]).exit_code == 0
    receipt.write_text(erased.stdout.replace('"local"', '"user:9"'), encoding="utf-8")
    assert run.invoke(cli, ["privacy", "verify", str(receipt), *store]).exit_code == 1
    assert json.loads(run.invoke(cli, ["privacy", "receipts", *store]).stdout)["by"] == "local"
    assert "drafts" in run.invoke(cli, ["privacy", "retention", "--sweep", *store]).stdout
    assert b"Al-Harbi" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
