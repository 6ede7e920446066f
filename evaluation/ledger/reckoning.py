"""What the ledger must hold, reckoned without any of its code: a grid of minutes, and a rule for each kind of event.

Working time is counted minute by minute, in a table of what the clock on the wall shows: the product goes from opening
to opening. Ramadan and the holidays stand here as plain dates, which the product works out of a Hijri calendar.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

UNDATED_HOURS, GRACE_HOURS = 24, 16
"""Working hours until what names no time is due, and from the due time on until it counts as broken."""
_CAIRO = ZoneInfo("Africa/Cairo")
_BASE = datetime(2023, 4, 1, tzinfo=UTC)
_MINUTES = 200 * 24 * 60
_RAMADAN = (date(2023, 3, 23), date(2023, 4, 20))
_OFF = frozenset({date(2023, 4, 21), date(2023, 4, 22), date(2023, 4, 23), date(2023, 4, 25), date(2023, 5, 1)})
_FASTING = ((time(10), time(15)),)
_USUAL = ((time(9), time(13)), (time(14), time(18)))
_WEEKEND = {4, 5}


class Grid:
    """Every minute from 1 April 2023 on, open or closed."""

    @cached_property
    def _days(self) -> list[tuple[date, bool]]:
        """Each minute's day on the wall, and whether it is open."""
        found = []
        for minute in range(_MINUTES):
            wall = (_BASE + timedelta(minutes=minute)).astimezone(_CAIRO)
            found.append((wall.date(), self._open(wall)))
        return found

    def _open(self, wall: datetime) -> bool:
        day = wall.date()
        if wall.weekday() in _WEEKEND or day in _OFF:
            return False
        hours = _FASTING if _RAMADAN[0] <= day <= _RAMADAN[1] else _USUAL
        return any(start <= wall.time() < end for start, end in hours)

    @cached_property
    def _passed(self) -> NDArray[np.int64]:
        """How many open minutes lie before each minute."""
        return np.concatenate([[0], np.cumsum([is_open for _, is_open in self._days])])

    @cached_property
    def _closes(self) -> list[int]:
        """The minute at which each working day closes for good, in order."""
        last: dict[date, int] = {}
        for minute, (day, is_open) in enumerate(self._days):
            if is_open:
                last[day] = minute + 1
        return sorted(last.values())

    def hours(self, start: datetime, hours: float) -> datetime:
        """Return when so many open hours from ``start`` on have passed."""
        wanted = self._passed[_minute(start)] + round(hours * 60)
        return _BASE + timedelta(minutes=int(np.searchsorted(self._passed, wanted)))

    def days(self, start: datetime, days: int) -> datetime:
        """Return the close of the working day that is so many after the one of ``start``, or the next to come."""
        first = int(np.searchsorted(self._closes, _minute(start), side="right"))
        return _BASE + timedelta(minutes=self._closes[first + days])


def _minute(at: datetime) -> int:
    return int((at - _BASE) / timedelta(minutes=1))


@dataclass
class Entry:
    """One commitment as it must stand; ``ending`` is the event that was told of it, where one ended it."""

    draft: int
    text: str
    kind: str
    source: str | None
    conversation: str
    due: datetime
    lapses: datetime
    assumed: bool = False
    state: str = "open"
    noticed: int = 0
    replaced: bool = False
    unsent: bool = False
    ending: Mapping[str, object] | None = None


@dataclass
class Reckoning:
    """The ledger as it must be after everything that has happened so far."""

    entries: list[Entry] = field(default_factory=list)
    _open: list[Entry] = field(default_factory=list)
    _drafts: dict[int, list[Entry]] = field(default_factory=dict)

    def verdict(self, draft: int, sent: list[Entry], now: datetime) -> None:
        """What a reply holds is entered, what it holds no more is withdrawn, and what it promises anew ends."""
        standing = set()
        for entry in self._drafts.get(draft, ()):
            if entry.unsent:
                continue
            if entry.text in {item.text for item in sent}:
                standing.add(entry.text)
                continue
            self._advance(entry, now)
            if entry.state == "open":
                entry.state, entry.unsent = "withdrawn", True
        new = [entry for entry in sent if entry.text not in standing]
        for older in [item for item in self.open if item.draft != draft]:
            if any(_same_promise(newer, older) for newer in new):
                self._advance(older, now)
                if older.state == "open":
                    older.state = "broken" if older.due < now else "withdrawn"
                    older.replaced = True
        self.entries += new
        self._open += new
        self._drafts.setdefault(draft, []).extend(new)

    def latest(self, draft: int, text: str) -> Entry | None:
        """Return the newest commitment of a draft's sentence."""
        return next((item for item in reversed(self._drafts.get(draft, [])) if item.text == text), None)

    def event(self, entry: Entry, told: Mapping[str, object], now: datetime) -> str:
        """Return what the ledger must answer to an event: the state it leads to, or ``conflict``."""
        self._advance(entry, now)
        if entry.state != "open":
            return entry.state if entry.ending == told else "conflict"
        entry.ending = told
        happened = told.get("at") or now.isoformat()
        if told["event"] == "kept":
            entry.state = "kept" if datetime.fromisoformat(str(happened)) <= entry.due else "late"
        else:
            entry.state = str(told["event"])
        return entry.state

    def sweep(self, now: datetime) -> None:
        """Everything open is looked at."""
        for entry in self.open:
            self._advance(entry, now)

    def owed(self, conversation: str, now: datetime) -> list[Entry]:
        """Return what a conversation is owed: what names no time only where somebody says that it was not kept."""
        return [
            item
            for item in self.entries
            if item.conversation == conversation
            and (not item.assumed or item.ending is not None)
            and ((item.state == "open" and item.due < now) or (item.state == "broken" and not item.replaced))
        ]

    @property
    def open(self) -> list[Entry]:
        """What has not ended."""
        self._open = [item for item in self._open if item.state == "open"]
        return self._open

    def _advance(self, entry: Entry, now: datetime) -> None:
        if entry.state == "open" and entry.due < now:
            entry.noticed = 1
            if entry.lapses < now:
                entry.state = "broken"


def _same_promise(newer: Entry, older: Entry) -> bool:
    # What rests on no resolution is the same promise where the words are: all of a kind are, in one language.
    spoken = newer.text.isascii() == older.text.isascii()
    alike = newer.source == older.source if newer.source and older.source else spoken
    return newer.conversation == older.conversation and newer.kind == older.kind and alike
