"""``python -m evaluation.checks.real``: what the checks find in replies that nobody planted a fault in, for reading.

Real agents' first replies from `airlines_support_dialogs` (CC BY-NC-SA: for measuring in house, no row is kept here),
without any source, so that only a reader can say which finding is due. One JSON object a line: the reply, its message,
and the findings.
"""

import bz2
import csv
import io
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from evaluation.checks.pairs import helpdesk_policy
from inference.checks import CheckInput, run_checks
from inference.policy import Policy
from inference.types import Channel, Message
from models.sets.folder import sets_folder

SEED = 20261122
_FILE = Path("airlines_support_dialogs", "airlines_raw.csv.bz2")
_TURN = re.compile(r"<(cust|rep)__ (.*?) __(?:cust|rep)>", re.DOTALL)
_MASK = re.compile(r"__\w+__")
_SHORTEST = 60


def real_replies(folder: Path, count: int, *, seed: int) -> list[tuple[Message, str]]:
    """Return customers' first messages with the agent's first reply, drawn by chance.

    Raises:
        OSError: the file is absent.
    """
    with bz2.open(folder / _FILE) as raw:
        rows = list(_pairs(csv.DictReader(io.TextIOWrapper(raw, "utf-8"))))
    return random.Random(seed).sample(rows, min(count, len(rows)))  # noqa: S311 - a sample, no secret


def _pairs(rows: "csv.DictReader[str]") -> Iterator[tuple[Message, str]]:
    for row in rows:
        asked, answers = _said(row["first_utterance"], "cust"), _said(row["context"], "rep")
        if asked and answers and len(answers[0]) >= _SHORTEST:
            yield Message(text=asked[0], channel=Channel.SOCIAL_PRIVATE), answers[0]


def _said(text: str, who: str) -> list[str]:
    turns = (match[2] for match in _TURN.finditer(text) if match[1] == who)
    return [" ".join(_MASK.sub(" ", turn).replace("&amp;", "&").split()) for turn in turns]


def found(message: Message, reply: str, policy: Policy) -> dict[str, Any]:
    """Return the record of one reply."""
    given = CheckInput(reply, "en", (), policy, message)
    findings = [
        {"code": item.code, "severity": item.severity, "at": item.span.text if item.span else None}
        for item in run_checks(given)
    ]
    return {"message": message.text, "reply": reply, "findings": findings}


def main(
    count: Annotated[int, typer.Option(min=1, help="Replies of agents.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the sample.")] = SEED,
) -> None:
    """Print agents' real replies with what the checks find in them."""
    policy = helpdesk_policy()
    for message, reply in real_replies(sets_folder(), count, seed=seed):
        typer.echo(json.dumps(found(message, reply, policy), ensure_ascii=False))


if __name__ == "__main__":
    typer.run(main)
