"""The Copilot: a message goes in; its analysis, what was found, and a checked draft come out."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime

from api.complaints import ComplaintRegister
from api.complaints.register import Considered
from api.drafts import DraftStore, GivenFeedback, Proposal, StoredDraft, storable
from api.engine import Engine
from api.finder import Finder
from api.keeper import IndexKeeper
from api.ledger import CommitmentHistory, Ledger, NewEvent
from api.proposing import Asked, Proposer
from api.review import Reviews
from api.sent import SentStore
from api.shapes import KnowledgeStatus
from api.timing import phase
from api.writing import DraftWriter, Tell
from inference.language import detect
from inference.policy import Policy, PolicySource
from inference.thread import own_words
from inference.types import Analysis, Contradiction, Draft, Feedback, Message, SearchResult, Wish
from models.errors import NotFoundError, OverloadedError
from retrieval.store import Database, ResolutionStore

Clock = Callable[[], date]


def local_today() -> date:
    """Return today's date where the service runs: freshness is a matter of the team's calendar."""
    return datetime.now().astimezone().date()


class Copilot:
    """Analyses, searches and drafts for one tenant; open one with ``api.opening.open_copilot``."""

    def __init__(
        self,
        *,
        engine: Engine,
        keeper: IndexKeeper,
        policy: PolicySource,
        database: Database,
        ledger: Ledger,
        tenant: str,
        today: Clock,
        writer: DraftWriter | None = None,
    ) -> None:
        self.engine = engine
        self.keeper = keeper
        self.knowledge = keeper.knowledge
        self._policy = policy
        self.database = database
        self.ledger = ledger
        self.complaints = ComplaintRegister(database, now=ledger.now)
        self.drafts = DraftStore(database, policy=policy, today=today, ledger=ledger)
        self.sent = SentStore(database, policy=policy, ledger=ledger)
        self.reviews = Reviews(database, policy=policy, now=ledger.now)
        self.finder = Finder(engine=engine, knowledge=keeper.knowledge, policy=policy, tenant=tenant, today=today)
        self.tenant = tenant
        self.today = today
        self._proposer = Proposer(
            engine=engine,
            finder=self.finder,
            knowledge=keeper.knowledge,
            policy=policy,
            ledger=ledger,
            tenant=tenant,
            today=today,
            writer=writer,
        )

    @property
    def policy(self) -> Policy:
        """The policy in force: an edited file takes effect at the next message."""
        return self._policy.current

    @property
    def model(self) -> str:
        """The encoder's name."""
        return self.engine.encoder.name

    @property
    def model_revision(self) -> str:
        """The encoder's revision."""
        return self.engine.encoder.revision

    @property
    def resolutions(self) -> ResolutionStore:
        """The store behind the knowledge base."""
        return self.knowledge.store

    async def analyze(self, messages: Sequence[Message]) -> list[Analysis]:
        """Analyse messages, order kept.

        Raises:
            OverloadedError: too many texts wait for the model.
        """
        return [item.analysis for item in await self.engine.analyze(messages)]

    async def search(
        self, messages: Sequence[Message], *, k: int = 10, tags: Sequence[str] = (), languages: Sequence[str] = ()
    ) -> list[SearchResult]:
        """Find past resolutions for messages, order kept.

        Args:
            messages: ``product`` filters, ``language`` prefers a language.
            k: hits for each, 1 to 100.
            tags: filter: all of these.
            languages: filter: one of these.

        Raises:
            InputError: ``k`` is out of range.
            OverloadedError: too many texts wait for the model, or the index is still being built.
        """
        self._check_built()
        detected = [detect(own_words(message)).language for message in messages]
        vectors = await self.finder.vectors(messages)
        return await self.finder.find(messages, vectors, detected, k=k, tags=tags, languages=languages)

    async def draft(
        self, messages: Sequence[Message], *, wish: Wish | None = None, source: str | None = None
    ) -> list[Draft]:
        """Draft replies, order kept; nothing is stored (``propose`` stores).

        Args:
            messages: what customers wrote.
            wish: how the agent wants the drafts.
            source: the id of the resolution to answer from, where the agent chose one.

        Raises:
            NotFoundError, InputError: ``source`` does not exist, or is retired.
            OverloadedError: too many texts wait for the model, or the index is still being built.
        """
        self._check_built()
        return [item.draft for item in await self._proposer.proposals(messages, Asked(wish=wish, source=source))]

    async def propose(
        self,
        message: Message,
        *,
        agent_language: str | None = None,
        wish: Wish | None = None,
        tell: Tell | None = None,
        id: str | None = None,  # noqa: A002 - the contract's name
    ) -> StoredDraft:
        """Draft a reply and store it, durably, with everything it was made from.

        Args:
            message: what the customer wrote; kept without bidi controls.
            agent_language: language of the notes to the agent; the draft's own if None.
            wish: how the agent wants the draft, where they ask again.
            tell: called with the analysis, then with each piece of text that a language model writes.
            id: of the draft, where the caller has reserved one (32 hexadecimal digits): what is stored under it already
                is returned as it is, so that whoever is interrupted may simply call again.

        Raises:
            InputError: the message cannot be stored.
            OverloadedError: as for ``draft``.
            StorageError: the database could not be written.
        """
        if id is not None and (stored := await self.drafts.find(id, tenant=self.tenant)) is not None:
            return stored
        return (await self._propose([message], Asked(agent_language, wish, tell=tell, id=id)))[0]

    async def propose_many(self, messages: Sequence[Message]) -> list[StoredDraft]:
        """Draft replies and store them in one transaction, order kept; errors as for ``propose``."""
        return await self._propose(messages, Asked())

    async def propose_again(
        self,
        id: str,  # noqa: A002 - the contract's name
        *,
        wish: Wish | None = None,
        language: str | None = None,
        source: str | None = None,
        agent_language: str | None = None,
    ) -> StoredDraft:
        """Draft a reply to a stored draft's message once more, as the agent wants it; both drafts are kept.

        Who chose a resolution and then wants the draft shorter gets it from the same one. Sending what was made again
        is using the draft that it was made from.

        Args:
            id: of the draft that was read.
            wish: shorter, warmer or simpler.
            language: to answer in; as before if None.
            source: the id of the resolution to answer from, where the agent chose one.
            agent_language: language of the notes to the agent.

        Raises:
            NotFoundError: the draft or the resolution does not exist.
            InputError: the resolution is retired.
            OverloadedError, StorageError: as for ``propose``.
        """
        former = await self.drafts.get(id, tenant=self.tenant)
        message = former.message
        if language is not None:
            message = message.model_copy(update={"language": language})
        elif source is None:
            source = former.draft.chosen
        return (await self._propose([message], Asked(agent_language, wish, source, again=id)))[0]

    async def give_feedback(self, id: str, feedback: Feedback) -> GivenFeedback:  # noqa: A002 - the contract's name
        """Store a verdict on a draft; what it sends back to review is so for the next draft.

        Raises:
            NotFoundError, InputError, ConflictError: as for ``DraftStore.add_feedback``.
        """
        given = await self.drafts.add_feedback(id, feedback, tenant=self.tenant)
        await self.keeper.catch_up()
        return given

    async def tell(self, id: str, told: NewEvent) -> CommitmentHistory:  # noqa: A002 - the contract's name
        """Store what became of a commitment, its words without bidi controls.

        Raises:
            NotFoundError, ConflictError, InputError: as for ``Ledger.tell``.
        """
        return await self.ledger.tell(id, storable(told), tenant=self.tenant)

    async def contradictions(self) -> tuple[Contradiction, ...]:
        """Return the pairs of resolutions that seem to contradict each other, the closest first.

        Raises:
            OverloadedError: the index is still being built.
        """
        self._check_built()
        return await asyncio.to_thread(self.knowledge.contradictions, tenant=self.tenant)

    async def dismiss(self, first: str, second: str, *, by: str) -> None:
        """Take a pair off the contradictions until either text changes.

        Raises:
            NotFoundError: the pair is not among them.
            InputError: ``by`` is empty or too long.
        """
        if not any({pair.first, pair.second} == {first, second} for pair in await self.contradictions()):
            msg = f"'{first}' and '{second}' are not listed as contradicting each other."
            raise NotFoundError(msg, field="second")
        await self.resolutions.dismiss(first, second, by=by, on=self.today(), tenant=self.tenant)
        await self.keeper.catch_up()

    async def knowledge_status(self) -> KnowledgeStatus:
        """Sum up the state of the knowledge base.

        Raises:
            OverloadedError: the index is still being built.
        """
        states = await self.resolutions.states(on=self.today(), tenant=self.tenant)
        return KnowledgeStatus.of(states, len(await self.contradictions()))

    async def check(self) -> None:
        """Prove readiness: the database answers, the index is built, the model runs a forward pass.

        Raises:
            RifqError: one of them does not.
        """
        self._check_built()
        await self.database.ping()
        await self.engine.encode(["ok"])

    async def _propose(self, messages: Sequence[Message], asked: Asked) -> list[StoredDraft]:
        self._check_built()
        kept = []
        for message in messages:
            received = message.received_at or self.ledger.now()
            kept.append(storable(message).model_copy(update={"tenant": self.tenant, "received_at": received}))
        proposals = await self._proposer.proposals(kept, asked)
        with phase("store"):
            considered = [await self._considered(item, asked) for item in proposals]
            noted = [_noted(item, about) for item, about in zip(proposals, considered, strict=True)]
            stored = await self.drafts.add(noted, tenant=self.tenant, id=asked.id, variant_of=asked.again)
            for item, about in zip(stored, considered, strict=True):
                if about is not None and not about.drafted:
                    await self.complaints.attach(about.id, item.id, tenant=self.tenant)
            return stored

    async def _considered(self, item: Proposal, asked: Asked) -> Considered | None:
        """Register a complaint before its draft is stored: whatever happens then, it is not lost."""
        language = asked.agent_language or item.draft.language
        return await self.complaints.consider(
            item.message, item.analysis, policy=self.policy, language=language, tenant=self.tenant, again=asked.again
        )

    def _check_built(self) -> None:
        if not self.knowledge.generation:
            msg = "The index is still being built from the database: try again in a moment."
            raise OverloadedError(msg, retry_after=2)


def _noted(proposal: Proposal, about: Considered | None) -> Proposal:
    """Tell the agent of the conversation's complaint before all else."""
    if about is None:
        return proposal
    draft = proposal.draft.model_copy(update={"notes": (about.note, *proposal.draft.notes)})
    return proposal.model_copy(update={"draft": draft})
