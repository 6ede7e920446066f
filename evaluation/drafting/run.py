"""One run: everything measured, the report written, and the pages of ``docs/`` made."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import typer

from evaluation.copilot import CopilotLike, OpenCopilot
from evaluation.drafting.anger import load_anger, measure_anger
from evaluation.drafting.answered import answer, compose_times
from evaluation.drafting.channels import PROBLEMS, Cell, lengths, matrix, measure_channels
from evaluation.drafting.messages import draw, of_intent
from evaluation.drafting.overall import Outcome, fault_figures, faults_found, outcomes, status_figures
from evaluation.drafting.pages import channels_page, examples_page, temperatures_page
from evaluation.drafting.plainer import explanations, measure_plainness
from evaluation.drafting.problems import LANGUAGES, load_examples, load_problems
from evaluation.drafting.report import DraftingReport, DraftingResult, Part, to_markdown
from evaluation.drafting.shares import Figure
from evaluation.drafting.temperatures import FourTempers, four_tempers, measure_temperatures
from evaluation.drafting.variety import ARABIC_INTENT, DRAFTS, INTENT, measure_variety, of_one_intent
from evaluation.helpdesk import open_helpdesk
from evaluation.packed import packed
from evaluation.publish import as_json, run_info
from evaluation.revisions import code_revision
from evaluation.suite import Index
from inference.policy import Policy, load_policy
from inference.types import AngerLevel, Channel
from retrieval import sample

TODAY = date(2026, 1, 15)
_ASKED = {"ar": ("arbanking77", ARABIC_INTENT), "en": ("banking77_en", INTENT)}
_QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "most": 1.0}


@dataclass(frozen=True)
class Wanted:
    """What a run is to make.

    Attributes:
        out: folder of the report; with neither this nor ``pages`` it is printed.
        pages: folder of the pages; alone they need no public sets.
        sets: folder of all data sets; None for ``models.sets.folder.sets_folder()``.
        limit: most messages of a source.
        seed: of samples and intervals.
    """

    out: Path | None
    pages: Path | None
    sets: Path | None
    limit: int | None
    seed: int

    @property
    def report(self) -> bool:
        """Whether figures are wanted: pages alone need no public sets."""
        return self.out is not None or self.pages is None


async def run(open_copilot: OpenCopilot, wanted: Wanted) -> None:
    """Open the sample helpdesk in a temporary place, and measure and show what its drafts are like.

    Raises:
        ConfigurationError: the public sets are not there.
    """
    started, clock, policy = datetime.now(UTC), time.perf_counter(), load_policy()
    place = open_helpdesk(Index(), seed=wanted.seed, today=TODAY, sets=None, store=None)
    async with place as desk, open_copilot(desk.directory, today=TODAY) as copilot:
        shown = await _Shown.of(copilot, policy, wanted.seed)
        if wanted.pages is not None:
            await _write_pages(copilot, shown, wanted.pages)
        if not wanted.report:
            return
        found = await outcomes(copilot, draw(seed=wanted.seed, limit=wanted.limit, folder=wanted.sets), policy)
        drowned = await measure_anger(copilot, load_anger(), seed=wanted.seed)
    result = _result(found, shown, drowned, wanted)
    info = run_info(("rifq",), started, clock)
    _write_report(DraftingReport(result=result, run=info), wanted.out)


@dataclass(frozen=True)
class _Shown:
    """What both the pages and the report are made from."""

    sets: Sequence[FourTempers]
    cells: Sequence[Cell]
    temperatures: Sequence[Figure]
    channels: Sequence[Figure]
    policy: Policy

    @classmethod
    async def of(cls, copilot: CopilotLike, policy: Policy, seed: int) -> "_Shown":
        sets = await four_tempers(copilot, load_problems())
        cells = matrix(sets[: PROBLEMS * len(LANGUAGES)], policy)
        return cls(
            sets,
            cells,
            measure_temperatures(sets, policy, seed=seed),
            measure_channels(cells, policy, seed=seed),
            policy,
        )


async def _write_pages(copilot: CopilotLike, shown: _Shown, folder: Path) -> None:
    examples = load_examples()
    answered = await answer(copilot, [example.message for example in examples])
    _write_files(
        folder,
        {
            "temperatures.md": temperatures_page(shown.sets, shown.temperatures),
            "channels.md": channels_page(shown.cells, lengths(shown.cells, shown.policy), shown.channels),
            "examples.md": examples_page(examples, answered),
        },
    )


def _result(found: Sequence[Outcome], shown: _Shown, drowned: Sequence[Figure], wanted: Wanted) -> DraftingResult:
    policy, seed = shown.policy, wanted.seed
    milliseconds = compose_times([one.item for one in found], policy)
    analysis = found[0].item.analysis
    parts = (
        Part(
            name=f"{len(found)} messages",
            note="Chat messages of our own corpus (train, dev) and of public sets; shares of the drafts with a text.",
            figures=tuple(fault_figures(found, seed=seed)),
        ),
        Part(
            name="What became of them",
            note="By source, by the anger that was read, and by variety of our own banking messages.",
            figures=tuple(status_figures(found, seed=seed)),
        ),
        Part(
            name="One problem, four tempers",
            note="25 problems in each language, in chat (`docs/temperatures.md`).",
            figures=tuple(shown.temperatures),
        ),
        Part(
            name="Anger beside a question",
            note="Other problems of the sample, in dialects, Arabizi and English (`evaluation/drafting/anger.yaml`); "
            "*held back*: messages that nothing was tuned on.",
            figures=tuple(drowned),
        ),
        Part(
            name="Every channel",
            note=f"{PROBLEMS} problems, 8 channels, 4 levels, 2 languages (`docs/channels.md`).",
            figures=tuple(shown.channels),
        ),
        *_by_language(shown.sets, policy, wanted),
    )
    return DraftingResult(
        code=code_revision(),
        model=f"{analysis.model}@{analysis.revision}",
        policy=policy.revision,
        seed=seed,
        parts=parts,
        channels=tuple(lengths(shown.cells, policy)),
        compose_ms={name: round(float(np.quantile(milliseconds, at)), 2) for name, at in _QUANTILES.items()},
        found=tuple(faults_found(found)),
    )


def _by_language(sets: Sequence[FourTempers], policy: Policy, wanted: Wanted) -> tuple[Part, Part]:
    """Measure plainness and variety, from the calm question of one problem in each language."""
    plain, variety, resolutions = list[Figure](), list[Figure](), list(sample.load(TODAY))
    for language in LANGUAGES:
        base = next(four for four in sets if (four.language, four.problem.intent) == (language, INTENT))
        asked, own = base.answers[AngerLevel.CALM], [item for item in resolutions if item.language == language]
        for channel in (Channel.CHAT, Channel.EMAIL):
            explained = explanations(asked, own, channel, policy, today=TODAY)
            plain += measure_plainness(explained, f"{language}, {channel.value}", language, seed=wanted.seed)
        texts = of_intent(*_ASKED[language], wanted.limit or DRAFTS, seed=wanted.seed, folder=wanted.sets)
        variety += measure_variety(of_one_intent(asked, texts, policy), policy, language, seed=wanted.seed)
    return (
        Part(
            name="Plainness",
            note="A draft for a layman against the resolution that it explains, for every resolution of the sample. "
            "The score goes from 0 (hard) to 100 (plain); brackets that explain make sentences longer.",
            figures=tuple(plain),
        ),
        Part(
            name="Variety",
            note=f"{wanted.limit or DRAFTS} wordings of one question by e-mail, a quarter at each level of anger.",
            figures=tuple(variety),
        ),
    )


def _write_report(report: DraftingReport, out: Path | None) -> None:
    if out is None:
        typer.echo(to_markdown(report))
        return
    content = as_json(report.model_dump(mode="json"))
    _write_files(out, {"drafting.json.gz": packed(content), "drafting.md": to_markdown(report)})


def _write_files(folder: Path, texts: Mapping[str, str | bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        typer.echo(folder / name)
