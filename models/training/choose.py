"""Which rows the heads train on: a deterministic, capped sample, so that one large set cannot drown the others."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from models.sets.rows import Row

CAPS = {
    "arabic_company_reviews": 6_000,
    "marsa_gulf/political": 3_000,
    "marsa_gulf/social": 4_000,
    "marsa_gulf/sport": 3_000,
    "mac_moroccan": 4_000,
    "astd": 3_000,
    "semeval2017_en": 10_000,
    "elsahar_reviews": 1_500,
    "goemotions": 8_000,
    "xed": 5_000,
    "aetd_emotional_tone": 6_000,
    "banking77_en": 2_000,
    "arbanking77/msa_pal": 3_000,
    "multidogo": 2_000,
}
"""Most training rows of a source; sources that are not named are used whole."""

DEV_CAP = 400
"""Most dev rows of a source in ``CAPS``; the dev parts of the others are used whole."""


def choose_rows(rows: Iterable[Row]) -> list[Row]:
    """Sample train and dev rows by the hash of their text; angry rows come first, because they are rare.

    Args:
        rows: Rows without overlaps (``models.sets.catalogue.load_all``); test rows are left out.
    """
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.split != "test":
            groups[row.source, row.split].append(row)
    chosen: list[Row] = []
    for (source, split), members in sorted(groups.items()):
        cap = len(members) if source not in CAPS else CAPS[source] if split == "train" else DEV_CAP
        rare = split == "train" and source in CAPS
        chosen += sorted(members, key=lambda row: (rare and row.anger != 1, _rank(row.text)))[:cap]
    return chosen


def _rank(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()
