"""What a day should have come to, compared with what lies in the helpdesk and in the database."""

import json
import re
import sqlite3
from collections import Counter
from dataclasses import dataclass

from evaluation.helpdesks.day import Said
from evaluation.helpdesks.play import Played
from inference.types import Record

_MARKER = re.compile(r"rifq-([0-9a-f]{32})")
_SHOWN = 10


class VendorDay(Record):
    """What one vendor's day came to.

    Attributes:
        deliveries: genuine ones, each acknowledged.
        repeated: of them, made again.
        forged: calls without a true signature; ``admitted`` of them were taken.
        eligible: customers' messages that nobody had answered at the end.
        bursts: conversations that they stand in; each must have exactly one current note.
        exact: how many of those have exactly one, for exactly these messages.
        notes: left in all; ``answered`` before an agent replied, ``replaced`` by newer ones.
        lost: messages that are missing in the database, and bursts without a note.
        doubled: notes that were left twice, and conversations with two current ones.
        stale: replaced notes that agents still see, where the vendor lets notes be taken back.
        public: requests that the vendor would have shown to customers, or would not have taken.
        kills: how often the service was killed; ``p50`` and ``p95`` of its acknowledgements are in milliseconds.
    """

    vendor: str
    deliveries: int
    repeated: int
    forged: int
    admitted: int
    eligible: int
    bursts: int
    exact: int
    notes: int
    answered: int
    replaced: int
    lost: int
    doubled: int
    stale: int
    dead: int
    public: int
    kills: int
    p50: int
    p95: int
    seconds: float
    answers: dict[str, int]
    examples: tuple[str, ...] = ()

    @property
    def faults(self) -> int:
        """What should not have happened."""
        wrong = self.lost + self.doubled + self.stale + self.dead + self.public + self.admitted
        return wrong + self.bursts - self.exact


@dataclass(frozen=True)
class _Note:
    id: str
    conversation: str
    answers: list[str]
    state: str


def reckon(vendor: str, played: Played, *, seconds: float) -> VendorDay:
    """Compare a day with what it should have come to.

    Args:
        vendor: of the fake.
        played: the day.
        seconds: that it took.
    """
    with sqlite3.connect(f"file:{played.database}?mode=ro", uri=True) as database:
        notes = [
            _Note(id_, _plain(conversation), [_plain(answer) for answer in json.loads(answers)], state)
            for id_, conversation, answers, state in database.execute(
                "SELECT id, conversation, answers, state FROM desk_notes"
            )
        ]
        rows = database.execute("SELECT conversation, id, text FROM desk_messages")
        stored = {(_plain(conversation), _plain(id_), text) for conversation, id_, text in rows}
        dead = database.execute("SELECT count(*) FROM deliveries WHERE state = 'dead'").fetchone()[0]
    seen = _Seen(played, notes)
    bursts = {name: burst for name in played.day.conversations if (burst := played.day.final_burst(name))}
    missing = _missing(played, stored)
    wrong = {name: why for name, burst in bursts.items() if (why := seen.fault(name, burst)) is not None}
    unanswered = [name for name in bursts if not seen.current(name)]
    calls = played.day.calls
    examples = [*missing, *(f"{name}: {why}" for name, why in wrong.items()), *seen.doubled, *seen.stale]
    states = Counter(note.state for note in notes)
    genuine = [call for call in calls if not call.forged]
    return VendorDay(
        vendor=vendor,
        deliveries=len(played.day.said),
        repeated=len(genuine) - len(played.day.said),
        forged=len(calls) - len(genuine),
        admitted=played.admitted + sum(text.startswith("forged") for _, _, text in stored),
        eligible=sum(map(len, bursts.values())),
        bursts=len(bursts),
        exact=len(bursts) - len(wrong),
        notes=len(seen.markers),
        answered=states["answered"],
        replaced=states["superseded"],
        lost=len(missing) + len(unanswered),
        doubled=len(seen.doubled),
        stale=len(seen.stale),
        dead=dead + states["dead"],
        public=len(played.state["faults"]),
        kills=played.kills,
        p50=_quantile(played.waits, 0.5),
        p95=_quantile(played.waits, 0.95),
        seconds=round(seconds, 1),
        answers=dict(sorted(played.answers.items())),
        examples=tuple([*examples, *played.state["faults"]][:_SHOWN]),
    )


def _plain(id_: str) -> str:
    """Return an id without the prefix that some vendors give theirs."""
    return id_.rpartition("_")[2]


def _quantile(waits: list[float], share: float) -> int:
    return round(1_000 * sorted(waits)[int(share * (len(waits) - 1))]) if waits else 0


class _Seen:
    """What agents see in the helpdesk, and which note of ours each of it is."""

    def __init__(self, played: Played, notes: list[_Note]) -> None:
        self._notes = {note.id: note for note in notes}
        found = [
            (marker, _plain(note["conversation"]), not note["deleted"])
            for note in played.state["notes"]
            for marker in _MARKER.findall(note["text"])
        ]
        # A deleted note may have lost its words, so what was left twice is looked for among those that are there.
        self.markers = [marker for marker, _, _ in found]
        self._there = [(marker, conversation) for marker, conversation, there in found if there]
        twice = [marker for marker, count in Counter(self.markers).items() if count > 1]
        self.doubled = [f"{marker} was left twice" for marker in twice]
        drafts = Counter(_plain(draft["conversation"]) for draft in played.state["drafts"] if not draft["deleted"])
        for name, count in drafts.items():
            ours = [note for note in notes if note.conversation == name and note.state in {"left", "answered"}]
            if count > len(ours):
                self.doubled.append(f"{name} has {count} drafts for {len(ours)}")
        replaced = [marker for marker, _ in self._there if self._state(marker) == "superseded"]
        gone = any(not there for _, _, there in found) or any(note["deleted"] for note in played.state["notes"])
        # Vendors that keep notes for good are told by never having let one go.
        self.stale = [f"{marker} is replaced, and still there" for marker in replaced] if gone else []

    def current(self, conversation: str) -> list[_Note]:
        """Return the notes of a conversation that count, and that an agent sees."""
        found = [self._notes[marker] for marker, name in self._there if name == conversation and marker in self._notes]
        return [note for note in found if note.state == "left"]

    def fault(self, conversation: str, burst: list[Said]) -> str | None:
        """Return why a burst has not exactly one current note for exactly its messages; None where it has."""
        current = self.current(conversation)
        if len(current) != 1:
            return f"{len(current)} current notes"
        wanted = [said.id for said in burst]
        if sorted(current[0].answers) != sorted(wanted):
            return f"the note answers {current[0].answers}, not {wanted}"
        newest = [marker for marker, name in self._there if name == conversation][-1]
        return None if newest == current[0].id else "an older note stands behind the current one"

    def _state(self, marker: str) -> str:
        note = self._notes.get(marker)
        return "unknown" if note is None else note.state


def _missing(played: Played, stored: set[tuple[str, str, str]]) -> list[str]:
    known = {(conversation, id_) for conversation, id_, _ in stored}
    texts = Counter((conversation, text) for conversation, _, text in stored)
    missing = []
    for said in played.day.said:
        if said.kind not in {"customer", "agent"}:
            continue
        # Some vendors give messages ids of their own: then their words are what is looked for.
        if (said.conversation, said.id) not in known and not texts[said.conversation, said.text]:
            missing.append(f"{said.kind} message {said.id} of {said.conversation} is not stored")
    return missing
