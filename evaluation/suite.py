"""Suites as data: the schema of ``evaluation/suites/*.yaml`` and their loader."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from inference.types import Record
from models.errors import ConfigurationError, NotFoundError

Value = bool | int | float | str


class Run(StrEnum):
    """What answers a task's rows: one of the copilot's three calls, or an experiment on the encoder alone.

    ``heads`` are the encoder's own answers, ``probe`` a classifier cross-validated on them, ``nearest`` the nearest row
    of ``against``; ``deletion`` and ``occlusion`` test its evidence, ``batches`` that batch-mates change nothing.
    ``parts`` searches an index by vectors, by words and by both. ``write`` has a reply judged as an agent's own text:
    the composer's, or that of a simpler writer to hold it against. ``check`` asks the checks about replies that were
    written by hand, ``attack`` lets attacks loose on the composer, ``time`` takes how long an answer takes.
    """

    HEADS = "heads"
    PROBE = "probe"
    NEAREST = "nearest"
    DELETION = "deletion"
    OCCLUSION = "occlusion"
    BATCHES = "batches"
    PARTS = "parts"
    ANALYZE = "analyze"
    SEARCH = "search"
    DRAFT = "draft"
    WRITE = "write"
    CHECK = "check"
    ATTACK = "attack"
    TIME = "time"

    @property
    def needs_copilot(self) -> bool:
        """Whether a copilot over an index answers, and not the encoder or the checks alone."""
        return self in {Run.ANALYZE, Run.SEARCH, Run.DRAFT, Run.WRITE, Run.TIME}

    @property
    def needs_index(self) -> bool:
        """Whether an index of resolutions is opened for it."""
        return self.needs_copilot or self is Run.PARTS


class Beside(StrEnum):
    """Baselines that are trained on the train part of a task's own sets: what a text's surface alone reaches."""

    SURFACE = "surface"


class Index(Record):
    """Which resolutions the copilot can find; with ``hold_out``, that many cases of each become test rows instead.

    With ``told``, the sample's resolutions also have so many told stories of the training part as cases: what choices
    of agents would have taught.
    """

    source: Literal["sample", "hint3", "arbanking77"] = "sample"
    hold_out: int = Field(default=0, ge=0, le=5)
    told: int = Field(default=0, ge=0, le=10)

    @property
    def name(self) -> str:
        """How reports call it."""
        less = f" less {self.hold_out} of each one's cases" if self.hold_out else ""
        return f"{self.source}{less}" + (f" with {self.told} told stories each" if self.told else "")


class Data(Record):
    """A named data set, the rows of it that are kept, and how many are drawn by the seed (all when None)."""

    set: str
    where: dict[str, tuple[Value, ...]] = Field(default_factory=dict, description="Column -> values that are kept.")
    sample: int | None = Field(default=None, gt=0)
    split: Literal["train", "dev", "test"] | None = Field(
        default=None, description="The part of the set; None for the part that is evaluated, test unless asked."
    )
    columns: dict[str, Value] = Field(default_factory=dict, description="Columns that the suite adds to these rows.")


class MetricKind(StrEnum):
    """The metrics of ``evaluation.metrics`` and ``evaluation.calibration``.

    ``share`` is the mean of ``predicted == equals``, ``difference`` of ``predicted`` less ``than`` in the same row,
    ``quantile`` the value that the share ``at`` of the rows does not exceed; ``reliability`` is not one figure but one
    for each bin.
    """

    SHARE = "share"
    MEAN = "mean"
    MAXIMUM = "maximum"
    QUANTILE = "quantile"
    ACCURACY = "accuracy"
    MACRO_F1 = "macro_f1"
    AVERAGE_PRECISION = "average_precision"
    AUROC = "auroc"
    PEARSON = "pearson"
    QUADRATIC_KAPPA = "quadratic_kappa"
    CONCORDANCE = "concordance"
    BRIER = "brier"
    CALIBRATION_SLOPE = "calibration_slope"
    CALIBRATION_INTERCEPT = "calibration_intercept"
    CALIBRATION_ERROR = "calibration_error"
    RELIABILITY = "reliability"
    SELECTIVE_ERROR = "selective_error"
    RISK_COVERAGE_AREA = "risk_coverage_area"
    COVERAGE_AT_RISK = "coverage_at_risk"
    RECALL_AT_FALSE_POSITIVES = "recall_at_false_positives"
    DIFFERENCE = "difference"


_NEEDS: dict[MetricKind, tuple[str, ...]] = {
    MetricKind.SHARE: ("equals",),
    MetricKind.QUANTILE: ("at",),
    MetricKind.ACCURACY: ("truth",),
    MetricKind.MACRO_F1: ("truth", "labels"),
    MetricKind.AVERAGE_PRECISION: ("truth",),
    MetricKind.AUROC: ("truth",),
    MetricKind.PEARSON: ("truth",),
    MetricKind.QUADRATIC_KAPPA: ("truth", "labels"),
    MetricKind.CONCORDANCE: ("truth", "group"),
    MetricKind.BRIER: ("truth",),
    MetricKind.CALIBRATION_SLOPE: ("truth",),
    MetricKind.CALIBRATION_INTERCEPT: ("truth",),
    MetricKind.CALIBRATION_ERROR: ("truth",),
    MetricKind.RELIABILITY: ("truth",),
    MetricKind.SELECTIVE_ERROR: ("truth", "answer", "coverage"),
    MetricKind.RISK_COVERAGE_AREA: ("truth", "answer"),
    MetricKind.COVERAGE_AT_RISK: ("truth", "answer", "at_most"),
    MetricKind.RECALL_AT_FALSE_POSITIVES: ("truth", "at_most"),
    MetricKind.DIFFERENCE: ("than",),
}


class Metric(Record):
    """One figure of a task: a metric over columns of the data (``true_...``, ``language``) and of the answers."""

    name: str
    kind: MetricKind
    predicted: str = Field(description="The column of the answers that is judged.")
    truth: str | None = None
    equals: Value | None = None
    answer: str | None = Field(
        default=None, description="The column of answers that 'predicted' is the confidence in: a yes where it is true."
    )
    coverage: float | None = Field(default=None, gt=0, le=1, description="Share of rows that are answered.")
    at_most: float | None = Field(
        default=None, gt=0, lt=1, description="Share of errors, or of false positives, that is borne."
    )
    at: float | None = Field(default=None, gt=0, lt=1, description="Which quantile.")
    than: str | None = Field(default=None, description="The column of the answers that 'predicted' is compared with.")
    labels: tuple[Value, ...] = Field(
        default=(), description="Classes; of a Brier score, also the columns of their probabilities."
    )
    group: str | None = None
    cut: float | Literal["dev"] | None = Field(
        default=None,
        description="Turns a score into a yes from this value on; 'dev': from the value best for F1 on the dev part.",
    )
    where: dict[str, tuple[Value, ...]] = Field(default_factory=dict, description="Rows that count for this figure.")
    known: bool = Field(default=False, description="Whether only rows count whose 'predicted' says something.")
    slices: bool | tuple[str, ...] = Field(
        default=True, description="Whether the figure is repeated for each of the task's slices, or for which columns."
    )
    better: Literal["higher", "lower"] | None = Field(
        default=None, description="Which way is better; None where neither is, and the gate does not look."
    )
    floor: float | None = Field(default=None, description="The worst value that the gate lets pass.")
    baseline: str | None = Field(default=None, description="Name of the TF-IDF baseline's figure in the model's card.")
    references: dict[str, float] = Field(default_factory=dict, description="Known figures to read beside this one.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for field in _NEEDS.get(self.kind, ()):
            if getattr(self, field) in (None, ()):
                raise ValueError(f"a metric of kind '{self.kind}' needs '{field}'")
        return self


class Examples(Record):
    """Rows that a report shows with their text, where their set is our own; others are only counted.

    They are the first by ``by``, and by the digest of their text where it says nothing: nobody chose them.
    """

    title: str
    where: dict[str, tuple[Value, ...]] = Field(default_factory=dict, description="Column -> values of these rows.")
    by: str | None = Field(default=None, description="The column of numbers whose highest come first.")
    columns: tuple[str, ...] = Field(default=(), description="What is told of each row beside its text.")
    most: int = Field(default=4, gt=0)


class Task(Record):
    """Rows, what answers them, and what is measured of the answers."""

    name: str
    data: tuple[Data, ...] = Field(min_length=1)
    run: Run
    index: Index = Index()
    k: int = Field(default=20, ge=1, le=100, description="Hits asked for in a search.")
    against: tuple[Data, ...] = Field(default=(), description="Where 'nearest' looks: rows with the same true column.")
    by_signal: bool = Field(default=False, description="Whether each row becomes one row a signal.")
    beside: tuple[Beside, ...] = Field(default=(), description="Baselines that add columns to the answers.")
    unit: str | None = Field(
        default=None, description="The column whose values are resampled whole, because their rows are not independent."
    )
    metrics: tuple[Metric, ...] = Field(min_length=1)
    slices: tuple[str, ...] = ()
    examples: tuple[Examples, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.run is Run.NEAREST) != bool(self.against):
            raise ValueError("'run: nearest' and 'against' need each other")
        if self.run is not Run.HEADS and any(metric.cut == "dev" for metric in self.metrics):
            raise ValueError("a cut from the dev part needs 'run: heads'")
        return self


class Headline(Record):
    """A figure that the first paragraph of a report tells."""

    task: str
    metric: str


class Suite(Record):
    """Tasks that are run and reported together; ``today`` is the frozen day at which freshness is judged."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    line: str = Field(default="", description="What is measured, in one line, for who knows no suite.")
    description: str
    headlines: tuple[Headline, ...] = ()
    seed: int = 20_260_101
    today: date = date(2026, 1, 15)
    parts: tuple[str, ...] = Field(default=(), description="Suites whose tasks come after this one's own.")
    tasks: tuple[Task, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> Self:
        if not self.tasks and not self.parts:
            raise ValueError("a suite needs 'tasks' or 'parts'")
        names = [task.name for task in self.tasks]
        if len(set(names)) < len(names):
            raise ValueError("two tasks share a name")
        return self


def suite_names() -> list[str]:
    """Return the names of the suites that come with Rifq, sorted."""
    names = (item.name for item in files("evaluation.suites").iterdir())
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def load_suite(name: str) -> Suite:
    """Load one suite by name, with the tasks of its parts.

    Raises:
        NotFoundError: there is no such suite; names those that exist.
        ConfigurationError: its file does not fit the schema; names the place at fault.
    """
    if name not in suite_names():
        msg = f"There is no suite '{name}': choose one of {', '.join(suite_names())}."
        raise NotFoundError(msg, field="suite")
    text = (files("evaluation.suites") / f"{name}.yaml").read_text(encoding="utf-8")
    try:
        suite = Suite.model_validate(yaml.safe_load(text))
        tasks = [task for part in suite.parts for task in load_suite(part).tasks]
        return Suite.model_validate({**suite.model_dump(), "tasks": (*suite.tasks, *tasks)})
    except (ValidationError, yaml.YAMLError) as error:
        msg = f"The suite file {name}.yaml does not fit the schema: {error}"
        raise ConfigurationError(msg) from error


def load_suites() -> Iterator[Suite]:
    """Yield all suites, by name."""
    return map(load_suite, suite_names())
