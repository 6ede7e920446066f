"""The command makes pages without public sets, the same each time, and a report with them."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from evaluation.drafting import run
from evaluation.drafting.answered import Answered
from evaluation.drafting.command import make_command
from evaluation.drafting.messages import PORTIONS, Asked
from evaluation.drafting.plainer import Explained, explanations
from evaluation.drafting.problems import load_problems
from evaluation.packed import unpacked
from inference.policy import Policy
from inference.types import Channel, Resolution
from tests.evaluation.drafting.cases import open_knowing

APP = typer.Typer()
APP.command()(make_command(open_knowing))
PAGES = ("temperatures.md", "channels.md", "examples.md")


def test_pages_are_made_and_are_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Two problems in all channels and tempers: what is the same each time is so for any number of them.
    monkeypatch.setattr(run, "load_problems", lambda: load_problems()[:2])
    for name in ("one", "two"):
        done = CliRunner().invoke(APP, ["--pages", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
    for page in PAGES:
        first = (tmp_path / "one" / page).read_text(encoding="utf-8")
        assert first.startswith("# ")
        assert first == (tmp_path / "two" / page).read_text(encoding="utf-8")


def _each_in_one_channel(
    asked: Answered, own: Sequence[Resolution], channel: Channel, policy: Policy, *, today: date
) -> list[Explained]:
    """Explain every resolution of the sample, but not each in chat and in e-mail."""
    return explanations(asked, own[channel is Channel.EMAIL :: 2], channel, policy, today=today)


def test_a_report_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [Asked("My new card hasn't arrived yet", PORTIONS[0].name, "en", "english", "calm")] * 12
    monkeypatch.setattr(run, "draw", lambda **_: asked)
    monkeypatch.setattr(run, "load_problems", lambda: load_problems()[:5])
    monkeypatch.setattr(run, "PROBLEMS", 1)
    monkeypatch.setattr(run, "explanations", _each_in_one_channel)
    monkeypatch.setattr(run, "of_intent", lambda *_, **__: [f"I was charged twice, take {take}" for take in range(8)])
    done = CliRunner().invoke(APP, ["--out", str(tmp_path), "--limit", "8"])
    assert done.exit_code == 0, done.output
    report = json.loads(unpacked((tmp_path / "drafting.json.gz").read_bytes()))
    assert {part["name"] for part in report["result"]["parts"]} >= {"12 messages", "Plainness", "Variety"}
    shown = (tmp_path / "drafting.md").read_text(encoding="utf-8")
    assert "| a second run, in other company, made the same |" in " ".join(shown.split())
    assert "My new card" not in json.dumps(report)
