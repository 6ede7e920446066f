"""What a judge is asked: the rubric as rules, and message, sources and replies as fenced data.

The order of the two replies, or of the rubric's criteria, is given by the caller, who asks in both.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from evaluation.judge.answer import choice_schema, score_schema
from evaluation.llm.asking import Question
from evaluation.scorecard import LEVELS, Criterion, Rubric
from inference.types import Channel
from inference.writer import Prompt
from inference.writer.answer import visible
from inference.writer.base import ChatMessage
from inference.writer.prompt import MAX_MESSAGE, draw_fence

MAX_REPLY = 6_000
"""Characters of a reply that the judge is shown."""
_MOST_SOURCES = 4


@dataclass(frozen=True)
class Case:
    """What was asked: the customer's message, what the company knows of it, and where the reply goes."""

    message: str
    sources: tuple[str, ...] = ()
    channel: Channel = Channel.CHAT


@cache
def _raw() -> bytes:
    return (files(__package__) / "wording.yaml").read_bytes()


@cache
def wording() -> Any:  # noqa: ANN401 - a file of our own, all of whose parts the tests use
    """Read ``wording.yaml``."""
    return yaml.safe_load(_raw())


def prompt_revision() -> str:
    """Short hash of the wording: another prompt is another judge."""
    return hashlib.sha256(_raw()).hexdigest()[:8]


def score_question(case: Case, reply: str, rubric: Rubric, *, backwards: bool, repeat: int) -> Question:
    """Ask for the scores of one reply, the criteria in the rubric's order or ``backwards``."""
    criteria = tuple(reversed(rubric.criteria)) if backwards else rubric.criteria
    names = [item.id for item in criteria]
    task = wording()["score"].format(
        rubric="\n".join(map(_anchored, criteria)),
        failures="\n".join(f"- {item.id}: {item.definition.en}" for item in rubric.auto_fails),
        names=", ".join(names),
    )
    opening = wording()["openings"]["score"].format(first=names[0])
    prompt = _prompt([*_data(case), ("REPLY", reply)], task, opening)
    return Question(_parts("score", case, rubric, repeat, reply, *names), prompt, score_schema(rubric, names))


def compare_question(case: Case, first: str, second: str, rubric: Rubric, *, repeat: int) -> Question:
    """Ask which of two replies is better, in the order given."""
    questions = "\n".join(f"- {item.title.en}: {item.question.en}" for item in rubric.criteria)
    task = wording()["compare"].format(rubric=questions)
    data = [*_data(case), ("FIRST REPLY", first), ("SECOND REPLY", second)]
    prompt = _prompt(data, task, wording()["openings"]["compare"])
    return Question(_parts("compare", case, rubric, repeat, first, second), prompt, choice_schema())


def _anchored(item: Criterion) -> str:
    levels = (f"  {level}: {item.levels[level].en}" for level in LEVELS)
    null = [f"  null: {item.not_due.en}"] if item.not_due else []
    return "\n".join([f"{item.id}: {item.question.en}", *levels, *null])


def _data(case: Case) -> list[tuple[str, str]]:
    sources = [("SOURCE (what the company knows)", quote) for quote in case.sources[:_MOST_SOURCES]]
    return [("CUSTOMER MESSAGE", case.message[:MAX_MESSAGE]), *sources]


def _prompt(texts: Sequence[tuple[str, str]], task: str, opening: str) -> Prompt:
    shown = [(label, visible(text)[:MAX_REPLY]) for label, text in texts]
    fence = draw_fence([text for _, text in shown])
    rules = wording()["rules"].format(fence=fence)
    data = "\n".join(f"BEGIN {label} {fence}\n{text}\nEND {fence}" for label, text in shown)
    filled = wording()["completion"].format(rules=rules, task=task, data=data, opening="").rstrip()
    chat = (
        ChatMessage("system", f"{rules}\n{task}"),
        ChatMessage("user", f"{data}\n\nYour review, as one JSON object:"),
    )
    return Prompt(chat=chat, completion=f"{filled}\n{opening}", opening=opening)


def _parts(kind: str, case: Case, rubric: Rubric, repeat: int, *texts: str) -> tuple[str, ...]:
    asked = (case.message, case.channel.value, *case.sources)
    return (kind, prompt_revision(), rubric.id, rubric.revision, str(repeat), *asked, *texts)
