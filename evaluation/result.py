"""What a suite measured, with all that it depends on."""

from datetime import date

from pydantic import Field

from evaluation.choices import Writer
from evaluation.figures import Figure
from evaluation.machine import Machine
from evaluation.suite import Run
from inference.types import Record


class DataRevision(Record):
    """Which test rows were there to draw from: how many, and a digest of their texts and labels."""

    rows: int
    sha256: str
    files: dict[str, str] = Field(default_factory=dict, description="Of our own sets: each file's SHA-256, by name.")


class Revisions(Record):
    """All that the figures depend on; ``indexes`` are digests of the searchable resolutions by index name."""

    code: str = Field(description="Digest of the program's own sources.")
    models: tuple[str, ...]
    policies: tuple[str, ...] = ()
    indexes: dict[str, str] = Field(default_factory=dict)
    data: dict[str, DataRevision] = Field(default_factory=dict)


class TaskResult(Record):
    """The figures of one task over its ``n`` rows."""

    name: str
    run: Run
    data: tuple[str, ...]
    n: int
    figures: tuple[Figure, ...]


class Result(Record):
    """A suite's figures; the same revisions, options and seed give the same result, byte for byte."""

    suite: str
    description: str
    seed: int
    today: date = Field(description="The day at which freshness was judged.")
    limit: int | None = Field(default=None, description="Most rows a data set, where the suite's own sizes were cut.")
    split: str = Field(default="test", description="The part of each set that was asked.")
    writer: Writer | None = Field(default=None, description="Who worded the replies, where their text was judged.")
    resamples: int
    confidence: float
    revisions: Revisions
    tasks: tuple[TaskResult, ...]


class RunInfo(Record):
    """What differs between two runs of the same revisions: kept apart from the result."""

    started_at: str = Field(description="UTC, ISO 8601.")
    seconds: float
    command: str
    machine: Machine


class Report(Record):
    """A result and the run that made it: what stands in a suite's JSON file."""

    result: Result
    run: RunInfo
