"""The month: 5,000 replies that promise, what becomes of each promise, and what the machine's clock makes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from evaluation.ledger.reckoning import GRACE_HOURS, UNDATED_HOURS, Entry, Grid

CALENDAR = """
calendar:
  timezone: Africa/Cairo
  weekend: [friday, saturday]
  hours: ["09:00-13:00", "14:00-18:00"]
  ramadan_hours: ["10:00-15:00"]
  holidays:
    - {name: Eid al-Fitr, hijri: 10-01, days: 3}
    - {name: Sinai Liberation Day, date: 2023-04-25}
    - {name: Labour Day, yearly: 05-01}
"""
"""Ends the policy of the month: Ramadan until 20 April, Eid, and summer time from 28 April 2023 on."""
CAIRO = ZoneInfo("Africa/Cairo")
BEGINS = datetime(2023, 4, 3, tzinfo=CAIRO).astimezone(UTC)
DAYS = 30
CLOCK = (
    (4.40, 0.21, timedelta(hours=-7)),
    (9.50, 0.08, timedelta(hours=26)),
    (15.0, 3.00, timedelta(minutes=-31)),
    (20.3, 0.10, timedelta(days=3)),
    (26.1, 0.33, timedelta(days=-1)),
)
"""When the machine's clock is wrong: from which day of the month, for how many days, by how much."""
OUTAGES = ((6.2, 0.8), (12.6, 1.7), (23.0, 1.1))
"""When the service is down: from which day, for how many days; nothing is swept then."""
KINDS = ("outcome", "action", "callback", "notification", "handoff")
_COUNTED_AR = {1: "يوم عمل", 2: "يومي عمل", 3: "3 أيام عمل", 4: "4 أيام عمل", 5: "5 أيام عمل"}
_SAID = {
    "en": {
        "outcome": "Your refund will reach you{term}, ref {ref}.",
        "action": "We will correct your address{term}, ref {ref}.",
        "callback": "We will call you back{term}, ref {ref}.",
        "notification": "We will let you know the result{term}, ref {ref}.",
        "handoff": "A specialist will take this over{term}, ref {ref}.",
    },
    "ar": {
        "outcome": "سيصلكم المبلغ{term}، المرجع {ref}.",
        "action": "سنصحح عنوانكم{term}، المرجع {ref}.",
        "callback": "سنتصل بكم{term}، المرجع {ref}.",
        "notification": "سنبلغكم بالنتيجة{term}، المرجع {ref}.",
        "handoff": "سيتولى زميل مختص طلبكم{term}، المرجع {ref}.",
    },
}


def shown(true: datetime) -> datetime:
    """Return what the machine's clock shows at a moment."""
    day = (true - BEGINS) / timedelta(days=1)
    return true + sum((by for start, long, by in CLOCK if start <= day < start + long), timedelta())


@dataclass(frozen=True)
class Promise:
    """One sentence that binds us: in how many ``unit``s, or at ``exact``; ``unit`` is empty where it names no time."""

    text: str
    kind: str
    source: str | None
    unit: str
    count: int
    exact: datetime | None

    def entry(self, draft: "Reply", made: datetime, grid: Grid) -> Entry:
        """Return the commitment that it makes."""
        due = self.exact or self._due(made, grid)
        return Entry(
            draft=draft.number,
            text=self.text,
            kind=self.kind,
            source=self.source,
            conversation=draft.conversation,
            due=due,
            lapses=grid.hours(due, GRACE_HOURS),
            assumed=not self.unit,
        )

    def _due(self, made: datetime, grid: Grid) -> datetime:
        match self.unit:
            case "working day":
                return grid.days(made, self.count)
            case "hour":
                return made + timedelta(hours=self.count)
            case _:
                return grid.hours(made, UNDATED_HOURS)


@dataclass(frozen=True)
class Reply:
    """One draft, with the moment of its verdict; ``left`` is how many of its promises an agent's edit leaves."""

    number: int
    conversation: str
    language: str
    at: datetime
    promises: tuple[Promise, ...]
    left: int
    rejected: bool = False


@dataclass(frozen=True, order=True)
class Step:
    """Something that happens at a true moment; ``number`` keeps what happens at once in order."""

    at: datetime
    number: int
    do: str = field(compare=False)
    reply: Reply | None = field(default=None, compare=False)
    promise: Promise | None = field(default=None, compare=False)
    told: dict[str, Any] | None = field(default=None, compare=False)


class Month:
    """All that happens, from a seed; ``replies`` of the drafts are accepted, some of them edited."""

    def __init__(self, replies: int, seed: int, grid: Grid, *, days: int = DAYS) -> None:
        self.grid = grid
        self.days = days
        self._replies = replies
        self._random = Random(seed)  # noqa: S311 - not for secrets
        self._numbers = iter(range(10**9))

    @cached_property
    def replies(self) -> list[Reply]:
        """The drafts in the order of their verdicts: those accepted, and one rejected for every twenty of them."""
        count = self._replies + self._replies // 20
        moments = sorted(self._random.randrange(60, self.days * 24 * 60) for _ in range(count))
        rejected = set(self._random.sample(range(count), count - self._replies))
        return [self._reply(number, minute, number in rejected) for number, minute in enumerate(moments)]

    @cached_property
    def steps(self) -> list[Step]:
        """Everything in its order; a while after the month, all that is left is swept."""
        found = [step for reply in self.replies for step in self._of(reply)]
        for hour in (*range(self.days * 24), *range(self.days * 24, (self.days + 40) * 24, 6)):
            at = BEGINS + timedelta(hours=hour, minutes=self._random.randrange(60))
            if not any(start <= hour / 24 < start + long for start, long in OUTAGES):
                found.append(self._step(at, "sweep"))
        # Between two whole minutes, so that no verdict comes before its draft.
        found += [self._step(BEGINS + timedelta(days=day, seconds=-30), "propose") for day in range(self.days)]
        return sorted(found)

    def _reply(self, number: int, minute: int, rejected: bool) -> Reply:
        random, at = self._random, BEGINS + timedelta(minutes=minute)
        language = random.choice(("ar", "en"))
        count = random.choices((1, 2, 3), (6, 3, 1))[0]
        kinds = random.sample(KINDS, count)
        promises = tuple(self._promise(language, kind, at, f"{_letters(number)}{kind[0]}") for kind in kinds)
        left = count if random.random() < 0.85 else random.randrange(count + 1)
        return Reply(number, f"c{random.randrange(1 + self._replies * 3 // 8)}", language, at, promises, left, rejected)

    def _promise(self, language: str, kind: str, at: datetime, ref: str) -> Promise:
        random = self._random
        unit = random.choices(("working day", "hour", "exact", ""), (4, 3, 2, 1))[0]
        count = random.randint(1, 5) if unit == "working day" else random.choice((6, 12, 24, 48, 72))
        term, exact = "", None
        if unit == "exact":
            exact = shown(at) + timedelta(hours=random.randint(1, 90))
        elif unit == "working day":
            term = f" خلال {_COUNTED_AR[count]}" if language == "ar" else f" within {count} working days"
        elif unit == "hour":
            term = f" خلال {count} ساعة" if language == "ar" else f" within {count} hours"
        source = random.choice((None, "refund", "card"))
        return Promise(_SAID[language][kind].format(term=term, ref=ref), kind, source, unit, count, exact)

    def _of(self, reply: Reply) -> Iterator[Step]:
        """Yield the verdict, some of them again or taken back, and what becomes of each promise."""
        random = self._random
        verdict = self._step(reply.at, "verdict", reply)
        yield verdict
        if random.random() < 0.1:
            yield self._step(self._later(reply.at, 60), "verdict", reply)
        if random.random() < 0.04 and not reply.rejected:
            after = self._later(reply.at, 40)
            yield self._step(after, "rejection", reply)
            if random.random() < 0.5:
                yield self._step(self._later(after, 20), "verdict", reply)
        for promise in () if reply.rejected else reply.promises[: reply.left]:
            yield from self._events(reply, promise)

    def _events(self, reply: Reply, promise: Promise) -> Iterator[Step]:
        random, made = self._random, shown(reply.at)
        entry = promise.entry(reply, made, self.grid)
        inside, grace = (entry.due - made) / timedelta(hours=1), (entry.lapses - entry.due) / timedelta(hours=1)
        what = random.choices(("in time", "late", "told late", "broken", "withdrawn", "too late", ""), _SHARES)[0]
        if not what:
            return
        after = inside * random.random()
        if what in {"late", "told late"}:
            after = inside + grace * random.random()
        elif what == "too late":
            after = inside + grace + 1 + 50 * random.random()
        at = _whole(reply.at + timedelta(hours=max(after, 0.05)))
        step = self._step(at, "event", reply, promise, self._told(what, entry, shown(at)))
        yield step
        if random.random() < 0.12:
            yield self._step(self._later(at, 30), "event", reply, promise, step.told)
        if random.random() < 0.08:
            other = self._told(random.choice(("in time", "broken", "withdrawn")), entry, shown(at))
            yield self._step(self._later(at, 60), "event", reply, promise, other)

    def _told(self, what: str, entry: Entry, now: datetime) -> dict[str, Any]:
        told: dict[str, Any] = {"event": "kept", "by": self._random.choice(("helpdesk", "Huda", "سارة"))}
        if what in {"broken", "withdrawn"}:
            told |= {"event": what, "reason": self._random.choice(("They cancelled.", "ألغى العميل طلبه."))}
        if what == "told late":
            told["at"] = min(entry.due - timedelta(minutes=self._random.randrange(60)), now).isoformat()
        if self._random.random() < 0.5:
            told["delivery"] = f"e{next(self._numbers)}"
        return told

    def _later(self, at: datetime, hours: float) -> datetime:
        return _whole(at + timedelta(hours=hours * self._random.random()))

    def _step(
        self,
        at: datetime,
        do: str,
        reply: Reply | None = None,
        promise: Promise | None = None,
        told: dict[str, Any] | None = None,
    ) -> Step:
        return Step(at, next(self._numbers), do, reply, promise, told)


_SHARES = (42, 12, 8, 5, 5, 5, 23)


def _whole(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _letters(number: int) -> str:
    """Write a number in letters: digits would be read as a period."""
    return "q" + "".join(chr(ord("a") + int(digit)) for digit in str(number))
