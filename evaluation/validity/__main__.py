"""``python -m evaluation.validity``: planted faults, labels that say nothing, and what intervals hold."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from evaluation.checks.measure import given
from evaluation.checks.pairs import Pair, helpdesk_policy, read_pairs
from evaluation.drafting.shares import Figure, share
from evaluation.publish import publish, run_info
from evaluation.scorecard import Scorecard, load_rubric, measures, score_by_checks
from evaluation.validity.chance import ChanceFigure, answers, chance_figures
from evaluation.validity.coverage import coverage, worlds
from evaluation.validity.drafts import Good, good_drafts
from evaluation.validity.faults import KINDS, PARTS, plant_all
from evaluation.validity.planted import Case, is_worse, judge
from evaluation.validity.result import Covered, Miss, PlantedTable, ValidityReport, ValidityResult, to_markdown
from inference.analysis import Analyzer
from inference.encoder import open_encoder
from inference.types import Analysis, Message
from models.sets.catalogue import load_set

_BATCH = 64
_PER_GROUP = 25
"""Good drafts of a language and a level of anger."""
_READINGS = {"draft": False, "sent": True}


def planted_tables(drafts: Sequence[Good], *, per_kind: int, seed: int) -> Iterator[PlantedTable]:
    """Yield what the measures say of each half of the sentences, read as drafts and as sent words."""
    for part in PARTS:
        broken = list(plant_all(drafts, part, per_kind=per_kind, seed=seed))
        for reading, sent in _READINGS.items():
            yield _tabled(part, reading, list(judge(broken, sent=sent)), seed)


def _tabled(part: str, reading: str, cases: Sequence[Case], seed: int) -> PlantedTable:
    groups = {kind.name: [case for case in cases if case.broken.kind is kind] for kind in KINDS} | {"all": list(cases)}
    present = {name: group for name, group in groups.items() if group}
    return PlantedTable(
        part=part,
        reading=reading,
        noticed=tuple(share(name, [case.noticed for case in group], seed=seed) for name, group in present.items()),
        right=tuple(share(name, [case.right for case in group], seed=seed) for name, group in present.items()),
        misses=tuple(
            Miss(
                kind=case.broken.kind.name,
                detail=case.broken.change.detail,
                language=case.broken.good.draft.language,
                noticed=case.noticed,
                others=case.others,
            )
            for case in cases
            if not case.right
        ),
    )


def pair_figures(analyzer: Analyzer, *, seed: int) -> list[Figure]:
    """Return, by check, how many of the checks' own dev pairs a measure or the scorecard notices."""
    pairs = list(read_pairs(None, "dev"))
    analyses = analysed(analyzer, [pair.asked for pair in pairs])
    noticed = [(pair.check, _notices(pair, analysis)) for pair, analysis in zip(pairs, analyses, strict=True)]
    checks = list(dict.fromkeys(check for check, _ in noticed))
    rows = {check: [fell for other, fell in noticed if other == check] for check in checks}
    return [share(name, values, seed=seed) for name, values in (rows | {"all": [fell for _, fell in noticed]}).items()]


def _notices(pair: Pair, analysis: Analysis) -> bool:
    clean, faulty = given(pair, pair.text), given(pair, pair.faulty)
    before, after = measures(clean, analysis), measures(faulty, analysis)
    if any(is_worse(name, before[name], after[name]) for name in before):
        return True
    rubric = load_rubric()
    return _is_worse_card(score_by_checks(clean, analysis, rubric), score_by_checks(faulty, analysis, rubric))


def _is_worse_card(before: Scorecard, after: Scorecard) -> bool:
    levels = ((before.level(name), after.level(name)) for name in before.scores)
    fell = any(was is not None and now is not None and now < was for was, now in levels)
    return fell or bool(set(after.failures) - set(before.failures))


def analysed(analyzer: Analyzer, messages: Sequence[Message]) -> list[Analysis]:
    """Return what is understood of each message."""
    parts = (messages[start : start + _BATCH] for start in range(0, len(messages), _BATCH))
    return [understood.analysis for part in parts for understood in analyzer.analyze(part)]


def _chance(analyzer: Analyzer, *, shuffles: int, seed: int) -> list[ChanceFigure]:
    rows = [row for row in load_set("support_messages") if row.split == "dev"]
    read = analysed(analyzer, [Message(text=row.text) for row in rows])
    return chance_figures(answers(rows, read), shuffles=shuffles, resamples=400, seed=seed)


def _coverage(*, runs: int, seed: int) -> Iterator[Covered]:
    for world in worlds():
        shares = {size: round(coverage(world, size, runs=runs, seed=seed), 4) for size in world.sizes}
        yield Covered(name=world.name, truth=round(world.truth, 4), shares=shares)


def main(
    out: Annotated[Path | None, typer.Option(help="Folder for validity.json.gz and .md; else it is printed.")] = None,
    per_kind: Annotated[int, typer.Option(min=2, help="Broken drafts of a kind of fault.")] = 48,
    shuffles: Annotated[int, typer.Option(min=1, help="How often labels are dealt out anew.")] = 100,
    runs: Annotated[int, typer.Option(min=1, help="Simulated runs of each world and size.")] = 1_000,
    seed: Annotated[int, typer.Option(help="Of all that chance decides.")] = 0,
) -> None:
    """Break good drafts, deal labels out anew, simulate runs; print or write what the figures say of it."""
    started, clock = datetime.now(UTC), time.perf_counter()
    analyzer = Analyzer(open_encoder(), helpdesk_policy())
    drafts = asyncio.run(good_drafts(per_group=_PER_GROUP, seed=seed))
    result = ValidityResult(
        seed=seed,
        drafts=len(drafts),
        planted=tuple(planted_tables(drafts, per_kind=per_kind, seed=seed)),
        pairs=tuple(pair_figures(analyzer, seed=seed)),
        chance=tuple(_chance(analyzer, shuffles=shuffles, seed=seed)),
        shuffles=shuffles,
        coverage=tuple(_coverage(runs=runs, seed=seed)),
        runs=runs,
    )
    report = ValidityReport(result=result, run=run_info(("python", "-m", "evaluation.validity"), started, clock))
    publish("validity", report, to_markdown(report), out)


if __name__ == "__main__":
    typer.run(main)
