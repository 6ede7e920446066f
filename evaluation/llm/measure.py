"""Have a language model word the drafts of a few messages, and count whose text the agent would get."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import date
from importlib.resources import files
from typing import Any

import yaml

from evaluation.helpdesk import given_result
from inference.analysis import Analyzer
from inference.compose import compose
from inference.policy import Policy
from inference.types import Analysis, Finding, Message, Record
from inference.writer import Budget, LanguageModel, Outcome, Prompt, Written, write
from inference.writer.base import Schema
from models.encoder import Encoder
from retrieval import sample


class Asked(Record):
    """One message to be answered, and the resolution that answers it."""

    resolution: str
    channel: str
    text: str


class Row(Record):
    """What became of one message; ``text`` is the model's where it passed, and never one that was refused."""

    resolution: str
    language: str
    level: str
    outcome: Outcome
    why: str | None
    refused: tuple[tuple[str, ...], ...]
    seconds: float
    tokens: int
    first_piece: float | None
    text: str | None


class Timed:
    """A language model with a clock: tokens generated, seconds spent, seconds until its first piece."""

    def __init__(self, model: LanguageModel, count: Callable[[str], int]) -> None:
        self.name = model.name
        self.revision = model.revision
        self.tokens = 0
        self.seconds = 0.0
        self.first: float | None = None
        self._model = model
        self._count = count

    async def generate(
        self, prompt: Prompt, *, max_tokens: int, seconds: float, schema: Schema | None = None
    ) -> AsyncGenerator[str, None]:
        """Pass the model's pieces on."""
        start, text = time.perf_counter(), ""
        try:
            async with aclosing(
                self._model.generate(prompt, max_tokens=max_tokens, seconds=seconds, schema=schema)
            ) as pieces:
                async for piece in pieces:
                    if self.first is None and piece != prompt.opening:
                        self.first = time.perf_counter() - start
                    text += piece
                    yield piece
        finally:
            self.seconds += time.perf_counter() - start
            self.tokens += self._count(text.removeprefix(prompt.opening))

    async def close(self) -> None:
        """Close the model."""
        await self._model.close()


def load_messages() -> tuple[Asked, ...]:
    """Read the messages."""
    rows = yaml.safe_load((files(__package__) / "messages.yaml").read_text(encoding="utf-8"))
    return tuple(Asked.model_validate(row) for row in rows)


def counter(model: LanguageModel) -> Callable[[str], int]:
    """Return what counts a text's tokens; by words where the model's tokenizer is not at hand."""
    tokenizer: Any = getattr(model, "tokenizer", None)
    if tokenizer is None:
        return lambda text: len(text.split())
    return lambda text: len(tokenizer(text, add_special_tokens=False)["input_ids"])


async def measure(
    model: LanguageModel, encoder: Encoder, policy: Policy, budget: Budget, asked: Sequence[Asked], *, today: date
) -> list[Row]:
    """Draft each message from the resolution that answers it, have the model word it, and tell what came out."""
    resolutions = {item.id: item for item in sample.load(today)}
    analyzer, count = Analyzer(encoder, policy), counter(model)
    rows = []
    for item in asked:
        message = Message.model_validate({"text": item.text, "channel": item.channel})
        analysis = analyzer.analyze([message])[0].analysis
        found = given_result(resolutions[item.resolution], today)
        timed = Timed(model, count)
        draft = compose(message, analysis, found, policy)
        written = await write(draft, message=message, found=found, policy=policy, model=timed, budget=budget)
        rows.append(_row(item, analysis, written, timed))
    return rows


def _row(asked: Asked, analysis: Analysis, written: Written, timed: Timed) -> Row:
    return Row(
        resolution=asked.resolution,
        language=written.draft.language,
        level=analysis.anger.level.value,
        outcome=written.outcome,
        why=written.why,
        refused=tuple(map(_codes, written.refused)),
        seconds=round(timed.seconds, 1),
        tokens=timed.tokens,
        first_piece=None if timed.first is None else round(timed.first, 1),
        text=written.draft.text if written.draft.writer else None,
    )


def _codes(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.code for finding in findings if finding.severity == "block"}))
