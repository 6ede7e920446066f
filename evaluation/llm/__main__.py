"""``python -m evaluation.llm``: how often a model's drafts pass the checks, and how fast it is."""

import asyncio
import os
import re
import shlex
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from evaluation.llm.measure import Row, load_messages, measure
from evaluation.machine import Machine, this_machine
from evaluation.publish import publish
from evaluation.report import table
from inference.encoder import open_encoder
from inference.policy import load_policy
from inference.types import Record
from inference.writer import Budget, Outcome, open_model
from inference.writer.wording import prompt_revision
from models.errors import ConfigurationError

TODAY = date(2026, 11, 21)
_READING = (
    "Each message is drafted from the resolution of the sample helpdesk that answers it, so nothing here depends on "
    "the search. *At once* and *repaired*: the agent gets the model's words, which the checks let through; whether "
    "they are good is for a reader to say. *Fell back*: the agent gets the composer's draft. Tokens are counted by the "
    "model's own tokenizer (words, for a server); seconds hold reading the prompt and writing, of both attempts."
)


class LlmReport(Record):
    """All that one run found."""

    started_at: str
    seconds: float
    command: str
    machine: Machine
    model: str
    revision: str
    prompt: str
    policy: str
    seconds_allowed: float
    tokens_allowed: int
    threads: int
    rows: tuple[Row, ...]


async def run(writer: str, *, seconds: float, tokens: int, limit: int, threads: int) -> LlmReport:
    """Measure one writer.

    Raises:
        ConfigurationError: it cannot be opened, or is the composer.
    """
    key = os.environ.get("RIFQ_WRITER_KEY")
    model = open_model(writer, key=key, device="auto", fallback=True, threads=threads)
    if model is None:
        msg = "The composer is no language model: give --writer transformers:... or openai:..."
        raise ConfigurationError(msg, field="writer")
    started, clock, policy = datetime.now(UTC), time.perf_counter(), load_policy()
    try:
        rows = await measure(
            model, open_encoder(), policy, Budget(seconds, tokens), load_messages()[: limit or None], today=TODAY
        )
    finally:
        await model.close()
    return LlmReport(
        started_at=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 1),
        command=shlex.join(["python", "-m", "evaluation.llm", *map(_unplaced, sys.argv[1:])]),
        machine=this_machine(),
        model=model.name,
        revision=model.revision,
        prompt=prompt_revision(),
        policy=policy.revision,
        seconds_allowed=seconds,
        tokens_allowed=tokens,
        threads=threads,
        rows=tuple(rows),
    )


def to_markdown(report: LlmReport) -> str:
    """Return the report: totals by language, a row a message, and the texts that passed."""
    machine = report.machine
    facts = {
        "model": f"{report.model}@{report.revision}, prompt {report.prompt}, policy {report.policy}",
        "budget": f"{report.seconds_allowed:g} s a draft, {report.tokens_allowed} tokens an answer",
        "threads": report.threads,
        "machine": f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python}",
        "run": f"{report.started_at}, {report.seconds:.0f} s: `{report.command}`",
    }
    parts = [f"# llm: {report.model}", "\n".join(f"- {name}: {value}" for name, value in facts.items()), _READING]
    parts.append(_totals(report.rows))
    header = [
        "resolution",
        "anger",
        "outcome",
        "why",
        "refused at first",
        "refused after repair",
        "tokens",
        "s",
        "tokens/s",
    ]
    parts.append(table(header, [_cells(row) for row in report.rows]))
    parts += [f"## {row.resolution}\n\n```text\n{row.text}\n```" for row in report.rows if row.text]
    return "\n\n".join(parts) + "\n"


def _totals(rows: Sequence[Row]) -> str:
    outcomes = (Outcome.AT_ONCE, Outcome.REPAIRED, Outcome.FELL_BACK, Outcome.UNTOUCHED)
    lines = []
    for language in (*sorted({row.language for row in rows}), "all"):
        part = [row for row in rows if language in {row.language, "all"}]
        tokens, seconds = sum(row.tokens for row in part), sum(row.seconds for row in part)
        counts = [str(sum(row.outcome is outcome for row in part)) for outcome in outcomes]
        lines.append(
            [language, str(len(part)), *counts, f"{tokens / seconds:.1f}" if seconds else "", f"{seconds:.0f}"]
        )
    return table(["language", "n", *(item.value.replace("_", " ") for item in outcomes), "tokens/s", "s"], lines)


def _cells(row: Row) -> list[str]:
    refused = [", ".join(codes) for codes in (*row.refused, (), ())][:2]
    rate = f"{row.tokens / row.seconds:.1f}" if row.seconds else ""
    outcome = row.outcome.value.replace("_", " ")
    return [row.resolution, row.level, outcome, row.why or "", *refused, str(row.tokens), f"{row.seconds:.1f}", rate]


def _unplaced(argument: str) -> str:
    """Leave a path's folders away: they say nothing to another machine."""
    return re.sub(r"^(transformers:)?/.*/", r"\1", argument)


def main(
    *,
    writer: Annotated[str, typer.Option(help="As RIFQ_WRITER; a server's key comes from RIFQ_WRITER_KEY.")],
    out: Annotated[Path | None, typer.Option(help="Folder for MODEL.json.gz and MODEL.md; else printed.")] = None,
    seconds: Annotated[float, typer.Option(min=1, help="Longest time for one draft.")] = 60.0,
    tokens: Annotated[int, typer.Option(min=16, help="Most tokens of one answer.")] = 320,
    threads: Annotated[int, typer.Option(min=1, help="Threads on the CPU.")] = 2,
    limit: Annotated[int, typer.Option(min=0, help="Only the first so many messages; 0: all.")] = 0,
) -> None:
    """Measure a language model as the writer."""
    report = asyncio.run(run(writer, seconds=seconds, tokens=tokens, limit=limit, threads=threads))
    publish(re.sub(r"[^\w.-]+", "-", report.model).lower(), report, to_markdown(report), out)


if __name__ == "__main__":
    typer.run(main)
