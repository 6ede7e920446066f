"""Good drafts to break: composed over the sample helpdesk for messages of our own corpus, its test part left closed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from evaluation.checks.pairs import helpdesk_policy
from evaluation.helpdesk import open_helpdesk, open_knowledge
from evaluation.suite import Index
from inference.analysis import Analyzer, Understood
from inference.checks import CheckInput
from inference.compose import compose
from inference.encoder import open_encoder
from inference.types import (
    Analysis,
    AngerLevel,
    Channel,
    Draft,
    DraftStep,
    Fact,
    Hit,
    Match,
    MatchKind,
    Message,
    SearchResult,
    Status,
)
from models.sets.catalogue import load_set
from retrieval import sample

TODAY = date(2026, 1, 15)
CHANNELS = (Channel.CHAT, Channel.EMAIL, Channel.WHATSAPP, Channel.SOCIAL_PRIVATE, Channel.SMS, Channel.PHONE_NOTE)
_OTHER = {"ar": "en", "en": "ar"}
_BATCH = 64
_CORPUS = 200
"""Messages of the corpus that are asked: about one in twenty gets a ready draft."""
_FACTS = (Fact(name="expected_delivery", value="2026-01-22", source="orders"),)
"""What a shop's system would tell: the drafts that it bears on then hold a date."""


@dataclass(frozen=True)
class Good:
    """A ready draft with what it was made from.

    Attributes:
        other: The draft for the same message in the other language; None where none is ready.
    """

    message: Message
    analysis: Analysis
    draft: Draft
    other: Draft | None

    @property
    def level(self) -> AngerLevel:
        """The anger that was read in the message."""
        return self.analysis.anger.level

    def given(self, text: str, steps: tuple[DraftStep, ...]) -> CheckInput:
        """Return a text in the draft's place; without ``steps`` it is read as words that somebody sent."""
        draft = self.draft
        return CheckInput(text, draft.language, draft.sources, helpdesk_policy(), self.message, draft.plan, steps)


async def good_drafts(*, per_group: int, seed: int) -> list[Good]:
    """Return ready drafts, at most ``per_group`` for each language and anger level, those of our own corpus first.

    The sample helpdesk answers few messages of the corpus, so only some are asked; the questions that its own
    resolutions solved are asked besides, each with the right answer found. Every message is answered as if it had been
    read at each level.

    Args:
        per_group: how many.
        seed: of the draw of messages and their channels.

    Raises:
        ArtifactError: the encoder's files are not there.
    """
    encoder = open_encoder()
    analyzer = Analyzer(encoder, helpdesk_policy())
    asked = _corpus(seed)
    found = list(_analysed(analyzer, asked))
    ready: list[tuple[Message, Analysis, SearchResult]] = []
    async with open_helpdesk(Index(source="sample"), seed=seed, today=TODAY, sets=None, store=None) as desk:
        knowledge = await open_knowledge(desk.directory, encoder)
        for message, understood in found:
            language = understood.analysis.language
            hits = knowledge.search(understood.vector, text=message.text, language=language, today=TODAY)
            ready.append((message, understood.analysis, hits))
        await knowledge.close()
    solved = _solved(seed)
    messages = [message for message, _ in solved]
    for (_, hits), (message, understood) in zip(solved, _analysed(analyzer, messages), strict=True):
        ready.append((message, understood.analysis, hits))
    return list(_each_level(ready, per_group))


def _each_level(asked: Sequence[tuple[Message, Analysis, SearchResult]], per_group: int) -> Iterator[Good]:
    counts: Counter[tuple[str, AngerLevel]] = Counter()
    for message, analysis, hits in asked:
        for level in AngerLevel:
            anger = analysis.anger.model_copy(update={"level": level})
            good = _good(message, analysis.model_copy(update={"anger": anger}), hits)
            if good is not None and counts[good.draft.language, level] < per_group:
                counts[good.draft.language, level] += 1
                yield good


def _analysed(analyzer: Analyzer, messages: Sequence[Message]) -> Iterator[tuple[Message, Understood]]:
    for start in range(0, len(messages), _BATCH):
        batch = messages[start : start + _BATCH]
        yield from zip(batch, analyzer.analyze(batch), strict=True)


def _good(message: Message, analysis: Analysis, hits: SearchResult) -> Good | None:
    policy = helpdesk_policy()
    draft = compose(message, analysis, hits, policy)
    if draft.status is not Status.READY or draft.plan is None:
        return None
    other = compose(message.model_copy(update={"language": _OTHER[draft.language]}), analysis, hits, policy)
    return Good(message, analysis, draft, other if other.status is Status.READY else None)


def _corpus(seed: int) -> list[Message]:
    """Return the banking messages of our own corpus, its test part left closed."""
    rows = [
        row
        for row in load_set("support_messages")
        if row.split in {"train", "dev"} and str(row.problem).startswith("banking-")
    ]
    order: Sequence[int] = np.random.default_rng(seed).permutation(len(rows)).tolist()
    return [_message(rows[place].text, number) for number, place in enumerate(order[:_CORPUS])]


def _solved(seed: int) -> list[tuple[Message, SearchResult]]:
    """Return one question that each sample resolution solved, with that resolution found in both languages."""
    by_id = {item.id: item for item in sample.load(TODAY)}
    rng = np.random.default_rng(seed)
    found = []
    for number, name in enumerate(sorted(by_id)):
        item = by_id[name]
        other = by_id[f"{sample.intent_of(name)}.{_OTHER[item.language]}"]
        text = item.cases[int(rng.integers(len(item.cases)))]
        hits = tuple(
            Hit(
                resolution=each,
                score=score,
                match=Match(kind=MatchKind.CASE, text=text),
                freshness=each.freshness(TODAY),
            )
            for each, score in ((item, 1.0), (other, 0.9))
        )
        found.append(
            (_message(text, number), SearchResult(hits=hits, relevance=1.0, answerable=True, generation="given"))
        )
    return [found[place] for place in rng.permutation(len(found)).tolist()]


def _message(text: str, number: int) -> Message:
    return Message(text=text, channel=CHANNELS[number % len(CHANNELS)], facts=_FACTS, verified=True)
