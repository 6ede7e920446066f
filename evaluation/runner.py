"""Runs a suite: loads the rows, has them answered, measures the answers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from evaluation.answers import Answer, copilot_answers, head_answers
from evaluation.bootstrap import CONFIDENCE, RESAMPLES
from evaluation.copilot import CopilotLike, OpenCopilot
from evaluation.data import Example, load_data
from evaluation.figures import Row, chosen_cuts, figures
from evaluation.helpdesk import open_helpdesk
from evaluation.result import DataRevision, Result, Revisions, TaskResult
from evaluation.revisions import code_revision, read_baselines
from evaluation.suite import Index, Run, Suite, Task
from inference.policy import load_policy
from inference.types import Message
from models.errors import ConfigurationError
from models.registry import load_encoder

Keep = Callable[[str, Sequence[Example], Sequence[Answer]], None]


@dataclass(frozen=True)
class Options:
    """How a suite is run.

    Attributes:
        sets: the folder of all data sets; None for ``models.sets.folder.sets_folder()``.
        store: a user's data directory, in place of the temporary one with the sample helpdesk.
        today: the day at which freshness is judged; None for the suite's own.
        seed: of samples and bootstrap; None for the suite's own.
        limit: most rows a data set; None for the suite's own sizes.
        threads: of the encoder where its heads are run alone.
        resamples: of the bootstrap.
        progress: is told the task's name and how many rows it has.
        keep: is given each task's name, rows and answers, texts included.
    """

    sets: Path | None = None
    store: Path | None = None
    today: date | None = None
    seed: int | None = None
    limit: int | None = None
    threads: int = 1
    resamples: int = RESAMPLES
    progress: Callable[[str, int], None] | None = None
    keep: Keep | None = None


async def run_suite(suite: Suite, open_copilot: OpenCopilot, options: Options | None = None) -> Result:
    """Run every task of a suite, in order; each index is filled once for the tasks in a row that share it.

    Raises:
        ConfigurationError: a data set is absent, or the suite reads a column that is not there.
        ArtifactError: the encoder could not be loaded.
    """
    run = _SuiteRun(suite, open_copilot, options or Options())
    for index, tasks in groupby(suite.tasks, key=_index):
        if index is None:
            run.heads(list(tasks))
        else:
            await run.copilot(index, list(tasks))
    return run.result()


def _index(task: Task) -> Index | None:
    return None if task.run is Run.HEADS else task.index


class _SuiteRun:
    """One run of one suite, gathering results and revisions."""

    def __init__(self, suite: Suite, open_copilot: OpenCopilot, options: Options) -> None:
        self.suite = suite
        self.open_copilot = open_copilot
        self.options = options
        self.seed = suite.seed if options.seed is None else options.seed
        self.today = options.today or suite.today
        self.baselines = read_baselines()
        self.results: list[TaskResult] = []
        self.models: set[str] = set()
        self.policies: set[str] = set()
        self.indexes: dict[str, str] = {}
        self.data: dict[str, DataRevision] = {}

    def heads(self, tasks: Sequence[Task]) -> None:
        """Run tasks on the shipped encoder alone."""
        encoder = load_encoder(threads=self.options.threads)
        self.models.add(f"{encoder.name}@{encoder.revision}")
        for task in tasks:
            if any(metric.cut == "dev" for metric in task.metrics):
                dev = self._dev_examples(task)
                task = chosen_cuts(task, list(_joined(dev, head_answers(encoder, dev))))  # noqa: PLW2901
            examples = self._examples(task, ())
            self._measure(task, examples, head_answers(encoder, examples))

    async def copilot(self, index: Index, tasks: Sequence[Task]) -> None:
        """Run tasks on a copilot over one index."""
        options, policy = self.options, load_policy()
        async with AsyncExitStack() as stack:
            place = open_helpdesk(index, seed=self.seed, today=self.today, sets=options.sets, store=options.store)
            desk = await stack.enter_async_context(place)
            copilot = await stack.enter_async_context(self.open_copilot(desk.directory, today=self.today))
            self.indexes["own store" if options.store else index.name] = desk.revision
            await self._note_revisions(copilot)
            for task in tasks:
                examples = self._examples(task, desk.held_out)
                self._measure(task, examples, await copilot_answers(task, copilot, examples, policy))

    def result(self) -> Result:
        """Put together what was measured."""
        return Result(
            suite=self.suite.name,
            description=self.suite.description,
            seed=self.seed,
            today=self.today,
            limit=self.options.limit,
            resamples=self.options.resamples,
            confidence=CONFIDENCE,
            revisions=Revisions(
                code=code_revision(),
                models=tuple(sorted(self.models)),
                policies=tuple(sorted(self.policies)),
                indexes=self.indexes,
                data=self.data,
            ),
            tasks=tuple(self.results),
        )

    def _examples(self, task: Task, held_out: Sequence[Example]) -> list[Example]:
        examples: list[Example] = []
        for data in task.data:
            loaded = load_data(
                data, seed=self.seed, limit=self.options.limit, folder=self.options.sets, held_out=held_out
            )
            self.data[data.set] = DataRevision(rows=loaded.available, sha256=loaded.sha256)
            examples += loaded.examples
        if self.options.progress is not None:
            self.options.progress(task.name, len(examples))
        return examples

    def _dev_examples(self, task: Task) -> list[Example]:
        parts = [load_data(data, seed=self.seed, split="dev", folder=self.options.sets) for data in task.data]
        return [row for part in parts for row in part.examples]

    def _measure(self, task: Task, examples: Sequence[Example], answers: Sequence[Answer]) -> None:
        if self.options.keep is not None:
            self.options.keep(task.name, examples, answers)
        rows = list(_joined(examples, answers))
        found = figures(task, rows, seed=self.seed, baselines=self.baselines, resamples=self.options.resamples)
        data = tuple(dict.fromkeys(item.set for item in task.data))
        result = TaskResult(name=task.name, run=task.run, data=data, n=len(rows), figures=tuple(found))
        self.results.append(result)

    async def _note_revisions(self, copilot: CopilotLike) -> None:
        # Any draft names the revisions that answer here; a greeting needs no source.
        draft = (await copilot.draft([Message(text="hello")]))[0]
        self.models.add(f"{draft.model}@{draft.model_revision}")
        self.policies.add(draft.policy_revision)


def _joined(examples: Sequence[Example], answers: Sequence[Answer]) -> Iterator[Row]:
    for row, answer in zip(examples, answers, strict=True):
        if shared := row.columns.keys() & answer.keys():
            msg = f"The columns {', '.join(sorted(shared))} are in the data and in the answers: rename one."
            raise ConfigurationError(msg)
        yield {**row.columns, **answer}
