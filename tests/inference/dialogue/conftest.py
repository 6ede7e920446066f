"""Conversations for the tests, and the labelled cases of ``tried.yaml``."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from inference.types import Author, Channel, Message, Turn
from retrieval.sample import load


@dataclass(frozen=True)
class Labelled:
    """A message, the steps it is held against, and which of them it says were done."""

    message: Message
    steps: tuple[str, ...]
    language: str
    done: frozenset[int]


def talk(text: str, *history: tuple[str, str], channel: Channel = Channel.CHAT) -> Message:
    turns = tuple(Turn(author=Author(author), text=said) for author, said in history)
    return Message(text=text, history=turns, channel=channel)


@cache
def labelled(half: str) -> tuple[Labelled, ...]:
    page: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("tried.yaml").read_text(encoding="utf-8"))
    known = {item.id: item.steps for item in load(date(2026, 11, 22))}
    known |= {name: tuple(steps) for name, steps in page["lists"].items()}
    return tuple(
        Labelled(
            message=talk(case["text"], *(pair for turn in case.get("history", []) for pair in turn.items())),
            steps=known[case["steps"]],
            language=case["steps"][-2:],
            done=frozenset(case["tried"]),
        )
        for case in page[half]
    )
