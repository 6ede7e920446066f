"""The hand-written replies and attacks as rows of an evaluation: a text, and the columns that slices are cut by."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from evaluation.checks.attacks import read_attacks
from evaluation.checks.pairs import FOLDER, read_pairs
from inference.language import marker_dialect
from models.sets.rows import Split

PLANTED, CLEAN, ATTACKS = "planted_faults", "clean_replies", "attacks"
SETS = (PLANTED, CLEAN, ATTACKS)


def read_rows(name: str, split: Split) -> Iterator[tuple[str, Mapping[str, bool | int | float | str | None]]]:
    """Yield the rows of one of ``SETS``; the attacks have no parts, and are all asked whatever the part.

    Rows of the planted faults and of the clean replies are about the same pairs, which ``pair`` names; ``round`` is the
    round of writing that its id tells.
    """
    if name == ATTACKS:
        for attack in read_attacks(None):
            language = attack.reply_language
            yield (
                attack.text,
                {"set": name, "attack": attack.id, "kind": attack.kind, "door": attack.place, "language": language},
            )
        return
    for pair in read_pairs(None, split):
        dialect = marker_dialect(pair.message)
        yield (
            pair.faulty if name == PLANTED else pair.text,
            {
                "set": name,
                "pair": pair.id,
                "round": pair.id.split("-")[1],
                "check": pair.check,
                "fault": pair.code,
                "check_in": f"{pair.check} ({pair.language})",
                "channel": pair.channel.value,
                "true_level": pair.level.value,
                "language": pair.language,
                "dialect": dialect.value if dialect else None,
            },
        )


def row_files(name: str, split: Split) -> list[Path]:
    """Return the files that the rows of one of ``SETS`` are read from."""
    return sorted(FOLDER.glob("attacks.jsonl.bz2" if name == ATTACKS else f"{split}_*.jsonl.bz2"))
