"""Drafts before they are stored: analyse, search, compose, and let a language model word them anew."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from api.drafts import Found, Proposal
from api.engine import Engine
from api.finder import Finder
from api.ledger import Ledger
from api.timing import phase
from api.writing import DraftWriter, Tell
from inference.compose import compose
from inference.policy import PolicySource
from inference.types import Draft, Hit, Match, MatchKind, Message, Resolution, SearchResult, Wish
from models.errors import InputError, NotFoundError
from retrieval.knowledge import KnowledgeBase

DRAFT_HITS = 10
"""Hits that the composer chooses among."""


@dataclass(frozen=True)
class Asked:
    """How drafts are wanted, besides what they answer."""

    agent_language: str | None = None
    wish: Wish | None = None
    source: str | None = None
    """The id of the resolution to answer from, where the agent chose one."""
    tell: Tell | None = None
    again: str | None = None
    """The draft that is made again."""
    id: str | None = None
    """The id that the draft gets."""


class Proposer:
    """Drafts for one tenant.

    Args:
        engine: analyses.
        finder: finds resolutions.
        knowledge: knows which of them contradict each other.
        policy: the tenant's.
        ledger: knows what conversations were promised.
        tenant: whose.
        today: at which freshness is judged.
        writer: words drafts anew; None for the composer alone.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        finder: Finder,
        knowledge: KnowledgeBase,
        policy: PolicySource,
        ledger: Ledger,
        tenant: str,
        today: Callable[[], date],
        writer: DraftWriter | None,
    ) -> None:
        self._engine = engine
        self._knowledge = knowledge
        self._finder = finder
        self._policy = policy
        self._ledger = ledger
        self._tenant = tenant
        self._today = today
        self._writer = writer

    async def proposals(self, messages: Sequence[Message], asked: Asked) -> list[Proposal]:
        """Return what is drafted for messages, order kept.

        Raises:
            NotFoundError: the chosen resolution does not exist.
            InputError: the chosen resolution is retired.
            OverloadedError: too many texts wait for the model.
        """
        source = None if asked.source is None else await self._source(asked.source)
        messages = [await self._with_commitments(message) for message in messages]
        policy, tell = self._policy.current, asked.tell
        understood = await self._engine.analyze(messages)
        analyses = [item.analysis for item in understood]
        if tell is not None:
            for analysis in analyses:
                tell(analysis)
        vectors = await self._finder.vectors(messages, [item.vector for item in understood])
        detected = [analysis.language for analysis in analyses]
        found = await self._finder.find(messages, vectors, detected, k=DRAFT_HITS)
        chosen = [None if source is None else self._chosen(source, result) for result in found]

        def run() -> list[Draft]:
            with phase("compose"):
                return [
                    compose(
                        message,
                        analysis,
                        result,
                        policy,
                        agent_language=asked.agent_language,
                        wish=asked.wish,
                        now=self._ledger.now(),
                        chosen=hit,
                        contradictions=lambda id_: self._knowledge.contradictions_of(id_, tenant=self._tenant),
                    )
                    for message, analysis, result, hit in zip(messages, analyses, found, chosen, strict=True)
                ]

        drafts = await asyncio.to_thread(run)
        if self._writer is not None:
            with phase("write"):
                drafts = [
                    await self._writer.word(
                        draft,
                        message=message,
                        found=result if hit is None else result.model_copy(update={"hits": (hit, *result.hits)}),
                        policy=policy,
                        agent_language=asked.agent_language,
                        tell=tell,
                    )
                    for draft, message, result, hit in zip(drafts, messages, found, chosen, strict=True)
                ]
        return [
            Proposal(message=message, analysis=analysis, found=Found.of(result), draft=draft)
            for message, analysis, result, draft in zip(messages, analyses, found, drafts, strict=True)
        ]

    async def _source(self, id: str) -> Resolution:  # noqa: A002 - the contract's name
        try:
            resolution = await self._knowledge.store.get(id, tenant=self._tenant)
        except NotFoundError as error:
            msg = f"There is no resolution with the id '{id}' to answer from."
            raise NotFoundError(msg, field="source") from error
        if resolution.retired is not None:
            msg = f"The resolution '{id}' is retired: choose another one, or put it back into use first."
            raise InputError(msg, field="source")
        return resolution

    def _chosen(self, source: Resolution, found: SearchResult) -> Hit:
        """Return the chosen resolution as it was found; as nothing that the search came near to, where it was not."""
        hit = next((hit for hit in found.hits if hit.resolution.id == source.id), None)
        if hit is not None:
            return hit
        match = Match(kind=MatchKind.PROBLEM, text=source.problem)
        return Hit(resolution=source, score=0.0, match=match, freshness=source.freshness(self._today()))

    async def _with_commitments(self, message: Message) -> Message:
        """Return the message with what its conversation was promised, as the ledger has it, whatever a caller sent."""
        if message.conversation is None:
            return message.model_copy(update={"commitments": ()}) if message.commitments else message
        past = await self._ledger.past(message.conversation, tenant=self._tenant)
        return message.model_copy(update={"commitments": past})
