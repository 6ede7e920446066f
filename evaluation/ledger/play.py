"""Plays a month against the ledger in a process of its own, which is restarted and killed, and compares as it goes."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from evaluation.ledger.child import Child
from evaluation.ledger.compare import read, stored_faults
from evaluation.ledger.month import Month, Promise, Reply, Step, shown
from evaluation.ledger.reckoning import Entry, Reckoning
from inference.types import (
    Analysis,
    Anger,
    AngerLevel,
    Commitment,
    CommitmentKind,
    Draft,
    Message,
    Script,
    Sentiment,
    SentimentLabel,
    Status,
)
from retrieval.store.engine import DATABASE_NAME

_COUNT = """
SELECT (SELECT count(*) FROM commitment_events) + (SELECT count(*) FROM commitment_notices)
  + (SELECT count(*) FROM feedback)
"""
_RESTART_EVERY = 1_500
_LOOK_EVERY = 40
_PATIENCE = 60.0
_LATEST = 3.0
"""In how many times its usual time a line is killed at the latest."""


@dataclass
class Tally:
    """What was done, and what was not as reckoned."""

    done: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Player:
    """Plays the steps of a month in a directory.

    ``tally`` says how it went, ``reckoning`` what must be stored, ``ids`` which drafts the replies' numbers are.
    """

    def __init__(self, month: Month, directory: Path, *, kills: int, seed: int) -> None:
        self.month = month
        self.reckoning = Reckoning()
        self.tally = Tally()
        self.path = directory / DATABASE_NAME
        self._random = Random(seed)  # noqa: S311 - not for secrets
        self._child = Child(directory)
        self.ids: dict[int, str] = {}
        self._usual: dict[str, float] = {}
        self._killed = self._choose(kills)

    def _choose(self, kills: int) -> set[int]:
        """Choose the steps in which it is killed: a third each of sweeps, verdicts and events."""
        chosen: set[int] = set()
        for number, kind in enumerate(("sweep", "verdict", "event")):
            steps = [step.number for step in self.month.steps if step.do == kind]
            chosen |= set(self._random.sample(steps, min(len(steps), (kills + number) // 3)))
        return chosen

    def play(self) -> None:
        """Play everything, then compare what is stored with what was reckoned."""
        offset = timedelta()
        for count, step in enumerate(self.month.steps, start=1):
            now = shown(step.at)
            if now - step.at != offset:
                offset = now - step.at
                self.tally.done["clock steps"] += 1
                self._restart()
            elif count % _RESTART_EVERY == 0:
                self._restart()
            self._perform(step, now)
            if count % _LOOK_EVERY == 0 and step.reply is not None:
                self._look(step.reply.conversation, now)
        self._compare(now)
        self._child.close()

    def _restart(self) -> None:
        self.tally.done["restarts"] += 1
        self._child.restart()

    def _perform(self, step: Step, now: datetime) -> None:
        self.tally.done[step.do] += 1
        if step.do == "propose":
            self._propose(step, now)
        elif step.do == "sweep":
            self.reckoning.sweep(now)
            self._say({"do": "sweep"}, now, step)
        elif step.reply is not None and step.promise is None:
            self._judge(step, step.reply, now)
        elif step.reply is not None and step.promise is not None:
            self._tell(step, step.reply, step.promise, now)

    def _propose(self, step: Step, now: datetime) -> None:
        replies = [item for item in self.month.replies if step.at <= item.at < step.at + timedelta(days=1)]
        made = self._say({"do": "propose", "proposals": [_proposal(item) for item in replies]}, now, step)
        self.ids |= {reply.number: name for reply, name in zip(replies, made, strict=True)}

    def _judge(self, step: Step, reply: Reply, now: datetime) -> None:
        edited = reply.left < len(reply.promises)
        kept = reply.promises[: reply.left]
        verdict: dict[str, Any] = {"verdict": "edited" if edited else "accepted"}
        if edited:
            verdict["final_text"] = " ".join(["...", *(item.text for item in kept)])
        if reply.rejected or step.do == "rejection":
            verdict, kept = {"verdict": "rejected"}, ()
        self.reckoning.verdict(reply.number, [item.entry(reply, now, self.month.grid) for item in kept], now)
        self._say({"do": "verdict", "draft": self.ids[reply.number], "feedback": verdict}, now, step)

    def _tell(self, step: Step, reply: Reply, promise: Promise, now: datetime) -> None:
        entry = self.reckoning.latest(reply.number, promise.text)
        if entry is None or step.told is None:
            return
        expected = self.reckoning.event(entry, step.told, now)
        found = self._say({"do": "event", "commitment": self._id(entry), "event": step.told}, now, step)
        self.tally.done["refused events"] += expected == "conflict"
        if found != expected:
            self._fault(f"an event at {now} was answered {found}, not {expected}: {entry}")

    def _look(self, conversation: str, now: datetime) -> None:
        """Ask what a conversation is owed, as the next draft would."""
        expected = sorted(self._id(item) for item in self.reckoning.owed(conversation, now))
        self._child.send({"at": now.isoformat(), "do": "past", "conversation": conversation})
        found = sorted(self._child.answer())
        self.tally.done["looks"] += 1
        if found != expected:
            self._fault(f"{conversation} is owed {found}, not {expected}, at {now}")

    def _say(self, line: dict[str, Any], now: datetime, step: Step) -> Any:  # noqa: ANN401 - JSON
        """Send a line and return its answer; where the process is killed over it, it is sent again, as a caller would.

        The kill falls at a random part of the time that such a line usually takes; a sweep is killed later and later,
        until it answers first, so that some kills fall into its transaction.
        """
        line = {"at": now.isoformat(), **line}
        usual, late = self._usual.get(line["do"], 0.01), self._random.uniform(0.2, 1.2)
        while step.number in self._killed and late < _LATEST:
            before = self._written()
            self._child.send(line)
            time.sleep(usual * late)
            answered = self._child.kill()
            ended = "answered" if answered else "written, not answered" if self._written() != before else "not written"
            self.tally.kills[f"{line['do']}: {ended}"] += 1
            late += 0.2 if line["do"] == "sweep" and not answered else _LATEST
        clock = time.perf_counter()
        self._child.send(line)
        answer = self._child.answer()
        self._usual[line["do"]] = 0.9 * usual + 0.1 * (time.perf_counter() - clock)
        return answer

    def _written(self) -> int:
        """Count what a transaction adds to."""
        return int(read(self.path, _COUNT)[0][0])

    def _id(self, entry: Entry) -> str:
        """Return the id of a commitment: the row last written for its sentence."""
        query = "SELECT id FROM commitments WHERE draft_id = ? AND text = ? ORDER BY rowid DESC LIMIT 1"
        found = read(self.path, query, (self.ids[entry.draft], entry.text))
        return str(found[0][0]) if found else "missing"

    def _compare(self, now: datetime) -> None:
        """Compare what is stored, and the product's own figures, with the reckoning."""
        self.tally.faults += stored_faults(self.path, self.ids, self.reckoning.entries)
        self._child.send({"at": now.isoformat(), "do": "figures"})
        figures = self._child.answer()
        for kind, states in self.by_kind().items():
            if {name: count for name, count in figures["kinds"][kind].items() if count} != dict(states):
                self._fault(f"the figures of {kind} are {figures['kinds'][kind]}, not {states}")

    def by_kind(self) -> dict[str, Counter[str]]:
        """Return how many commitments of each kind ended how, as reckoned."""
        found: dict[str, Counter[str]] = {kind.value: Counter() for kind in CommitmentKind}
        for item in self.reckoning.entries:
            found[item.kind][item.state] += 1
        return {kind: states for kind, states in found.items() if states}

    def _fault(self, text: str) -> None:
        self.tally.faults.append(text)


def _proposal(reply: Reply) -> dict[str, Any]:
    """Return a draft as the product stores it, whose text is its promises."""
    message = Message(text="؟" if reply.language == "ar" else "?", conversation=reply.conversation)
    even = dict.fromkeys(SentimentLabel, 1 / 3)
    analysis = Analysis(
        language=reply.language,
        script=Script.ARABIC if reply.language == "ar" else Script.LATIN,
        sentiment=Sentiment(label=SentimentLabel.NEUTRAL, score=0, probabilities=even),
        anger=Anger(probability=0, intensity=0, level=AngerLevel.CALM),
        model="none",
        revision="0",
    )
    draft = Draft(
        status=Status.READY,
        text=" ".join(item.text for item in reply.promises),
        language=reply.language,
        direction="rtl" if reply.language == "ar" else "ltr",
        commitments=tuple(
            Commitment(text=item.text, kind=CommitmentKind(item.kind), due=item.exact, source=item.source)
            for item in reply.promises
        ),
        model="none",
        model_revision="0",
        index_generation="0",
        policy_revision="0",
    )
    parts = {"message": message, "analysis": analysis, "draft": draft}
    found = {"relevance": 0, "answerable": False}
    return {name: part.model_dump(mode="json") for name, part in parts.items()} | {"found": found}


def run_month(month: Month, directory: Path, *, kills: int, seed: int) -> Player:
    """Play a month and return the player, with its tally."""
    player = Player(month, directory, kills=kills, seed=seed)
    player.play()
    return player
