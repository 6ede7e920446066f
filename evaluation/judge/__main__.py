"""``python -m evaluation.judge``: how far a language model can be believed as a judge of replies."""

import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from evaluation.judge.biases import biases_of
from evaluation.judge.judge import Judge, Judged, Pair
from evaluation.judge.planted import Expected, Texts, planted_judges, planted_texts
from evaluation.judge.report import JudgeReport, PlantedReport, PlantedRow, judge_page, planted_page
from evaluation.judge.sample import sample_pairs, sample_replies
from evaluation.judge.server import serving
from evaluation.llm.asking import Asker, KeptAnswers, open_asker
from evaluation.publish import publish, run_info
from evaluation.scorecard import Rubric, load_rubric
from inference.encoder import open_encoder
from inference.policy import load_policy
from inference.writer.openai_api import OpenAiServer

TODAY = date(2026, 11, 21)
SEED = 20261122
_TOKENS = 700
_KEPT = Path("var/judge-answers.ndjson")
OutOption = Annotated[Path | None, typer.Option(help="Folder for the report, as JSON and Markdown; else printed.")]
RepeatsOption = Annotated[int, typer.Option(min=1, help="How often each question is asked in each order.")]
app = typer.Typer(help="Measure a language model as a judge of replies.", no_args_is_help=True)


@app.command("planted")
def planted(
    *,
    out: OutOption = None,
    pairs: Annotated[int, typer.Option(min=8, help="Pairs of known quality.")] = 200,
    replies: Annotated[int, typer.Option(min=4, help="Replies of known quality.")] = 60,
    repeats: RepeatsOption = 2,
) -> None:
    """Judge by servers with planted habits: the report must say what was planted."""
    started, clock = datetime.now(UTC), time.perf_counter()
    ordering, rubric = 20, load_rubric()
    texts = planted_texts(pairs=pairs, replies=replies, ordering=ordering, seed=SEED)
    rows = [asyncio.run(_planted(expected, texts, rubric, repeats)) for expected in planted_judges()]
    report = PlantedReport(
        run=run_info(("python", "-m", "evaluation.judge"), started, clock),
        pairs=pairs,
        replies=replies,
        ordering=ordering,
        repeats=repeats,
        seed=SEED,
        rows=tuple(rows),
    )
    publish("planted", report, planted_page(report), out)


@app.command("sample")
def sample(
    *,
    writer: Annotated[
        str | None, typer.Option(help="The judge, as RIFQ_WRITER (its default); a key comes from RIFQ_WRITER_KEY.")
    ] = None,
    out: OutOption = None,
    repeats: RepeatsOption = 2,
    pairs: Annotated[int, typer.Option(min=0, help="Pairs that are compared; there are 24.")] = 24,
    replies: Annotated[int, typer.Option(min=0, help="Replies that are scored; there are 24.")] = 24,
    tokens: Annotated[int, typer.Option(min=16, help="Most tokens of one answer.")] = _TOKENS,
    threads: Annotated[int, typer.Option(min=1, help="Threads of a model of this process.")] = 2,
) -> None:
    """Judge pairs of the sample helpdesk of which the better reply is known."""
    encoder, policy = open_encoder(), load_policy()
    asked = (
        sample_pairs(encoder, policy, today=TODAY)[:pairs],
        sample_replies(encoder, policy, today=TODAY)[:replies],
    )
    asyncio.run(_sample(writer, asked, out, repeats=repeats, tokens=tokens, threads=threads))


async def _planted(expected: Expected, texts: Texts, rubric: Rubric, repeats: int) -> PlantedRow:
    async with serving(expected.make(texts.quality, rubric)) as url, _asker(url) as asker:
        judge = Judge(asker, rubric, repeats=repeats)
        compared, scored = await judge.compare(texts.pairs), await judge.score(texts.replies)
    return PlantedRow(judge=expected.name, planted=expected.figures, found=biases_of(compared, scored, seed=SEED))


async def _sample(
    writer: str | None,
    asked: tuple[Sequence[Pair], Sequence[Judged]],
    out: Path | None,
    *,
    repeats: int,
    tokens: int,
    threads: int,
) -> None:
    started, clock, rubric = datetime.now(UTC), time.perf_counter(), load_rubric()
    pairs, replies = asked
    async with open_asker(writer, tokens=tokens, kept=_KEPT, threads=threads) as asker:
        judge, name = Judge(asker, rubric, repeats=repeats), asker.model.name
        compared, scored = await judge.compare(pairs), await judge.score(replies)
        judged_by = judge.name
    report = JudgeReport(
        run=run_info(("python", "-m", "evaluation.judge"), started, clock),
        judge=judged_by,
        rubric=rubric.id,
        pairs=len(pairs),
        replies=len(replies),
        repeats=repeats,
        tokens_allowed=tokens,
        found=biases_of(compared, scored, seed=SEED),
    )
    publish(re.sub(r"[^\w.-]+", "-", name).lower(), report, judge_page(report), out)


@asynccontextmanager
async def _asker(url: str) -> AsyncIterator[Asker]:
    model = OpenAiServer(url, "planted")
    try:
        yield Asker(model, _TOKENS, KeptAnswers(None))
    finally:
        await model.close()


if __name__ == "__main__":
    sys.exit(app())
