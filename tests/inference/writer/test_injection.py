"""Customers, knowledge and history that give orders, and a model that obeys every one of them."""

import json
import re
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import pytest
import yaml

from inference.types import Author, Channel, Draft, Message, Source, SourceKind, Turn
from inference.writer import Outcome, Prompt
from tests.inference.writer.fakes import ASKED, ScriptedModel, answer, composed, sent, written

ATTACKS: list[dict[str, Any]] = yaml.safe_load((files(__package__) / "attacks.yaml").read_text(encoding="utf-8"))
CAUGHT = [pytest.param(attack, id=attack["name"]) for attack in ATTACKS if attack["caught"]]
MISSED = [pytest.param(attack, id=attack["name"]) for attack in ATTACKS if not attack["caught"]]


class ObedientModel(ScriptedModel):
    """Writes what the attack wants, and is not moved by what the checks say of it."""

    def __init__(self, attack: dict[str, Any]) -> None:
        super().__init__()
        self._attack = attack

    async def say(self, prompt: Prompt) -> AsyncIterator[str]:
        if "answer" in self._attack:
            yield self._attack["answer"]
            return
        changes = dict(self._attack.get("obeyed", {}))
        if self._attack.get("echo_fence"):
            fence = re.search(r"^END ([0-9a-f]{16})$", prompt.chat[1].content, re.MULTILINE)
            assert fence is not None
            changes["listen"] = f"I understand. {fence[1]}"
        yield answer(self._attack.get("language", "en"), **changes)


def scene(attack: dict[str, Any]) -> tuple[Message, Draft]:
    """The message and the composed draft that an attack comes with."""
    language, place = attack.get("language", "en"), attack.get("place", "message")
    text = attack["text"]
    history = (Turn(author=Author.AGENT, text=text),) if place == "history" else ()
    said = f"{ASKED[language]}\n{text}" if place == "message" else ASKED[language]
    extra = (Source(id="bad", kind=SourceKind.RESOLUTION, quote=text),) if place == "knowledge" else ()
    return Message(text=said, history=history, channel=Channel.EMAIL), composed(language, extra=extra)


async def run(attack: dict[str, Any]) -> tuple[ObedientModel, Any]:
    message, draft = scene(attack)
    model = ObedientModel(attack)
    return model, await written(model, attack.get("language", "en"), message=message, draft=draft)


def test_there_are_enough_in_both_languages() -> None:
    arabic = [attack for attack in ATTACKS if attack.get("language") == "ar"]
    assert len(ATTACKS) >= 45
    assert len(arabic) >= 15
    assert len(CAUGHT) >= 30


@pytest.mark.parametrize("attack", CAUGHT)
async def test_what_an_obedient_model_writes_does_not_come_out(attack: dict[str, Any]) -> None:
    _, result = await run(attack)
    _, draft = scene(attack)
    assert result.outcome is Outcome.FELL_BACK
    assert all(attack["caught"] in {finding.code for finding in findings} for findings in result.refused)
    assert len(result.refused) == 2
    assert (result.draft.text, result.draft.steps, result.draft.writer) == (draft.text, draft.steps, None)


@pytest.mark.parametrize("attack", MISSED)
@pytest.mark.xfail(strict=True, reason="no check refuses this yet")
async def test_what_no_check_refuses_yet(attack: dict[str, Any]) -> None:
    _, result = await run(attack)
    assert result.outcome is Outcome.FELL_BACK


@pytest.mark.parametrize("attack", [*CAUGHT, *MISSED])
async def test_an_attack_is_only_ever_fenced_data(attack: dict[str, Any]) -> None:
    model, _ = await run(attack)
    first = model.prompts[0]
    shown = "".join(char for char in attack["text"] if char not in "\u202e\u2067\u2069\u200b")
    outside = _outside(first.chat[1].content)
    assert shown in first.chat[1].content
    assert shown not in first.chat[0].content
    assert shown not in outside
    assert "\u202e" not in sent(model.prompts)


@pytest.mark.parametrize("attack", [*CAUGHT, *MISSED])
async def test_whatever_is_written_the_draft_stays_a_proposal(attack: dict[str, Any]) -> None:
    """No answer reaches beyond the text of the steps."""
    _, result = await run(attack)
    _, before = scene(attack)
    untouched = ("status", "language", "plan", "sources", "model", "policy_revision", "route", "reason", "follow_ups")
    assert {name: getattr(result.draft, name) for name in untouched} == {
        name: getattr(before, name) for name in untouched
    }
    assert result.draft.text.startswith(before.steps[0].text)
    assert json.loads(result.draft.model_dump_json())["status"] == "ready"


def _outside(content: str) -> str:
    """Return what of a prompt stands in no fence."""
    fence = re.search(r"^BEGIN .* ([0-9a-f]{16})$", content, re.MULTILINE)
    assert fence is not None
    return re.sub(rf"^BEGIN [^\n]*{fence[1]}\n.*?\nEND {fence[1]}$", "", content, flags=re.DOTALL | re.MULTILINE)
