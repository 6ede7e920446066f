"""Finding for whole messages: each one's query and its views, and filters that must not hide everything."""

import asyncio
import math
from collections.abc import Callable, Sequence, Set
from datetime import date

from api.engine import Engine, Vectors
from api.timing import phase
from inference.policy import PolicySource
from inference.query import build_query
from inference.thread import own_words
from inference.types import Message, SearchResult
from retrieval.knowledge import KnowledgeBase

AGREEING, DISSENTING = -1.0, -3.0
"""Log-odds added to a view's relevance, here taken from it: who looks several times finds something more easily, least
surely what is not among the first hits of the whole message too. Chosen on dev messages: 417 of ``bank_messages``,
385 of ``bank_stories``, 800 questions of the banking sets, and 400 of these with three angry sentences around them.
Beside (-0.5, -2.0), answers beside the matter fall from 17 to 14 among ``bank_messages`` (right ones from 9 to 8),
wrong ones from 30 to 21 among the stories (right ones from 70 to 68) and from 40 to 36 among the angry questions
(right ones from 240 to 222); what is asked plainly stays as it is. At (-1.5, -4.0) 25 more of the angry ones lose
their right answer. The grid was run once, 2026-11-23, by a script that is not kept; ``rifq eval run drafts --split
dev`` makes the figures of both sets anew."""
SECOND = 0.8
"""Relevance by itself from which a view that finds another answer than the whole is taken for a second question."""
LEADING_HITS = 4
"""First hits of a finding: the answer, its rival and their translations. They stay together, and agree with a view."""


class Finder:
    """Searches one tenant's knowledge for messages."""

    def __init__(
        self, *, engine: Engine, knowledge: KnowledgeBase, policy: PolicySource, tenant: str, today: Callable[[], date]
    ) -> None:
        self._engine = engine
        self._knowledge = knowledge
        self._policy = policy
        self._tenant = tenant
        self._today = today

    async def vectors(self, messages: Sequence[Message], known: Sequence[Vectors] | None = None) -> list[Vectors]:
        """Return the vector of each message's whole query, order kept.

        Args:
            messages: what is searched for.
            known: vectors of the customers' own words, where an analysis has made them already; only queries that
                hold more than those are encoded then.
        """
        texts = [build_query(message).text for message in messages]
        if known is None:
            return await self._engine.encode(texts)
        vectors = list(known)
        joined = {
            index: text
            for index, (text, item) in enumerate(zip(texts, messages, strict=True))
            if text != own_words(item)
        }
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
        """Search for each message and each of its views, order kept.

        A long or angry message drowns its one question, and one with two questions finds neither: see
        ``inference.query``. What answers best leads; ``combine`` says how.

        Args:
            messages: ``product`` filters, unless no resolution is of that product.
            vectors: of the whole query of each, by ``vectors``.
            detected: the language detected in each; the reply's language is preferred.
            k: hits for each, 1 to 100.
            tags: filter: all of these.
            languages: filter: one of these.
        """
        depth = max(k, LEADING_HITS) if k > 0 else k  # the knowledge base refuses it
        policy = self._policy.current
        spoken = [policy.reply_language(*pair) for pair in zip(messages, detected, strict=True)]

        def search(text: str, vector: Vectors, index: int) -> SearchResult:
            return self._search(messages[index], text, vector, spoken[index], k=depth, tags=tags, languages=languages)

        with phase("search"):
            queries = [build_query(message) for message in messages]
            closer = [(index, view) for index, query in enumerate(queries) for view in query.views]
            looked = await self._engine.encode([view for _, view in closer]) if closer else []

            def run() -> list[SearchResult]:
                wholes = [search(query.text, vectors[index], index) for index, query in enumerate(queries)]
                parts: list[list[SearchResult]] = [[] for _ in queries]
                for (index, view), vector in zip(closer, looked, strict=True):
                    parts[index].append(search(view, vector, index))
                cuts = [self._knowledge.relevance.threshold(language) for language in spoken]
                return [combine(*item, k=k) for item in zip(wholes, parts, cuts, strict=True)]

            return await asyncio.to_thread(run)

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
        if found.hits or message.product is None or self._knowledge.names_product(message.product, tenant=self._tenant):
            return found
        # A product that no resolution names must not hide what is known in general.
        return run(None)


def combine(whole: SearchResult, views: Sequence[SearchResult], threshold: float, *, k: int) -> SearchResult:
    """Join what was found for a message as a whole and for its views.

    The whole leads where it answers; else the most relevant finding. A view's relevance is corrected down first: least
    where its first hit is among those of the whole. Behind the ``LEADING_HITS`` comes the best hit of every other
    finding that answers: a message may ask two things.

    Args:
        whole: found for the whole query.
        views: found for each view.
        threshold: relevance from which a finding answers.
        k: most hits of the outcome; the findings hold at least ``LEADING_HITS``, where there are as many.
    """
    known = {hit.resolution.id for hit in whole.hits[:LEADING_HITS]}
    closer = [_corrected(item, known, threshold) for item in views if item.hits]
    best = whole if whole.answerable else max([whole, *closer], key=lambda item: item.relevance)
    others = sorted((item for item in closer if item.answerable), key=lambda item: -item.relevance)
    ordered = (*best.hits[:LEADING_HITS], *(item.hits[0] for item in others), *best.hits)
    distinct = {hit.resolution.id: hit for hit in ordered}
    also = {item.hits[0].resolution.id: item.hits[0] for item in views if item.hits and item.relevance >= SECOND}
    if best.hits:
        also.pop(best.hits[0].resolution.id, None)
    seconds = tuple(also.values()) if best.answerable else ()
    return best.model_copy(update={"hits": tuple(distinct.values())[:k], "also": seconds})


def _corrected(found: SearchResult, known: Set[str], threshold: float) -> SearchResult:
    change = AGREEING if found.hits[0].resolution.id in known else DISSENTING
    odds = math.exp(change) * found.relevance / max(1e-9, 1.0 - found.relevance)
    relevance = odds / (1.0 + odds)
    return found.model_copy(update={"relevance": relevance, "answerable": relevance >= threshold})
