"""Five problems in every channel, at every level of anger, in both languages: lengths, and silence in public."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from evaluation.drafting.answered import Answered
from evaluation.drafting.backing import values_of
from evaluation.drafting.judge import Judged, judge
from evaluation.drafting.shares import Figure, shares
from evaluation.drafting.temperatures import FourTempers
from inference.policy import Policy
from inference.segments import segments
from inference.types import AngerLevel, Channel, Customer, Fact, Record

PROBLEMS = 5
NAMES = {"ar": "سميرة", "en": "Samira"}
_FACTS = (
    Fact(name="order_status", value="shipped", source="orders"),
    Fact(name="expected_delivery", value="2026-01-19", source="orders"),
    Fact(name="refund_status", value="requested", source="payments"),
)
_ORDER = {"ar": " رقم الطلب 448-2291.", "en": " My order number is 448-2291."}


@dataclass(frozen=True)
class Cell:
    """One draft of the matrix."""

    problem: str
    language: str
    level: AngerLevel
    item: Answered
    judged: Judged

    @property
    def channel(self) -> Channel:
        """Where the reply is sent."""
        return self.item.message.channel


class ChannelRow(Record):
    """Lengths of the drafts of one channel and language: characters, and parts of a text message."""

    channel: Channel
    language: str
    ready: int
    drafts: int
    shortest: int
    longest: int
    allowed: int
    most_parts: int | None


def matrix(sets: Sequence[FourTempers], policy: Policy) -> list[Cell]:
    """Draft each problem for every channel, with the anger that it was written with.

    The customer is identified, and the desk's system knows facts about the account: private channels may say them.
    What was understood and found does not depend on the channel, so it is not asked for again; every wording rests on
    what was found for the calmest one that found the right thing.
    """
    return [
        Cell(four.problem.intent, four.language, level, item, judge(item, policy, language=four.language))
        for four in (four.tone_alone(policy) or four for four in sets)
        for channel in Channel
        for level, answered in four.answers.items()
        for item in [_sent(answered, channel, level, four.language, policy)]
    ]


def _sent(item: Answered, channel: Channel, level: AngerLevel, language: str, policy: Policy) -> Answered:
    context = {
        "text": item.message.text + _ORDER[language],
        "channel": channel,
        "customer": Customer(name=NAMES[language]),
        "verified": True,
        "facts": _FACTS,
    }
    return replace(item, message=item.message.model_copy(update=context)).at(level, policy)


def measure_channels(cells: Sequence[Cell], policy: Policy, *, seed: int) -> list[Figure]:
    """Count what must hold in every cell that has a text, and in the public ones."""
    texts = [cell for cell in cells if cell.item.draft.text]
    public = [cell for cell in texts if policy.channels[cell.channel].private]
    names = texts[0].judged.faults if texts else ()
    rows = {
        "there is a reply, in public an invitation": [bool(cell.item.draft.text) for cell in cells],
        **{name: [cell.judged.faults[name] for cell in texts] for name in names},
        "a name, number or fact in public": [bool(list(told_in_public(cell))) for cell in public],
    }
    return shares(rows, seed=seed)


def told_in_public(cell: Cell) -> Iterator[str]:
    """Yield what a public reply says of the customer: the name, any number, the words of a fact."""
    text = cell.item.draft.text
    if NAMES[cell.language] in text:
        yield NAMES[cell.language]
    yield from sorted(values_of(text))
    yield from (source.id for source in cell.item.draft.sources if source.id.startswith("fact:"))


def lengths(cells: Sequence[Cell], policy: Policy) -> list[ChannelRow]:
    """Sum up the lengths by channel and language."""
    rows = []
    for channel in Channel:
        for language in NAMES:
            here = [cell for cell in cells if (cell.channel, cell.language) == (channel, language)]
            texts = [cell.item.draft.text for cell in here if cell.item.draft.text]
            rules = policy.channels[channel]
            rows.append(
                ChannelRow(
                    channel=channel,
                    language=language,
                    ready=len(texts),
                    drafts=len(here),
                    shortest=min(map(len, texts), default=0),
                    longest=max(map(len, texts), default=0),
                    allowed=rules.max_characters,
                    most_parts=max(map(segments, texts), default=0) if rules.max_segments else None,
                )
            )
    return rows
