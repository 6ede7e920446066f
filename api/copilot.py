"""The Copilot: a message goes in; its analysis, what was found, and a checked draft come out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime

from api.drafts import DraftStore, Found, Proposal, StoredDraft, storable
from api.engine import Engine, Vectors
from api.keeper import IndexKeeper
from api.settings import Settings
from api.timing import phase
from inference.analysis import Analyzer, Understood
from inference.compose import compose
from inference.language import UNDETERMINED, detect
from inference.policy import Policy, load_policy
from inference.types import Analysis, Author, Draft, Message, SearchResult
from models.encoder import Encoder
from models.errors import OverloadedError
from models.registry import load_encoder
from retrieval.knowledge import KnowledgeBase
from retrieval.store import Database, ResolutionStore, database_url, open_database

DRAFT_HITS = 10
"""Hits that the composer chooses among."""
SHORT_WORDS = 5
"""A follow-up of at most this many words is searched together with what the customer wrote before."""
Clock = Callable[[], date]


def local_today() -> date:
    """Return today's date where the service runs: freshness is a matter of the team's calendar."""
    return datetime.now().astimezone().date()


class Copilot:
    """Analyses, searches and drafts for one tenant; open one with ``open_copilot``."""

    def __init__(
        self, *, engine: Engine, keeper: IndexKeeper, policy: Policy, database: Database, tenant: str, today: Clock
    ) -> None:
        self.engine = engine
        self.keeper = keeper
        self.knowledge = keeper.knowledge
        self.policy = policy
        self.database = database
        self.drafts = DraftStore(database)
        self.tenant = tenant
        self.today = today

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
        vectors = await self.engine.encode([query_text(message) for message in messages])
        spoken = [reply_language(message, detect(message.text).language, self.policy) for message in messages]

        def run() -> list[SearchResult]:
            return [
                self._search(message, vector, language, k=k, tags=tags, languages=languages)
                for message, vector, language in zip(messages, vectors, spoken, strict=True)
            ]

        with phase("search"):
            return await asyncio.to_thread(run)

    async def draft(self, messages: Sequence[Message]) -> list[Draft]:
        """Draft replies, order kept; nothing is stored (``propose`` stores).

        Raises:
            OverloadedError: too many texts wait for the model, or the index is still being built.
        """
        return [item.draft for item in await self._proposals(messages, None)]

    async def propose(self, message: Message, *, agent_language: str | None = None) -> StoredDraft:
        """Draft a reply and store it, durably, with everything it was made from.

        Args:
            message: what the customer wrote; kept without bidi controls.
            agent_language: language of the notes to the agent; the draft's own if None.

        Raises:
            InputError: the message cannot be stored.
            OverloadedError: as for ``draft``.
            StorageError: the database could not be written.
        """
        kept = storable(message).model_copy(update={"tenant": self.tenant})
        proposals = await self._proposals([kept], agent_language)
        with phase("store"):
            stored = await self.drafts.add(proposals, tenant=self.tenant)
        return stored[0]

    async def check(self) -> None:
        """Prove readiness: the database answers, the index is built, the model runs a forward pass.

        Raises:
            RifqError: one of them does not.
        """
        self._check_built()
        await self.database.ping()
        await self.engine.encode(["ok"])

    async def _proposals(self, messages: Sequence[Message], agent_language: str | None) -> list[Proposal]:
        self._check_built()
        understood = await self.engine.analyze(messages)
        vectors = await self._query_vectors(messages, understood)

        def run() -> list[Proposal]:
            return [
                self._proposal(message, item.analysis, vector, agent_language)
                for message, item, vector in zip(messages, understood, vectors, strict=True)
            ]

        return await asyncio.to_thread(run)

    async def _query_vectors(self, messages: Sequence[Message], understood: Sequence[Understood]) -> list[Vectors]:
        """Return the vector of each query: that of the analysis, unless a short follow-up is searched with more."""
        joined = {index: query for index, item in enumerate(messages) if (query := query_text(item)) != item.text}
        vectors = [item.vector for item in understood]
        if joined:
            for index, vector in zip(joined, await self.engine.encode(list(joined.values())), strict=True):
                vectors[index] = vector
        return vectors

    def _proposal(self, message: Message, analysis: Analysis, vector: Vectors, agent_language: str | None) -> Proposal:
        language = reply_language(message, analysis.language, self.policy)
        with phase("search"):
            found = self._search(message, vector, language, k=DRAFT_HITS)
            if not found.hits and message.product is not None:
                # A product that no resolution names must not hide what is known in general.
                general = message.model_copy(update={"product": None})
                found = self._search(general, vector, language, k=DRAFT_HITS)
        with phase("compose"):
            draft = compose(message, analysis, found, self.policy, agent_language=agent_language)
        return Proposal(message=message, analysis=analysis, found=Found.of(found), draft=draft)

    def _search(
        self,
        message: Message,
        vector: Vectors,
        language: str,
        *,
        k: int,
        tags: Sequence[str] = (),
        languages: Sequence[str] = (),
    ) -> SearchResult:
        return self.knowledge.search(
            vector,
            text=query_text(message),
            k=k,
            tenant=self.tenant,
            language=language,
            product=message.product,
            tags=tags,
            languages=languages,
            today=self.today(),
        )

    def _check_built(self) -> None:
        if not self.knowledge.generation:
            msg = "The index is still being built from the database: try again in a moment."
            raise OverloadedError(msg, retry_after=2)


def query_text(message: Message) -> str:
    """Return what is searched: the message, and before a very short follow-up the customer's last turn."""
    if len(message.text.split()) > SHORT_WORDS:
        return message.text
    earlier = [turn.text for turn in message.history if turn.author is Author.CUSTOMER]
    return f"{earlier[-1]}\n{message.text}" if earlier else message.text


def reply_language(message: Message, detected: str, policy: Policy) -> str:
    """Return the language that the reply will be in; the search prefers it."""
    if message.language and (detected == UNDETERMINED or message.language in policy.languages):
        return message.language
    return policy.default_language if detected == UNDETERMINED else detected


@asynccontextmanager
async def open_copilot(
    settings: Settings,
    *,
    today: Clock = local_today,
    wait: bool = True,
    encoder: Encoder | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AsyncIterator[Copilot]:
    """Open the database (migrated), the encoder, the index and the policy; close them at the end.

    Args:
        settings: where everything is.
        today: the day at which freshness is judged.
        wait: build the index before the block starts; else it is built, and kept fresh, in the background.
        encoder: a loaded encoder to use instead of the settings' one.
        progress: called with (encoded, to encode) while the index is built.

    Raises:
        ArtifactError: the model's files are not right.
        ConfigurationError: the policy is not right.
        StorageError: the database cannot be used.
    """
    policy = load_policy(settings.policy)
    loaded = encoder
    if loaded is None:
        loaded = await asyncio.to_thread(load_encoder, settings.model, threads=settings.threads)
    database = await open_database(settings.database_url or database_url(settings.data))
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        engine = Engine(loaded, Analyzer(loaded, policy), max_queue=settings.max_queue)
        stack.push_async_callback(asyncio.to_thread, engine.close)
        knowledge = KnowledgeBase(
            ResolutionStore(database),
            revision=loaded.revision,
            dimension=loaded.dimension,
            means=loaded.means,
            directory=settings.data,
        )
        keeper = IndexKeeper(knowledge, engine)
        if wait:
            await keeper.refresh(progress)
        else:
            await stack.enter_async_context(keeper.running())
        yield Copilot(
            engine=engine, keeper=keeper, policy=policy, database=database, tenant=settings.tenant, today=today
        )
