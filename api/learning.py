"""Customers' words that agents' choices tell the answer of, as cases for the search: proposed, read, then added."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime

from pydantic import Field, ValidationError
from sqlalchemy import select

from api.listing import last_verdict
from api.tables import DraftRow
from inference.types import Analysis, Draft, Identifier, Message, Record, SignalName, Status, Verdict
from models.errors import NotFoundError, RifqError
from retrieval.clean import MAX_CASE
from retrieval.rows import RowError
from retrieval.store import Database, ResolutionStore
from retrieval.tickets import masked_case

_USED = (Verdict.ACCEPTED.value, Verdict.EDITED.value)


class LearnedCase(Record):
    """A customer's masked words, and the resolution that an agent chose to answer them from."""

    resolution: Identifier
    case: str = Field(min_length=1, max_length=MAX_CASE)
    draft: str | None = Field(default=None, description="Whose message it is.")


class Learned(Record):
    """What became of a file of cases."""

    added: int = 0
    known: int = 0
    errors: tuple[RowError, ...] = ()


async def learnable(database: Database, *, tenant: str, since: datetime | None = None) -> AsyncIterator[LearnedCase]:
    """Yield what choices teach and no resolution holds yet, the oldest first.

    A choice counts where a draft came of it that was accepted or edited: what an agent looked at and left teaches
    nothing. Words that may tell of danger to the customer never become a key to an answer. Masking does not find every
    name: read the cases before they are added.

    Args:
        database: of the drafts.
        tenant: whose.
        since: drafts of this moment or later.
    """
    row, last = DraftRow, last_verdict()
    chosen = row.draft["chosen"].as_string()
    made = row.status == Status.READY.value
    query = select(row).where(row.tenant == tenant, made, chosen.is_not(None), last.in_(_USED)).order_by(row.created_at)
    if since is not None:
        query = query.where(row.created_at >= since)
    store = ResolutionStore(database)
    async with database.reading() as session:
        drafts = (await session.scalars(query)).all()
    known: dict[str, set[str] | None] = {}
    for item in drafts:
        if Analysis.model_validate(item.analysis).has(SignalName.SELF_HARM):
            continue
        source = str(Draft.model_validate(item.draft).chosen)
        if source not in known:
            known[source] = await _cases(store, source, tenant)
        message, held = Message.model_validate(item.message), known[source]
        case = masked_case(message.text, message.channel, named=message.customer.name)
        if case is not None and held is not None and case not in held:
            held.add(case)
            yield LearnedCase(resolution=source, case=case, draft=item.id)


async def add_learned(store: ResolutionStore, lines: Iterable[bytes], *, tenant: str) -> Learned:
    """Add cases to their resolutions, which stay verified: what they say does not change.

    Args:
        store: of the resolutions.
        lines: ``LearnedCase`` as JSON, one a line; blank ones are skipped, bad ones reported.
        tenant: whose.
    """
    added, known, errors = 0, 0, list[RowError]()
    for number, item in _read(lines, errors):
        try:
            fresh = await store.add_cases(item.resolution, (item.case,), tenant=tenant)
        except RifqError as error:
            errors.append(RowError(line=number, field="resolution", code=error.code, message=error.message))
            continue
        added, known = added + fresh, known + (not fresh)
    return Learned(added=added, known=known, errors=tuple(errors))


def _read(lines: Iterable[bytes], errors: list[RowError]) -> Iterator[tuple[int, LearnedCase]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield number, LearnedCase.model_validate(json.loads(line))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(map(str, first["loc"])) or None
            errors.append(RowError(line=number, field=field, code="invalid_field", message=f"{first['msg']}."))
        except ValueError as error:
            message = f"The line cannot be read as JSON: {error}."
            errors.append(RowError(line=number, field=None, code="invalid_json", message=message))


async def _cases(store: ResolutionStore, id: str, tenant: str) -> set[str] | None:  # noqa: A002 - the contract's name
    """Return the cases of a resolution; None where it is gone, or retired."""
    try:
        found = await store.get(id, tenant=tenant)
    except NotFoundError:
        return None
    return None if found.retired is not None else set(found.cases)
