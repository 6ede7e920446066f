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
    """What answers a task's rows: the encoder's heads alone, or one of the copilot's three calls."""

    HEADS = "heads"
    ANALYZE = "analyze"
    SEARCH = "search"
    DRAFT = "draft"


class Index(Record):
    """Which resolutions the copilot can find; with ``hold_out``, that many cases of each become test rows instead."""

    source: Literal["sample", "hint3"] = "sample"
    hold_out: int = Field(default=0, ge=0, le=5)

    @property
    def name(self) -> str:
        """How reports call it."""
        return f"{self.source} less {self.hold_out} of each one's cases" if self.hold_out else self.source


class Data(Record):
    """A named data set, the rows of it that are kept, and how many are drawn by the seed (all when None)."""

    set: str
    where: dict[str, tuple[Value, ...]] = Field(default_factory=dict, description="Column -> values that are kept.")
    sample: int | None = Field(default=None, gt=0)
    columns: dict[str, Value] = Field(default_factory=dict, description="Columns that the suite adds to these rows.")


class MetricKind(StrEnum):
    """The metrics of ``evaluation.metrics``; ``share`` is the mean of ``predicted == equals``."""

    SHARE = "share"
    MEAN = "mean"
    MACRO_F1 = "macro_f1"
    AVERAGE_PRECISION = "average_precision"
    AUROC = "auroc"
    PEARSON = "pearson"
    QUADRATIC_KAPPA = "quadratic_kappa"
    CONCORDANCE = "concordance"


_NEEDS: dict[MetricKind, tuple[str, ...]] = {
    MetricKind.SHARE: ("equals",),
    MetricKind.MACRO_F1: ("truth", "labels"),
    MetricKind.AVERAGE_PRECISION: ("truth",),
    MetricKind.AUROC: ("truth",),
    MetricKind.PEARSON: ("truth",),
    MetricKind.QUADRATIC_KAPPA: ("truth", "labels"),
    MetricKind.CONCORDANCE: ("truth", "group"),
}


class Metric(Record):
    """One figure of a task: a metric over columns of the data (``true_...``, ``language``) and of the answers."""

    name: str
    kind: MetricKind
    predicted: str = Field(description="The column of the answers that is judged.")
    truth: str | None = None
    equals: Value | None = None
    labels: tuple[Value, ...] = ()
    group: str | None = None
    cut: float | Literal["dev"] | None = Field(
        default=None,
        description="Turns a score into a yes from this value on; 'dev': from the value best for F1 on the dev part.",
    )
    where: dict[str, tuple[Value, ...]] = Field(default_factory=dict, description="Rows that count for this figure.")
    slices: bool = Field(default=True, description="Whether the figure is repeated for each slice.")
    baseline: str | None = Field(default=None, description="Name of the TF-IDF baseline's figure in the model's card.")
    references: dict[str, float] = Field(default_factory=dict, description="Known figures to read beside this one.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for field in _NEEDS.get(self.kind, ()):
            if getattr(self, field) in (None, ()):
                raise ValueError(f"a metric of kind '{self.kind}' needs '{field}'")
        return self


class Task(Record):
    """Rows, what answers them, and what is measured of the answers."""

    name: str
    data: tuple[Data, ...] = Field(min_length=1)
    run: Run
    index: Index = Index()
    k: int = Field(default=20, ge=1, le=100, description="Hits asked for in a search.")
    metrics: tuple[Metric, ...] = Field(min_length=1)
    slices: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _cuts(self) -> Self:
        if self.run is not Run.HEADS and any(metric.cut == "dev" for metric in self.metrics):
            raise ValueError("a cut from the dev part needs 'run: heads'")
        return self


class Suite(Record):
    """Tasks that are run and reported together; ``today`` is the frozen day at which freshness is judged."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    description: str
    seed: int = 20_260_101
    today: date = date(2026, 1, 15)
    tasks: tuple[Task, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> Self:
        names = [task.name for task in self.tasks]
        if len(set(names)) < len(names):
            raise ValueError("two tasks share a name")
        return self


def suite_names() -> list[str]:
    """Return the names of the suites that come with Rifq, sorted."""
    names = (item.name for item in files("evaluation.suites").iterdir())
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def load_suite(name: str) -> Suite:
    """Load one suite by name.

    Raises:
        NotFoundError: there is no such suite; names those that exist.
        ConfigurationError: its file does not fit the schema; names the place at fault.
    """
    if name not in suite_names():
        msg = f"There is no suite '{name}': choose one of {', '.join(suite_names())}."
        raise NotFoundError(msg, field="suite")
    text = (files("evaluation.suites") / f"{name}.yaml").read_text(encoding="utf-8")
    try:
        return Suite.model_validate(yaml.safe_load(text))
    except (ValidationError, yaml.YAMLError) as error:
        msg = f"The suite file {name}.yaml does not fit the schema: {error}"
        raise ConfigurationError(msg) from error


def load_suites() -> Iterator[Suite]:
    """Yield all suites, by name."""
    return map(load_suite, suite_names())
