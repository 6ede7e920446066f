"""Drafts before they are stored: analyse, search, compose, and let a language model word them anew."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from api.drafts import Found, Proposal
from api.engine import Engine
from api.finder import Finder
from api.ledger import Ledger
from api.timing import phase
from api.writing import DraftWriter, Tell
from inference.compose import compose
from inference.policy import PolicySource
from inference.types import Draft, Message, Wish
from retrieval.knowledge import KnowledgeBase

DRAFT_HITS = 10
"""Hits that the composer chooses among."""


@dataclass(frozen=True)
class Asked:
    """How drafts are wanted, besides what they answer."""

    agent_language: str | None = None
    wish: Wish | None = None
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
        writer: DraftWriter | None,
    ) -> None:
        self._engine = engine
        self._knowledge = knowledge
        self._finder = finder
        self._policy = policy
        self._ledger = ledger
        self._tenant = tenant
        self._writer = writer

    async def proposals(self, messages: Sequence[Message], asked: Asked) -> list[Proposal]:
        """Return what is drafted for messages, order kept.

        Raises:
            OverloadedError: too many texts wait for the model.
        """
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
                        contradictions=lambda id_: self._knowledge.contradictions_of(id_, tenant=self._tenant),
                    )
                    for message, analysis, result in zip(messages, analyses, found, strict=True)
                ]

        drafts = await asyncio.to_thread(run)
        if self._writer is not None:
            with phase("write"):
                drafts = [
                    await self._writer.word(
                        draft,
                        message=message,
                        found=result,
                        policy=policy,
                        agent_language=asked.agent_language,
                        tell=tell,
                    )
                    for draft, message, result in zip(drafts, messages, found, strict=True)
                ]
        return [
            Proposal(message=message, analysis=analysis, found=Found.of(result), draft=draft)
            for message, analysis, result, draft in zip(messages, analyses, found, drafts, strict=True)
        ]

    async def _with_commitments(self, message: Message) -> Message:
        """Return the message with what its conversation was promised, as the ledger has it, whatever a caller sent."""
        if message.conversation is None:
            return message.model_copy(update={"commitments": ()}) if message.commitments else message
        past = await self._ledger.past(message.conversation, tenant=self._tenant)
        return message.model_copy(update={"commitments": past})
