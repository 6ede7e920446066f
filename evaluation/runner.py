"""Runs a suite: loads the rows, has them answered, measures the answers."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evaluation.answers import copilot_answers, difficulties
from evaluation.bootstrap import CONFIDENCE, RESAMPLES
from evaluation.by_signal import rows_by_signal
from evaluation.checks.answers import attack_answers, check_answers
from evaluation.checks.pairs import helpdesk_policy
from evaluation.choices import Writer
from evaluation.copilot import CopilotLike, OpenCopilot
from evaluation.data import Example, load_data
from evaluation.experiments.encoding import Answer, head_answers
from evaluation.experiments.parts import part_answers
from evaluation.experiments.run import encoder_answers
from evaluation.experiments.surface import surface_answers
from evaluation.figures import chosen_cuts, figures
from evaluation.helpdesk import Helpdesk, open_helpdesk, open_knowledge
from evaluation.llm.asking import open_asker
from evaluation.llm.unchecked import TOKENS
from evaluation.measures import Row
from evaluation.result import DataRevision, Result, Revisions, TaskResult
from evaluation.revisions import code_revision, read_baselines
from evaluation.runs.record import KEY, TaskRows, row_keys, task_rows
from evaluation.shown import shown_examples
from evaluation.suite import Beside, Data, Index, Run, Suite, Task
from evaluation.timed import timed_answers
from evaluation.writers import written_answers
from inference.encoder import open_encoder
from inference.policy import Policy, load_policy
from inference.types import Message
from models.encoder import Encoder
from models.errors import ConfigurationError
from models.sets.rows import Split

_DIFFICULTY = "difficulty"
"""The slice that needs a search for each row."""
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
        split: the part of each set that is asked; another than test while rules are still being changed.
        model: folder of the encoder artefact; None for the shipped one.
        threads: of the encoder where its heads are run alone.
        resamples: of the bootstrap.
        progress: is told the task's name and how many rows it has.
        keep: is given each task's name, rows and answers, texts included.
        writer: who words the replies of tasks that ask for a reply's text.
        record: is given each task's rows as its metrics read them, without texts but those of its examples.
    """

    sets: Path | None = None
    store: Path | None = None
    today: date | None = None
    seed: int | None = None
    limit: int | None = None
    split: Split = "test"
    model: Path | None = None
    threads: int = 1
    resamples: int = RESAMPLES
    progress: Callable[[str, int], None] | None = None
    keep: Keep | None = None
    writer: Writer = Writer.COMPOSER
    record: Callable[[TaskRows], None] | None = None


async def run_suite(suite: Suite, open_copilot: OpenCopilot, options: Options | None = None) -> Result:
    """Run every task of a suite; those that share an index, or need none, are run together, but reported in order.

    Raises:
        ConfigurationError: a data set is absent, or the suite reads a column that is not there.
        ArtifactError: the encoder could not be loaded.
    """
    run = _SuiteRun(suite, open_copilot, options or Options())
    run.checks([task for task in suite.tasks if task.run is Run.CHECK])
    alone = [task for task in suite.tasks if not task.run.needs_index and task.run is not Run.CHECK]
    if alone:
        run.encoder(alone)
    asked = [task for task in suite.tasks if task.run.needs_index]
    for index in dict.fromkeys(task.index for task in asked):
        await run.over(index, [task for task in asked if task.index == index])
    return run.result()


class _SuiteRun:
    """One run of one suite, gathering results and revisions."""

    def __init__(self, suite: Suite, open_copilot: OpenCopilot, options: Options) -> None:
        self.suite = suite
        self.open_copilot = open_copilot
        self.options = options
        self.seed = suite.seed if options.seed is None else options.seed
        self.today = options.today or suite.today
        self.baselines = read_baselines()
        self.results: dict[str, TaskResult] = {}
        self.answered: dict[str, tuple[list[Example], list[Answer]]] = {}
        self.models: set[str] = set()
        self.policies: set[str] = set()
        self.indexes: dict[str, str] = {}
        self.data: dict[str, DataRevision] = {}

    def checks(self, tasks: Sequence[Task]) -> None:
        """Run tasks that ask the checks alone."""
        for task in tasks:
            self._note_desk_policy()
            examples = self._examples(task, ())
            self._measure(task, examples, check_answers(examples))

    def encoder(self, tasks: Sequence[Task]) -> None:
        """Run tasks on the encoder alone."""
        encoder = open_encoder(self.options.model, threads=self.options.threads)
        self.models.add(f"{encoder.name}@{encoder.revision}")
        for task in tasks:
            if any(metric.cut == "dev" for metric in task.metrics):
                dev = self._part(task.data, "dev")
                task = chosen_cuts(task, list(_joined(dev, head_answers(encoder, dev))))  # noqa: PLW2901
            if (known := self.answered.get(_question(task))) is None:
                examples = self._examples(task, ())
                known = examples, self._encoded(task, encoder, examples)
            self._measure(task, *known)

    def _encoded(self, task: Task, encoder: Encoder, examples: list[Example]) -> list[Answer]:
        if task.run is Run.ATTACK:
            self._note_desk_policy()
            return attack_answers(examples, encoder, today=self.today)
        return encoder_answers(task.run, encoder, examples, against=self._part(task.against, "train"), seed=self.seed)

    async def over(self, index: Index, tasks: Sequence[Task]) -> None:
        """Run tasks over one index."""
        options = self.options
        place = open_helpdesk(index, seed=self.seed, today=self.today, sets=options.sets, store=options.store)
        async with place as desk:
            self.indexes["own store" if options.store else index.name] = desk.revision
            if parts := [task for task in tasks if task.run is Run.PARTS]:
                await self._parts(desk, parts)
            if asked := [task for task in tasks if task.run.needs_copilot]:
                await self._copilot(desk, asked)

    async def _copilot(self, desk: Helpdesk, tasks: Sequence[Task]) -> None:
        policy = load_policy()
        async with self.open_copilot(desk.directory, today=self.today, model=self.options.model) as copilot:
            await self._note_revisions(copilot)
            for task in tasks:
                if (known := self.answered.get(_question(task))) is None:
                    examples = self._examples(task, desk.held_out)
                    known = examples, await self._answers(task, copilot, examples, policy)
                self._measure(task, *known)

    async def _answers(self, task: Task, copilot: CopilotLike, examples: list[Example], policy: Policy) -> list[Answer]:
        if task.run is Run.TIME:
            return await timed_answers(copilot, examples, k=task.k)
        answers = (
            await self._written(copilot, examples, policy)
            if task.run is Run.WRITE
            else await copilot_answers(task, copilot, examples, policy)
        )
        if _DIFFICULTY not in task.slices:
            return answers
        return list(_together(answers, await difficulties(copilot, examples, answers)))

    async def _written(self, copilot: CopilotLike, examples: list[Example], policy: Policy) -> list[Answer]:
        writer = self.options.writer
        if writer is not Writer.LLM:
            return await written_answers(writer, copilot, examples, policy)
        async with open_asker(tokens=TOKENS) as asker:
            self.models.add(asker.name)
            return await written_answers(writer, copilot, examples, policy, asker)

    async def _parts(self, desk: Helpdesk, tasks: Sequence[Task]) -> None:
        encoder = open_encoder(self.options.model, threads=self.options.threads)
        self.models.add(f"{encoder.name}@{encoder.revision}")
        knowledge = await open_knowledge(desk.directory, encoder)
        for task in tasks:
            examples = self._examples(task, desk.held_out)
            answers = part_answers(knowledge, encoder, examples, sizes=desk.sizes, today=self.today)
            self._measure(task, examples, answers)

    def result(self) -> Result:
        """Put together what was measured."""
        return Result(
            suite=self.suite.name,
            description=self.suite.description,
            seed=self.seed,
            today=self.today,
            limit=self.options.limit,
            split=self.options.split,
            writer=self.options.writer if any(task.run is Run.WRITE for task in self.suite.tasks) else None,
            resamples=self.options.resamples,
            confidence=CONFIDENCE,
            revisions=Revisions(
                code=code_revision(),
                models=tuple(sorted(self.models)),
                policies=tuple(sorted(self.policies)),
                indexes=self.indexes,
                data=self.data,
            ),
            tasks=tuple(self.results[task.name] for task in self.suite.tasks),
        )

    def _examples(self, task: Task, held_out: Sequence[Example]) -> list[Example]:
        options = self.options
        examples: list[Example] = []
        for data in task.data:
            loaded = load_data(
                data,
                seed=self.seed,
                split=options.split,
                limit=options.limit,
                folder=options.sets,
                held_out=held_out,
            )
            self.data[data.set] = DataRevision(rows=loaded.available, sha256=loaded.sha256, files=dict(loaded.files))
            examples += loaded.examples
        if options.progress is not None:
            options.progress(task.name, len(examples))
        return examples

    def _part(self, sets: Sequence[Data], split: Split) -> list[Example]:
        """Load rows that nothing is measured on: of a set's dev part, or of what is looked among."""
        options = self.options
        parts = [load_data(data, seed=self.seed, split=split, limit=None, folder=options.sets) for data in sets]
        return [row for part in parts for row in part.examples]

    def _measure(self, task: Task, examples: list[Example], answers: list[Answer]) -> None:
        self.answered[_question(task)] = examples, answers
        for beside in task.beside:
            answers = list(_together(answers, self._beside(beside, task, examples)))
        if self.options.keep is not None:
            self.options.keep(task.name, examples, answers)
        keys = row_keys(examples)
        rows: list[Row] = [{**row, KEY: key} for row, key in zip(_joined(examples, answers), keys, strict=True)]
        if task.by_signal:
            rows = list(rows_by_signal(rows))
        if self.options.record is not None:
            # A user's own store may hold what nobody released: its texts stay out of runs.
            texts = dict(zip(keys, (row.text for row in examples), strict=True))
            given = () if self.options.store else shown_examples(task, rows, [str(row[KEY]) for row in rows], texts)
            self.options.record(task_rows(task, rows, given))
        found = figures(task, rows, seed=self.seed, baselines=self.baselines, resamples=self.options.resamples)
        data = tuple(dict.fromkeys(item.set for item in task.data))
        result = TaskResult(name=task.name, run=task.run, data=data, n=len(examples), figures=tuple(found))
        self.results[task.name] = result

    def _beside(self, beside: Beside, task: Task, examples: Sequence[Example]) -> list[Answer]:
        match beside:
            case Beside.SURFACE:
                return surface_answers(self._part([_every(data) for data in task.data], "train"), examples)

    async def _note_revisions(self, copilot: CopilotLike) -> None:
        # Any draft names the revisions that answer here; a greeting needs no source.
        draft = (await copilot.draft([Message(text="hello")]))[0]
        self.models.add(f"{draft.model}@{draft.model_revision}")
        self.policies.add(draft.policy_revision)

    def _note_desk_policy(self) -> None:
        policy = helpdesk_policy()
        self.policies.add(policy.revision or hashlib.sha256(policy.model_dump_json().encode()).hexdigest()[:12])


def _question(task: Task) -> str:
    """Return what tasks share that ask the same of the same rows: they are answered once."""
    shape = task.model_dump_json(include={"run", "index", "k", "data", "against"})
    return f"{shape} {bool(task.examples)} {_DIFFICULTY in task.slices}"


def _every(data: Data) -> Data:
    return data.model_copy(update={"sample": None, "split": None})


def _together(answers: Sequence[Answer], more: Sequence[Answer]) -> Iterator[Answer]:
    for answer, other in zip(answers, more, strict=True):
        yield {**answer, **other}


def _joined(examples: Sequence[Example], answers: Sequence[Answer]) -> Iterator[Row]:
    for row, answer in zip(examples, answers, strict=True):
        if shared := row.columns.keys() & answer.keys():
            msg = f"The columns {', '.join(sorted(shared))} are in the data and in the answers: rename one."
            raise ConfigurationError(msg)
        yield {**row.columns, **answer}
