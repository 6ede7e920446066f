"""Drafts of the real composer with what they were made from, and a copilot that knows what each problem is about."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

from evaluation.copilot import CopilotLike
from evaluation.drafting.answered import Answered
from evaluation.drafting.problems import LANGUAGES, load_problems
from inference.compose import compose
from inference.types import AngerLevel, Draft, Message, Resolution
from tests.evaluation.toy import Oracle, open_oracle
from tests.inference.builders import ENGLISH, POLICY, analysis, found, resolution

QUESTION = "Where is my card? It hasn't come."


def answered(
    text: str = QUESTION,
    *sources: Resolution,
    level: AngerLevel = AngerLevel.CALM,
    **message: Any,
) -> Answered:
    """Compose a draft as the service does."""
    asked = Message.model_validate({"text": text} | message)
    read, hits = analysis(text, level), found(*(sources or (resolution(ENGLISH),)))
    return Answered(asked, read, hits, compose(asked, read, hits, POLICY))


def with_text(item: Answered, text: str) -> Answered:
    """Return a draft whose text somebody changed."""
    draft: Draft = item.draft.model_copy(update={"text": text})
    return Answered(item.message, item.analysis, item.found, draft)


@asynccontextmanager
async def open_knowing(store: Path, *, today: date, model: Path | None = None) -> AsyncIterator[CopilotLike]:
    """Open a copilot that reads each wording of the problems as it was written and finds what answers it."""
    async with open_oracle(store, today=today, model=model) as copilot:
        assert isinstance(copilot, Oracle)
        for problem in load_problems():
            for language in LANGUAGES:
                for level, text in problem.wordings(language).items():
                    copilot.levels[text] = level.rank
                    copilot.owners[text] = f"{problem.intent}.{language}"
        yield copilot
