"""Every set by name, with its licence, and one call that loads them without overlaps between train, dev and test."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.sets import dialect, emotion, own, sentiment, support
from models.sets.folder import sets_folder
from models.sets.rows import Row, text_key


@dataclass(frozen=True)
class SetInfo:
    """A data set: its folder, its licence as stated by its authors, and whether that lets anyone retrain and share.

    The heads are never trained on a set that is ``measured_only``. One without a folder is our own and lies in the
    repository.
    """

    name: str
    folder: str
    licence: str
    permissive: bool
    load: Callable[[Path], Iterator[Row]]
    measured_only: bool = False


_OWN_LICENCE = "CC BY 4.0 (machine-written for this project)"

SETS: tuple[SetInfo, ...] = (
    SetInfo("arsarcasm_v2", "arsarcasm_v2", "MIT (annotation)", True, sentiment.arsarcasm),
    SetInfo("xlmt_umsab", "xlmt_umsab", "unclear", False, sentiment.xlmt),
    SetInfo("arabic_company_reviews", "arabic_company_reviews", "unclear", False, sentiment.company_reviews),
    SetInfo("marsa_gulf", "marsa_gulf", "unclear", False, sentiment.marsa),
    SetInfo("mac_moroccan", "mac_moroccan", "unclear", False, sentiment.mac),
    SetInfo("astd", "astd", "GPL-2", False, sentiment.astd),
    SetInfo("narabizi", "narabizi", "CC BY-SA 4.0 (text), unclear (sentiment)", False, sentiment.narabizi),
    SetInfo("semeval2017_en", "semeval2017_en", "unclear", False, sentiment.semeval2017),
    SetInfo("elsahar_reviews", "elsahar_reviews", "unclear", False, sentiment.elsahar),
    SetInfo("semeval2018/E-c", "semeval2018", "no redistribution of data", False, emotion.semeval_presence),
    SetInfo("semeval2018/EI-reg", "semeval2018", "no redistribution of data", False, emotion.semeval_intensity),
    SetInfo("brighter", "brighter_semeval2025", "CC BY 4.0", True, emotion.brighter),
    SetInfo("goemotions", "goemotions", "Apache-2.0", True, emotion.goemotions),
    SetInfo("xed", "xed", "CC BY 4.0", True, emotion.xed),
    SetInfo("aetd_emotional_tone", "aetd_emotional_tone", "none stated", False, emotion.aetd),
    SetInfo("aoc_id", "aoc_id", "unclear", False, dialect.aoc),
    SetInfo("shami", "shami", "Apache-2.0", True, dialect.shami),
    SetInfo("banking77_en", "banking77_en", "CC BY 4.0", True, support.banking77),
    SetInfo("arbanking77", "arbanking77", "CC BY-SA 4.0", True, support.arbanking77),
    SetInfo("multidogo", "multidogo", "CDLA-Permissive-1.0", True, support.multidogo),
    SetInfo("dstc11_utts", "dstc11_utts", "CDLA-Permissive-2.0", True, support.dstc11),
    SetInfo("hint3", "hint3", "ODbL 1.0", True, support.hint3, measured_only=True),
    SetInfo("complaints", "complaints", "none stated", False, support.complaints, measured_only=True),
    SetInfo("support_messages", "", _OWN_LICENCE, True, own.support_messages),
    SetInfo("support_signals", "", _OWN_LICENCE, True, own.support_signals),
    SetInfo("bank_messages", "", _OWN_LICENCE, True, own.bank_messages, measured_only=True),
    # Their train parts go to the search vector (models.training.contrast); the signals' head knows them as everyday.
    SetInfo("bank_stories", "", _OWN_LICENCE, True, own.bank_stories, measured_only=True),
    SetInfo("bank_questions", "", _OWN_LICENCE, True, own.bank_questions, measured_only=True),
    SetInfo("despair_probe", "", _OWN_LICENCE, True, own.despair_probe, measured_only=True),
)


def load_set(name: str, folder: Path | None = None) -> list[Row]:
    """Load one set as it is, every split, without removing anything: what a test is scored on.

    Args:
        name: A name in ``SETS``.
        folder: The folder of all sets; by default ``sets_folder()``.
    """
    info = next(info for info in SETS if info.name == name)
    path = (folder or sets_folder()) / info.folder if info.folder else own.OWN_DATA / info.name
    return [row for row in info.load(path) if row.text.strip()]


def load_all(*, permissive: bool = False, folder: Path | None = None) -> list[Row]:
    """Load every set that may be trained on, then remove what would leak (see ``remove_overlaps``).

    Args:
        permissive: Train and dev rows come only from sets whose licence lets anyone retrain; tests stay.
        folder: The folder of all sets; by default ``sets_folder()``.
    """
    rows: list[Row] = []
    for info in SETS:
        if info.measured_only:
            continue
        kept = load_set(info.name, folder)
        rows += [row for row in kept if row.split == "test" or info.permissive or not permissive]
    return remove_overlaps(rows)


def remove_overlaps(rows: Iterable[Row]) -> list[Row]:
    """Drop train and dev rows whose text stands in any test, train rows in any dev, and repeats within one source.

    Texts are compared by ``text_key``. Test rows are never touched.
    """
    rows = list(rows)
    keys = [text_key(row.text) for row in rows]
    held = {
        split: {key for row, key in zip(rows, keys, strict=True) if row.split == split} for split in ("test", "dev")
    }
    seen: set[tuple[str, str]] = set()
    kept = []
    for row, key in zip(rows, keys, strict=True):
        if row.split != "test":
            leaked = key in held["test"] or (row.split == "train" and key in held["dev"])
            if not key or leaked or (row.source, key) in seen:
                continue
            seen.add((row.source, key))
        kept.append(row)
    return kept
