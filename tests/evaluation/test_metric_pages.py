"""The pages of docs/metrics: whole, linked, and of one mind with the suites and with what was measured."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import evaluation
from evaluation.packed import unpacked
from evaluation.people.agreement import HumanAgreement, Use
from evaluation.scorecard import MEASURES

ROOT = Path(evaluation.__file__).parents[1]
FOLDER = ROOT / "docs" / "metrics"
INDEX = FOLDER / "README.md"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path != INDEX)
RUNS = frozenset({"draft", "write", "check", "attack", "time"})
HEADINGS = ("## How it is computed", "## How it fails", "## How sure", "## Agreement with people")
CITED = {
    "ordered-steps.md": ("step “listen” seen", "step “ask” seen"),
    "empathy.md": ("step “empathise” seen",),
    "politeness.md": ("tone findings (fewer)", "sentiment score"),
    "plainness.md": ("plainness score (turned round)",),
    "anger-level.md": ("anger level",),
}
"""Which measures' agreement with people each page states."""


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def listed(text: str, head: str) -> set[str]:
    """Return the names in backticks that stand in the paragraph that begins with ``head``."""
    found = re.search(rf"^{re.escape(head)}.*?(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([^`]+)`", found.group())) if found else set()


def suite_metrics() -> Iterator[tuple[str, str]]:
    """Yield the suite and the name of every metric of drafts, replies, checks and times."""
    for path in sorted((ROOT / "evaluation" / "suites").glob("*.yaml")):
        content: dict[str, Any] = yaml.safe_load(text_of(path))
        for task in content.get("tasks", ()):
            if task["run"] in RUNS:
                yield from ((path.stem, str(metric["name"])) for metric in task["metrics"])


def human_agreements() -> list[HumanAgreement]:
    content = json.loads(unpacked((ROOT / "evaluation" / "results" / "people.json.gz").read_bytes()))
    return [HumanAgreement.model_validate(row) for row in content["result"]["agreements"]]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_says_all_that_it_must(path: Path) -> None:
    text = text_of(path)
    assert "**In one sentence:**" in text
    assert listed(text, "Names in reports:")
    positions = [text.find(heading) for heading in HEADINGS]
    assert -1 not in positions
    assert positions == sorted(positions)
    fails = text[positions[1] : positions[2]]
    assert re.search(r"[\u0621-\u064a]{2}", fails), "an Arabic example"
    assert re.search(r"\"[A-Za-z][^\"\n]+\"", fails), "an English example"
    agreement = text[positions[3] :].lower()
    assert "not yet measured" in agreement or re.search(r"\d|measure by which", agreement)


def test_the_index_names_every_page_and_all_links_lead_somewhere() -> None:
    for path in (INDEX, *PAGES):
        for target in re.findall(r"\]\(([^)#]+)\)", text_of(path)):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", text_of(INDEX)))
    assert linked == {path.name for path in PAGES}


def test_every_metric_of_drafts_has_a_page() -> None:
    described = {name for path in PAGES for name in listed(text_of(path), "Names in reports:")}
    described |= listed(text_of(INDEX), "Self-explaining, without a page:")
    missing = {f"{suite}: {name}" for suite, name in suite_metrics() if name not in described}
    assert not missing
    assert set(MEASURES) <= described


def test_the_pages_state_what_was_measured_and_forbid_what_it_does_not_bear() -> None:
    found = human_agreements()
    for name, measures in CITED.items():
        text = text_of(FOLDER / name)
        rows = [row for row in found if row.ours in measures]
        assert rows
        for row in rows:
            assert f"{row.point:.2f} [{row.low:.2f}, {row.high:.2f}]" in text, f"{name}: {row.of}"
        if any(row.use in {Use.NONE, Use.NO_GAIN} for row in rows):
            assert re.search(r"do not use (?:this|what is read off free wording) to judge people", text, re.IGNORECASE)
