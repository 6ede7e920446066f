"""Batches: each item has its own answer or problem, in order, and a bad one does not spoil the others."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Request
from pydantic import Field, ValidationError, WithJsonSchema

from api.http.problems import Problem, problem_of, validation_problem
from inference.types import Record
from models.errors import RifqError

MAX_BATCH = 32
"""Most items of a batch that drafts, checks or searches."""
Item = TypeVar("Item", bound=Record)
Ready = TypeVar("Ready")
Answer = TypeVar("Answer")


# An item as it was sent: whether it is valid is its own affair, not the batch's.
_RawMessage = Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/Message"})]
_RawReply = Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/CheckBody"})]
_RawSearch = Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/SearchBody"})]


class DraftBatch(Record):
    """Several messages to draft replies to."""

    messages: tuple[_RawMessage, ...] = Field(min_length=1, max_length=MAX_BATCH)


class CheckBatch(Record):
    """Several replies to check."""

    replies: tuple[_RawReply, ...] = Field(min_length=1, max_length=MAX_BATCH)


class SearchBatch(Record):
    """Several messages to find resolutions for."""

    messages: tuple[_RawSearch, ...] = Field(min_length=1, max_length=MAX_BATCH)


class BatchItem(Record, Generic[Answer]):
    """What became of one item: ``result`` where ``status`` is below 400, else ``problem``."""

    status: int
    result: Answer | None = None
    problem: Problem | None = None


class BatchAnswer(Record, Generic[Answer]):
    """The answers to a batch, in its order; ``failed`` counts the problems among them."""

    items: tuple[BatchItem[Answer], ...]
    failed: int


async def each(
    items: Sequence[Any],
    kind: type[Item],
    prepare: Callable[[Item], Ready],
    run: Callable[[list[Ready]], Awaitable[Sequence[Answer]]],
    *,
    request: Request,
    done: int = 200,
) -> BatchAnswer[Any]:
    """Validate each item, run the good ones together, and put answers and problems in order.

    Args:
        items: as they were sent.
        kind: what each should be.
        prepare: looks closer at an item; may raise a ``RifqError``, which is that item's problem.
        run: answers what was prepared, order kept; what it raises is the whole request's problem.
        request: carries the request id.
        done: the status of an item that was answered.
    """
    id_ = request.state.request_id
    prepared = [_prepared(item, kind, prepare, id_) for item in items]
    good = [item for item in prepared if not isinstance(item, Problem)]
    answers = iter(await run(good) if good else ())
    found: list[BatchItem[Any]] = [
        BatchItem(status=item.status, problem=item)
        if isinstance(item, Problem)
        else BatchItem(status=done, result=next(answers))
        for item in prepared
    ]
    return BatchAnswer(items=tuple(found), failed=len(prepared) - len(good))


def _prepared(
    item: Any,  # noqa: ANN401 - as it was sent
    kind: type[Item],
    prepare: Callable[[Item], Ready],
    request_id: str,
) -> Ready | Problem:
    try:
        return prepare(kind.model_validate(item))
    except ValidationError as error:
        return validation_problem(error.errors(include_url=False), request_id=request_id)
    except RifqError as error:
        return problem_of(error, request_id=request_id)
