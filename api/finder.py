"""Finding for whole messages: the query of each, filters that must not hide everything, and a second, closer look."""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import date

from api.engine import Engine, Vectors
from api.timing import phase
from inference.policy import Policy
from inference.thread import own_words
from inference.trajectory import earlier_turns
from inference.types import Message, SearchResult
from retrieval.knowledge import KnowledgeBase

SHORT_WORDS = 5
"""A follow-up of at most this many words is searched together with what the customer wrote before."""
MOST_SENTENCES = 4
"""Sentences of one message that get a search of their own."""
FEWEST_WORDS = 2
"""Shorter sentences say too little to be searched alone."""
_SENTENCE = re.compile(r"[^.!?؟،؛;\n]+")


class Finder:
    """Searches one tenant's knowledge for messages."""

    def __init__(
        self, *, engine: Engine, knowledge: KnowledgeBase, policy: Policy, tenant: str, today: Callable[[], date]
    ) -> None:
        self._engine = engine
        self._knowledge = knowledge
        self._policy = policy
        self._tenant = tenant
        self._today = today

    async def vectors(self, messages: Sequence[Message], known: Sequence[Vectors] | None = None) -> list[Vectors]:
        """Return the query vector of each message, order kept.

        Args:
            messages: what is searched for.
            known: vectors of the customers' own words, where an analysis has made them already; only queries that
                hold more than those are encoded then.
        """
        if known is None:
            return await self._engine.encode([query_text(message) for message in messages])
        vectors = list(known)
        joined = {index: query for index, item in enumerate(messages) if (query := query_text(item)) != own_words(item)}
        if joined:
            for index, vector in zip(joined, await self._engine.encode(list(joined.values())), strict=True):
                vectors[index] = vector
        return vectors

    async def find(
        self,
        messages: Sequence[Message],
        vectors: Sequence[Vectors],
        detected: Sequence[str],
        *,
        k: int,
        tags: Sequence[str] = (),
        languages: Sequence[str] = (),
    ) -> list[SearchResult]:
        """Search for each message, order kept.

        A long or angry message can drown its one question: where the whole finds no answer, its sentences are
        searched too, and the most relevant finding is kept.

        Args:
            messages: ``product`` filters, unless no resolution is of that product.
            vectors: the query vector of each.
            detected: the language detected in each; the reply's language is preferred.
            k: hits for each, 1 to 100.
            tags: filter: all of these.
            languages: filter: one of these.
        """
        spoken = [self._policy.reply_language(*pair) for pair in zip(messages, detected, strict=True)]

        def search(text: str, vector: Vectors, index: int) -> SearchResult:
            return self._search(messages[index], text, vector, spoken[index], k=k, tags=tags, languages=languages)

        with phase("search"):
            queries = [query_text(message) for message in messages]
            found = await asyncio.to_thread(
                lambda: [search(text, vectors[index], index) for index, text in enumerate(queries)]
            )
            closer = [
                (index, sentence)
                for index, item in enumerate(found)
                if item.hits and not item.answerable
                for sentence in sentences(own_words(messages[index]))
            ]
            if closer:
                looked = await self._engine.encode([sentence for _, sentence in closer])
                for (index, sentence), vector in zip(closer, looked, strict=True):
                    found[index] = max(found[index], search(sentence, vector, index), key=lambda item: item.relevance)
        return found

    def _search(
        self,
        message: Message,
        text: str,
        vector: Vectors,
        language: str,
        *,
        k: int,
        tags: Sequence[str],
        languages: Sequence[str],
    ) -> SearchResult:
        def run(product: str | None) -> SearchResult:
            return self._knowledge.search(
                vector,
                text=text,
                k=k,
                tenant=self._tenant,
                language=language,
                product=product,
                tags=tags,
                languages=languages,
                today=self._today(),
            )

        found = run(message.product)
        # A product that no resolution names must not hide what is known in general.
        return found if found.hits or message.product is None else run(None)


def query_text(message: Message) -> str:
    """Return what is searched: the customer's own words, and before a very short follow-up those of their last turn."""
    text = own_words(message)
    if len(text.split()) > SHORT_WORDS:
        return text
    return "\n".join([*(turn.text for turn in earlier_turns(message, most=1)), text])


def sentences(text: str) -> list[str]:
    """Return the sentences of a text that has several and that say enough to be searched alone, longest first."""
    parts = [part.strip() for part in _SENTENCE.findall(text)]
    telling = [part for part in parts if len(part.split()) >= FEWEST_WORDS]
    return sorted(telling, key=len, reverse=True)[:MOST_SENTENCES] if len(parts) > 1 else []
