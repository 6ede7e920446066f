"""The page of sent replies: each beside the draft that was there, with what differs and what the checks found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access.principal import Scope
from api.console.routes import Page, PageDep
from api.drafts import StoredDraft
from api.http.cursors import make_cursor, read_cursor
from api.http.dependencies import CopilotDep, needs
from api.sent import SentFilter, SentReply
from inference.text import fold
from inference.types import ChangeKind, Verdict
from models.errors import RifqError

router = APIRouter(include_in_schema=False, dependencies=[needs(Scope.REVIEW)])
_ON_PAGE = 20
_WORDS = re.compile(r"\s+|[^\W_]+|[^\w\s]|_")
_MOST_WORDS = 3_000
"""Words of which two texts are compared one by one: more would keep others waiting."""


class SentListing(StrEnum):
    """Which sent replies the page shows."""

    ALL = "all"
    BLOCKED = "blocked"
    ACCEPTED = "accepted"
    EDITED = "edited"
    UNUSED = "unused"

    @property
    def only(self) -> SentFilter:
        """The store's filter."""
        if self is SentListing.ALL:
            return SentFilter()
        return SentFilter(blocked=True) if self is SentListing.BLOCKED else SentFilter(verdict=Verdict(self.value))


@dataclass(frozen=True)
class Stretch:
    """A stretch of a text, ``changed`` where the other text has other words for it."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Shown:
    """A sent reply as the page shows it; ``draft`` is None where there was none, or it was erased."""

    reply: SentReply
    draft: StoredDraft | None
    before: tuple[Stretch, ...]
    after: tuple[Stretch, ...]
    kinds: tuple[ChangeKind, ...]


@router.get("/sent")
async def page(
    page: PageDep,
    copilot: CopilotDep,
    show: SentListing = SentListing.ALL,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Response:
    """A page of the listing, the latest reply on top."""
    try:
        found = await copilot.sent.list(
            tenant=copilot.tenant, only=show.only, after=read_cursor(cursor), limit=_ON_PAGE
        )
    except RifqError as error:
        return _render(page, show, error=error)
    drafts = {
        item.draft_id: await copilot.drafts.find(item.draft_id, tenant=copilot.tenant)
        for item in found.items
        if item.draft_id is not None
    }
    return _render(page, show, items=[_shown(item, drafts) for item in found.items], next_=make_cursor(found.next))


def differences(before: str, after: str) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Cut two texts where their words differ; spelling, digits and spaces that say the same are no difference."""
    first, second = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(first), len(second)) > _MOST_WORDS:
        return (Stretch(before, changed=False),), (Stretch(after, changed=False),)
    sides: tuple[list[Stretch], list[Stretch]] = ([], [])
    matcher = SequenceMatcher(None, [_same(word) for word in first], [_same(word) for word in second], autojunk=False)
    for kind, start, end, low, high in matcher.get_opcodes():
        for side, words in ((sides[0], first[start:end]), (sides[1], second[low:high])):
            if words:
                text = "".join(words)
                side.append(Stretch(text, changed=kind != "equal" and not text.isspace()))
    return tuple(sides[0]), tuple(sides[1])


def _same(word: str) -> str:
    return " " if word.isspace() else fold(word).text


def _shown(reply: SentReply, drafts: Mapping[str, StoredDraft | None]) -> Shown:
    draft = drafts.get(reply.draft_id) if reply.draft_id is not None else None
    kinds = tuple(dict.fromkeys(item.kind for item in reply.changes))
    if draft is not None and reply.verdict is Verdict.EDITED and ChangeKind.LANGUAGE not in kinds:
        return Shown(reply, draft, *differences(draft.draft.text, reply.text), kinds)
    before = Stretch(draft.draft.text if draft is not None else "", changed=False)
    return Shown(reply, draft, (before,), (Stretch(reply.text, changed=False),), kinds)


def _render(
    page: Page,
    show: SentListing,
    *,
    items: Sequence[Shown] = (),
    next_: str | None = None,
    error: RifqError | None = None,
) -> Response:
    return page.render(
        "sent.html",
        422 if error else 200,
        items=items,
        next=next_,
        chosen=show,
        listings=tuple(SentListing),
        error=error is not None,
    )
