"""What a judge may answer: one JSON object, read strictly. An answer that does not fit is counted, never guessed at."""

import json
import re
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from evaluation.scorecard import Level, Rubric
from inference.writer.answer import MAX_ANSWER
from models.errors import RifqError

_OPEN = re.compile(r"\s*(?:```(?:json)?\s*)?(?=\{)")
_CLOSE = re.compile(r"\s*(?:```\s*)?")
_Why = Annotated[str, Field(max_length=600)]
Kind = TypeVar("Kind", bound=BaseModel)


class JudgeAnswerError(RifqError):
    """A judge's answer cannot be used: it is not the JSON that was asked for, or does not fit the rubric.

    Attributes:
        fault: ``not_json``, ``twice`` (a key stands twice), ``form`` (it does not fit) or ``rubric`` (unknown or
            missing criteria).
    """

    code: ClassVar[str] = "judge_answer"

    def __init__(self, message: str, *, fault: str) -> None:
        super().__init__(message)
        self.fault = fault


def _whole(value: object) -> object:
    """Refuse what only equals a level: ``true`` is no 1."""
    if value is not None and type(value) is not int:
        raise ValueError("a score is a whole number or null")
    return value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ScoreAnswer(_Strict):
    """The score of one criterion; None: it does not apply."""

    why: _Why = ""
    score: Annotated[Level | None, BeforeValidator(_whole)]


class FailureAnswer(_Strict):
    """An auto-fail item that the judge says the reply has, with the words that show it."""

    id: str
    quote: str = Field(default="", max_length=1_000)


class RubricAnswer(_Strict):
    """A reply judged by a rubric."""

    scores: dict[str, ScoreAnswer]
    failures: Annotated[list[FailureAnswer], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _once(self) -> "RubricAnswer":
        names = [item.id for item in self.failures]
        if len(set(names)) < len(names):
            raise ValueError("a failure stands twice")
        return self


class ChoiceAnswer(_Strict):
    """Which of two replies is better, as they were shown."""

    why: _Why = ""
    better: Literal["first", "second", "neither"]


def read_scores(text: str, rubric: Rubric) -> RubricAnswer:
    """Read a reply's scores.

    Raises:
        JudgeAnswerError: it is not one whole JSON object, does not fit, or scores other criteria than the rubric's.
    """
    answer = _read(text, RubricAnswer)
    wanted, known = {item.id for item in rubric.criteria}, {item.id for item in rubric.auto_fails}
    if set(answer.scores) != wanted or any(item.id not in known for item in answer.failures):
        msg = f"The judge's answer has other criteria or failures than the rubric {rubric.id}."
        raise JudgeAnswerError(msg, fault="rubric")
    return answer


def read_choice(text: str) -> ChoiceAnswer:
    """Read which reply is better.

    Raises:
        JudgeAnswerError: it is not one whole JSON object, or does not fit.
    """
    return _read(text, ChoiceAnswer)


def score_schema(rubric: Rubric, names: Sequence[str]) -> dict[str, Any]:
    """Return the JSON schema of ``RubricAnswer`` with just the rubric's ids, for servers that can be held to one."""
    score = _object({"why": {"type": "string"}, "score": {"enum": [1, 2, 3, 4, None]}})
    failure = _object(
        {"id": {"type": "string", "enum": [item.id for item in rubric.auto_fails]}, "quote": {"type": "string"}}
    )
    return _object({"scores": _object(dict.fromkeys(names, score)), "failures": {"type": "array", "items": failure}})


def choice_schema() -> dict[str, Any]:
    """Return the JSON schema of ``ChoiceAnswer``."""
    return _object({"why": {"type": "string"}, "better": {"type": "string", "enum": ["first", "second", "neither"]}})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _read(text: str, kind: type[Kind]) -> Kind:
    start = _OPEN.match(text)
    if start is None or len(text) > MAX_ANSWER:
        raise JudgeAnswerError("The judge's answer is not one JSON object.", fault="not_json")
    try:
        value, end = json.JSONDecoder(strict=False, object_pairs_hook=_once).raw_decode(text, start.end())
    except (json.JSONDecodeError, RecursionError) as error:
        raise JudgeAnswerError("The judge's answer is not one whole JSON object.", fault="not_json") from error
    if not _CLOSE.fullmatch(text, end):
        raise JudgeAnswerError("The judge's answer goes on after its JSON object.", fault="not_json")
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        # The place may hold the judge's own words, so it is told only as far as it is the form's.
        msg = f"The judge's answer does not fit its form: {first['type']}."
        raise JudgeAnswerError(msg, fault="form") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: the one that counts would be a guess."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise JudgeAnswerError("The judge's answer names a key twice.", fault="twice")
    return dict(pairs)
