"""The resolutions of an index, packed (a million of them fit beside their vectors), and which slots their keys have."""

import json
import zlib
from array import array
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from inference.types import Life, Outcome, Resolution
from retrieval.engine.base import Slots

MOST_UNPACKED = 10_000
"""Resolutions kept unpacked, the last used: all of an ordinary helpdesk. Unpacking one takes about 0.1 ms."""


class Traits(NamedTuple):
    """What scoring asks of every candidate; rows that share all of it share one tuple."""

    language: str
    life: Life
    outcome: Outcome | None


class Records:
    """Resolutions by row number; the number of a removed row is never used again."""

    def __init__(self) -> None:
        self.languages: Counter[str] = Counter()
        self._packed: list[bytes | None] = []
        self._traits: list[Traits] = []
        self._ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._shared: dict[Traits, Traits] = {}
        self._unpacked: OrderedDict[int, Resolution] = OrderedDict()
        self._starts = array("q", [0])  # of each row's slots, and at last the next slot
        self._owners = array("q")  # row of each slot

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[int]:
        """Yield the rows that are in use, in the order in which their ids came."""
        return iter(self._rows.values())

    @property
    def next_row(self) -> int:
        """The row that the next resolution gets."""
        return len(self._packed)

    @property
    def end(self) -> int:
        """The slot that the next key gets."""
        return self._starts[-1]

    def slots(self, row: int) -> Slots:
        """Return the slots of a row's keys, ascending [keys]."""
        return np.arange(self._starts[row], self._starts[row + 1], dtype=np.int64)

    def spans(self, rows: Sequence[int]) -> tuple[Slots, Slots]:
        """Return the slots of all keys of some rows, one row's after another's, and where each row's end."""
        bounds, chosen = np.frombuffer(self._starts, np.int64), np.array(rows, np.int64)
        firsts, lasts = bounds[chosen], bounds[chosen + 1]
        ends = np.cumsum(lasts - firsts)
        return np.arange(ends[-1] if len(ends) else 0) + np.repeat(lasts - ends, lasts - firsts), ends

    def owners(self, slots: Slots) -> list[int]:
        """Return the row of each slot."""
        found: list[int] = np.frombuffer(self._owners, np.int64)[slots].tolist() if len(slots) else []
        return found

    def row_of(self, id: str) -> int | None:  # noqa: A002 - the contract's name
        """Return the row of a resolution, None where it is not here."""
        return self._rows.get(id)

    def append(self, resolution: Resolution, *, keys: int) -> None:
        """Take up a resolution whose id is not here as the next row, and give its keys the next slots."""
        row = len(self._packed)
        self._owners.extend([row] * keys)
        self._starts.append(self._starts[-1] + keys)
        self._packed.append(None)
        self._traits.append(_traits(resolution))
        self._ids.append(resolution.id)
        self._rows[resolution.id] = row
        self.languages[resolution.language] += 1
        self.replace(row, resolution)

    def replace(self, row: int, resolution: Resolution) -> None:
        """Overwrite a resolution with another version of it, in the same language."""
        self._packed[row] = zlib.compress(resolution.model_dump_json(exclude_defaults=True).encode())
        traits = _traits(resolution)
        self._traits[row] = self._shared.setdefault(traits, traits)
        self._unpacked.pop(row, None)

    def remove(self, row: int) -> None:
        """Forget a resolution."""
        del self._rows[self._ids[row]]
        self.languages[self._traits[row].language] -= 1
        self._packed[row], self._ids[row] = None, ""
        self._unpacked.pop(row, None)

    def id_of(self, row: int) -> str:
        """Return the id of the resolution in a row that is in use."""
        return self._ids[row]

    def traits(self, row: int) -> Traits:
        """Return what scoring asks of a resolution."""
        return self._traits[row]

    def __getitem__(self, row: int) -> Resolution:
        """Return a resolution.

        Raises:
            KeyError: the row is not in use.
        """
        found = self._unpacked.get(row)
        if found is not None:
            self._unpacked.move_to_end(row)
            return found
        packed = self._packed[row]
        if packed is None:
            raise KeyError(row)
        found = self._unpacked[row] = Resolution.model_validate_json(zlib.decompress(packed))
        if len(self._unpacked) > MOST_UNPACKED:
            self._unpacked.popitem(last=False)
        return found

    def save(self, folder: Path) -> None:
        """Write everything into a folder; nothing of a removed resolution is written."""
        shared = list(self._shared)
        numbers = {traits: number for number, traits in enumerate(shared)}
        packed = [item or b"" for item in self._packed]
        (folder / "records.bin").write_bytes(b"".join(packed))
        np.save(folder / "starts.npy", np.array(self._starts, np.int64))
        np.save(folder / "lengths.npy", np.array([len(item) for item in packed], np.uint32))
        np.save(folder / "traits.npy", np.array([numbers[item] for item in self._traits], np.uint32))
        about = {"ids": list(self._rows), "traits": [_dump(item) for item in shared]}
        (folder / "records.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Records":
        """Read what ``save`` wrote; the files are known to be sound."""
        made, content = cls(), memoryview((folder / "records.bin").read_bytes())
        lengths = np.load(folder / "lengths.npy", allow_pickle=False)
        about = json.loads((folder / "records.json").read_text(encoding="utf-8"))
        shared = [_load(item) for item in about["traits"]]
        ends = np.cumsum(lengths, dtype=np.int64)
        spans = zip((ends - lengths).tolist(), ends.tolist(), strict=True)
        starts = np.load(folder / "starts.npy", allow_pickle=False)
        made._starts = array("q", starts.tobytes())
        made._owners = array("q", np.repeat(np.arange(len(lengths)), np.diff(starts)).tobytes())
        made._packed = [bytes(content[start:end]) or None for start, end in spans]
        made._traits = [shared[number] for number in np.load(folder / "traits.npy", allow_pickle=False).tolist()]
        made._shared = {item: item for item in shared}
        made._rows = dict(zip(about["ids"], np.flatnonzero(lengths).tolist(), strict=True))
        made._ids = [""] * len(lengths)
        for id_, row in made._rows.items():
            made._ids[row] = id_
        made.languages = Counter(made._traits[row].language for row in made)
        return made


def _traits(resolution: Resolution) -> Traits:
    return Traits(resolution.language, resolution.life, resolution.outcome)


def _dump(traits: Traits) -> list[Any]:
    verified, review, sent_back, retired = traits.life
    days = [day and day.isoformat() for day in (verified, review)]
    return [traits.language, *days, sent_back, retired, traits.outcome and traits.outcome.model_dump()]


def _load(values: list[Any]) -> Traits:
    language, verified, review, sent_back, retired, outcome = values
    verified_at, review_by = (day and date.fromisoformat(day) for day in (verified, review))
    return Traits(
        language, Life(verified_at, review_by, sent_back, retired), outcome and Outcome.model_validate(outcome)
    )
