"""Whether anger drowns the question: one problem in four tempers, anger without a question of ours, true closings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

from evaluation.copilot import CopilotLike
from evaluation.drafting.answered import Answered, answer
from evaluation.drafting.shares import Figure, shares
from inference.lexicons import read_yaml
from inference.types import AngerLevel, LanguageCode, Message, Record, SourceKind, Status

_CLOSING = "terminate_account"


class Wordings(Record):
    """One problem in four tempers; ``also`` would answer it too, and nothing was tuned on what is ``held`` back."""

    intent: str
    variety: str
    also: tuple[str, ...] = ()
    held: bool = False
    texts: dict[AngerLevel, str]


class Said(Record):
    """A message that stands alone."""

    language: LanguageCode
    text: str
    held: bool = False


class AngerSet(Record):
    """All of ``anger.yaml``."""

    problems: tuple[Wordings, ...]
    elsewhere: tuple[Said, ...]
    closing: tuple[Said, ...]


@dataclass(frozen=True)
class _Row:
    name: str
    held: bool
    text: str
    right: Callable[[Answered], bool]


def load_anger() -> AngerSet:
    """Read the messages."""
    return AngerSet.model_validate(read_yaml((files(__package__) / "anger.yaml").read_text(encoding="utf-8")))


async def measure_anger(copilot: CopilotLike, said: AngerSet, *, seed: int) -> list[Figure]:
    """Return the share of right outcomes for each temper and kind, of all and of those that nothing was tuned on."""
    rows = _rows(said)
    answered = await answer(copilot, [Message(text=row.text) for row in rows])
    found: dict[str, list[bool]] = {}
    for row, item in zip(rows, answered, strict=True):
        found.setdefault(row.name, []).append(row.right(item))
        if row.held:
            found.setdefault(f"{row.name}, held back", []).append(row.right(item))
    return shares(found, seed=seed)


def _rows(said: AngerSet) -> Sequence[_Row]:
    tempers = [
        _Row(
            f"{level.value}: ready, with the right resolution",
            wordings.held,
            text,
            partial(_is_right, intents=frozenset({wordings.intent, *wordings.also})),
        )
        for level in AngerLevel
        for wordings in said.problems
        for at, text in wordings.texts.items()
        if at is level
    ]
    refused = [
        _Row("angry about something else: not answered", item.held, item.text, _refuses) for item in said.elsewhere
    ]
    closing = [
        _Row(
            "wants to close the account: told how",
            item.held,
            item.text,
            partial(_is_right, intents=frozenset({_CLOSING})),
        )
        for item in said.closing
    ]
    return (*tempers, *refused, *closing)


def _is_right(item: Answered, *, intents: frozenset[str]) -> bool:
    cited = (source.id for source in item.draft.sources if source.kind is SourceKind.RESOLUTION)
    main = next(cited, "").rpartition(".")[0]
    return item.draft.status is Status.READY and main in intents


def _refuses(item: Answered) -> bool:
    return item.draft.status is not Status.READY
