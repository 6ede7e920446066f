"""What a ledger's file holds, read without the product, against what was reckoned."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from evaluation.ledger.reckoning import Entry

_STORED = """
SELECT draft_id, text, kind, state, substr(due, 1, 16),
  (SELECT count(*) FROM commitment_events e WHERE e.commitment_id = c.id AND e.number = 1),
  (SELECT count(*) FROM commitment_events e WHERE e.commitment_id = c.id AND e.number > 1),
  (SELECT count(*) FROM commitment_notices n WHERE n.commitment_id = c.id)
FROM commitments c
"""


def read(path: Path, query: str, values: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a query over a database file that others may be writing."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def stored_faults(path: Path, ids: Mapping[int, str], entries: Sequence[Entry]) -> list[str]:
    """Return a sentence for each difference: in a state, a due time, the events, the notices; and for what is open.

    Args:
        path: the database.
        ids: of the drafts, by their numbers.
        entries: what must be stored.
    """
    numbers = {name: number for number, name in ids.items()}
    stored = Counter((numbers[draft], *rest) for draft, *rest in read(path, _STORED))
    wanted = Counter(
        (item.draft, item.text, item.kind, item.state, item.due.strftime("%Y-%m-%d %H:%M"), 1, 1, item.noticed)
        for item in entries
    )
    faults = [f"reckoned, but not stored: {item}" for item in (wanted - stored).elements()]
    faults += [f"stored, but not reckoned: {item}" for item in (stored - wanted).elements()]
    faults += [f"not ended: {item.text}" for item in entries if item.state == "open"]
    sequences = [row[0] for row in read(path, "SELECT sequence FROM commitment_notices ORDER BY sequence")]
    if sequences != list(range(1, len(sequences) + 1)):
        faults.append("the notices' numbers are not 1, 2, 3 ...")
    return faults
