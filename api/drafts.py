"""Drafts and feedback in the database: what is returned here survives ``kill -9``."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import Field, ValidationError, computed_field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.idempotency import new_id
from api.ledger import Ledger
from api.sent import note_variant, sent_feedback, sent_replies
from api.tables import DraftRow, FeedbackRow
from inference.policy import PolicySource
from inference.types import (
    Analysis,
    Draft,
    Feedback,
    FeedbackReason,
    Freshness,
    Identifier,
    LanguageCode,
    Message,
    Probability,
    Record,
    Score,
    SearchResult,
    SignalName,
    SourceKind,
    Status,
    Verdict,
)
from models.errors import ConflictError, InputError, NotFoundError
from retrieval.clean import clean_text, text_fault
from retrieval.store import Database, settle_doubts

KEPT_HITS = 5
"""Hits that are kept with a draft, to explain what else was near."""
_DOUBTS = (FeedbackReason.INCORRECT_INFORMATION, FeedbackReason.OUTDATED_INFORMATION)
Kind = TypeVar("Kind", bound=Record)


class FoundHit(Record):
    """A resolution that the search returned, in short."""

    id: Identifier
    problem: str
    language: LanguageCode
    score: Score
    freshness: Freshness


class Found(Record):
    """What the search returned when the draft was made."""

    relevance: Probability
    answerable: bool
    hits: tuple[FoundHit, ...] = ()

    @classmethod
    def of(cls, result: SearchResult) -> "Found":
        """Keep the best hits of a search result."""
        hits = tuple(
            FoundHit(
                id=hit.resolution.id,
                problem=hit.resolution.problem,
                language=hit.resolution.language,
                score=hit.score,
                freshness=hit.freshness,
            )
            for hit in result.hits[:KEPT_HITS]
        )
        return cls(relevance=result.relevance, answerable=result.answerable, hits=hits)


class Proposal(Record):
    """A draft with all that it was made from."""

    message: Message
    analysis: Analysis
    found: Found
    draft: Draft

    @computed_field(  # type: ignore[prop-decorator] # pydantic's own way
        description="It comes before others: by its own words, or because something promised is overdue."
    )
    @property
    def urgent(self) -> bool:
        """Whether the message comes before others."""
        return self.analysis.has(SignalName.URGENCY) or any(item.owed for item in self.message.commitments)


class GivenFeedback(Feedback):
    """Feedback as it was stored."""

    id: str
    at: datetime


class StoredDraft(Proposal):
    """A proposal as it was stored; ``feedback`` as it arrived, what was inferred first: the last one counts."""

    id: str
    created_at: datetime
    feedback: tuple[GivenFeedback, ...] = Field(default=())


class DraftStore:
    """Reads and writes drafts and feedback; every method names its tenant.

    Args:
        database: where they are.
        policy: says when rejections send a resolution back to review, and counts working hours.
        today: today's date where the team works.
        ledger: enters what accepted and edited drafts promise; its clock is the store's.
    """

    def __init__(self, database: Database, *, policy: PolicySource, today: Callable[[], date], ledger: Ledger) -> None:
        self.database = database
        self._ledger = ledger
        self._policy = policy
        self._today = today

    async def add(
        self,
        proposals: Sequence[Proposal],
        *,
        tenant: str,
        id: str | None = None,  # noqa: A002 - the contract's name
        variant_of: str | None = None,
    ) -> list[StoredDraft]:
        """Store proposals in one transaction and return them with their new ids.

        Where the request was carried out before and its answer lost, what was stored then is returned.

        Args:
            proposals: what to store.
            tenant: whose.
            id: the reserved id of the one proposal; new ones if None.
            variant_of: the draft that they were made again from.
        """
        now = self._ledger.now()
        stored = [
            StoredDraft(id=id or new_id(), created_at=now, **{name: getattr(item, name) for name in _PARTS})
            for item in proposals
        ]
        async with self.database.writing(tenant) as session:
            again = bool(stored) and await session.get(DraftRow, (tenant, stored[0].id)) is not None
            session.add_all(() if again else [_row(item, tenant) for item in stored])
            if variant_of is not None:
                await session.flush()
                for item in stored:
                    await note_variant(session, item.id, variant_of, tenant)
        return [await self.get(item.id, tenant=tenant) for item in stored] if again else stored

    async def find(self, id: str, *, tenant: str) -> StoredDraft | None:  # noqa: A002 - the contract's name
        """Return one draft with its feedback; None where the id does not exist for this tenant."""
        try:
            return await self.get(id, tenant=tenant)
        except NotFoundError:
            return None

    async def get(self, id: str, *, tenant: str) -> StoredDraft:  # noqa: A002 - the contract's name
        """Return one draft with its feedback.

        Raises:
            NotFoundError: the id does not exist for this tenant.
        """
        async with self.database.reading() as session:
            row = await session.get(DraftRow, (tenant, id))
            query = select(FeedbackRow).where(FeedbackRow.tenant == tenant, FeedbackRow.draft_id == id)
            # What a person said stands behind what was inferred, whenever either was stored: the last one counts.
            order = FeedbackRow.inferred.desc(), FeedbackRow.at, FeedbackRow.id
            given = (await session.scalars(query.order_by(*order))).all()
        if row is None:
            raise _unknown(id)
        values = {name: getattr(row, name) for name in ("id", "created_at", *_PARTS)}
        return StoredDraft.model_validate(values | {"feedback": tuple(_given(item) for item in given)})

    async def add_feedback(self, id: str, feedback: Feedback, *, tenant: str) -> GivenFeedback:  # noqa: A002 - as above
        """Store a verdict on a draft.

        The same transaction sends what was rejected too often back to review, and enters in the ledger what the text
        that goes to the customer promises.

        Raises:
            NotFoundError: the draft does not exist for this tenant.
            InputError: an edited draft comes without its final text, or a text cannot be stored.
            ConflictError: the draft has no customer text that could be accepted.
        """
        kept = storable(feedback)
        if kept.verdict is Verdict.EDITED and not kept.final_text:
            msg = "An edited draft needs its final text: send final_text."
            raise InputError(msg, field="final_text")
        given = GivenFeedback(id=new_id(), at=self._ledger.now(), **dict(kept))
        async with self.database.writing(tenant) as session:
            row = await session.get(DraftRow, (tenant, id))
            if row is None:
                raise _unknown(id)
            if (held := await session.get(FeedbackRow, (tenant, given.id))) is not None:  # its answer was lost
                return GivenFeedback.model_validate(_given(held))
            if kept.verdict is Verdict.ACCEPTED and row.status == Status.NO_SAFE_DRAFT:
                msg = "This draft has no text to accept: send the verdict 'edited' with the reply that you wrote."
                raise ConflictError(msg, field="verdict")
            values = given.model_dump() | {"reasons": list(given.reasons)}
            session.add(FeedbackRow(tenant=tenant, draft_id=id, **values))
            draft, message = Draft.model_validate(row.draft), Message.model_validate(row.message)
            policy = self._policy.current
            if kept.inferred and await _judged(session, id, tenant):
                return given  # a person has spoken: nothing follows from what is inferred
            # Where it is known what was sent, that is what binds us, whatever is said of the draft.
            sent = sent_feedback(await sent_replies(session, id, tenant)) or given
            await self._ledger.take_up(
                session, sent, draft_id=id, draft=draft, message=message, policy=policy, tenant=tenant
            )
            await settle_doubts(
                session,
                id,
                _grounds(draft),
                tenant=tenant,
                reason=_doubt(kept),
                rule=policy.review,
                at=given.at,
                today=self._today(),
            )
        return given


_PARTS = tuple(Proposal.model_fields)


async def _judged(session: AsyncSession, id: str, tenant: str) -> bool:  # noqa: A002 - the contract's name
    """Tell whether a person has given a verdict on a draft."""
    row = FeedbackRow
    query = select(row.id).where(row.tenant == tenant, row.draft_id == id, row.inferred.is_(False)).limit(1)
    return await session.scalar(query) is not None


def _grounds(draft: Draft) -> dict[str, str]:
    """Return the text that a draft used of each resolution that one of its steps rests on, by id."""
    cited = {source for step in draft.steps for source in step.sources}
    return {item.id: item.quote for item in draft.sources if item.kind is SourceKind.RESOLUTION and item.id in cited}


def _doubt(feedback: Feedback) -> str | None:
    """Return the reasons of a verdict that doubt what the draft rests on, None where there are none."""
    if feedback.verdict is Verdict.ACCEPTED:
        return None
    return ", ".join(reason.value for reason in _DOUBTS if reason in feedback.reasons) or None


def storable(record: Kind) -> Kind:
    """Return the record as it may be stored: its texts without bidi controls and stray control characters.

    Raises:
        InputError: a text holds NUL or broken Unicode, or nothing is left of one that is needed.
    """
    try:
        return type(record).model_validate(_clean(record.model_dump(), ""))
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"])
        msg = f"Nothing is left of '{field}' once invisible control characters are removed."
        raise InputError(msg, field=field) from error


def _clean(value: Any, place: str) -> Any:  # noqa: ANN401 - walks a dump of mixed values
    if type(value) is str:  # enumerations are strings too, and stay
        if text_fault(value) is not None:
            msg = f"The field '{place}' holds a NUL character or broken Unicode: remove it."
            raise InputError(msg, field=place)
        return clean_text(value)
    if isinstance(value, dict):
        return {key: _clean(item, f"{place}.{key}".lstrip(".")) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_clean(item, f"{place}.{index}") for index, item in enumerate(value))
    return value


def _row(stored: StoredDraft, tenant: str) -> DraftRow:
    return DraftRow(
        tenant=tenant,
        id=stored.id,
        created_at=stored.created_at,
        status=stored.draft.status,
        channel=stored.message.channel,
        conversation=stored.message.conversation,
        urgent=stored.urgent,
        message=stored.message.model_dump(mode="json"),
        analysis=stored.analysis.model_dump(mode="json"),
        found=stored.found.model_dump(mode="json"),
        draft=stored.draft.model_dump(mode="json"),
        model_revision=stored.draft.model_revision,
        index_generation=stored.draft.index_generation,
        policy_revision=stored.draft.policy_revision,
    )


def _given(row: FeedbackRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in GivenFeedback.model_fields}


def _unknown(id: str) -> NotFoundError:  # noqa: A002 - the contract's name
    return NotFoundError(f"There is no draft with the id '{id}'.", field="id")
