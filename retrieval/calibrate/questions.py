"""Held-out questions that are no test: banking ones with intents, of other domains, and our own messages and questions.

The encoder has learned from the train parts, so only dev parts tell how it does.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.sets.catalogue import load_set
from models.sets.folder import sets_folder
from models.sets.own import NOT_ANSWERED
from models.sets.rows import read_tabbed, read_table
from models.sets.support import multidogo

_OTHER_DOMAINS = ("airline", "fastfood", "insurance", "media", "software")
_SHORTEST = 15
"""Texts of other domains that are shorter say nothing ("ok thanks")."""


@dataclass(frozen=True)
class Question:
    """A customer's question.

    Attributes:
        text: What the customer wrote.
        language: ``ar`` or ``en``.
        intents: Those of the sample helpdesk that answer it; none where nothing does.
        told: Whether it is one of our own messages or stories, in which people tell what happened and how they feel.
    """

    text: str
    language: str
    intents: tuple[str, ...] = ()
    told: bool = False


def load_questions(
    per_language: int, per_set: int, generator: random.Random, folder: Path | None = None
) -> list[Question]:
    """Sample banking questions (dev parts) and questions of other domains; add our own banking messages (dev part).

    Args:
        per_language: banking questions of each language, and of ours in the dialects.
        per_set: questions of each other set.
        generator: makes the choice repeatable.
        folder: the folder of all data sets; by default ``models.sets.folder.sets_folder()``.

    Raises:
        ConfigurationError: the data sets are not there.
    """
    root = folder or sets_folder()
    banking: dict[str, list[Question]] = {"ar": [], "en": []}
    for question in _banking(root):
        banking[question.language].append(question)
    groups = [*banking.values(), list(_dialects(root))]
    chosen = [question for group in groups for question in generator.sample(group, per_language)]
    for texts, language in _elsewhere(root):
        distinct = sorted({text.strip() for text in texts if len(text.strip()) >= _SHORTEST})
        picked = generator.sample(distinct, min(per_set, len(distinct)))
        chosen += [Question(text, language) for text in picked]
    return chosen + list(_told(root))


def intent_name(label: str) -> str:
    """Return a banking label as the sample helpdesk names it: lower case, underscores, no question mark."""
    return label.strip().lower().rstrip("?").replace(" ", "_")


def _told(root: Path) -> Iterator[Question]:
    for row in (*load_set("bank_messages", root), *load_set("bank_stories", root)):
        if row.split == "dev" and row.intent is not None:
            intents = () if row.intent == NOT_ANSWERED else tuple(row.intent.split("|"))
            yield Question(row.text, "en" if row.language == "en" else "ar", intents, told=True)


def _dialects(root: Path) -> Iterator[Question]:
    for row in load_set("bank_questions", root):
        if row.split == "dev":
            yield Question(row.text, "en" if row.language == "en" else "ar", (str(row.intent),))


def _banking(root: Path) -> Iterator[Question]:
    table = read_table(root / "arbanking77" / "Banking77_intents.csv")
    names = {row["label_ar"].strip(): intent_name(row["label_en"]) for row in table}
    for row in load_set("arbanking77", root):
        if row.split == "dev" and row.intent is not None:
            yield Question(row.text, "ar", (names[row.intent.strip()],))
    for row in load_set("banking77_en", root):
        if row.split == "dev" and row.intent is not None:
            yield Question(row.text, "en", (intent_name(row.intent),))


def _elsewhere(root: Path) -> Iterator[tuple[Iterator[str], str]]:
    yield (row["sentence"] for row in read_table(root / "hint3" / "v2" / "train" / "curekart_train.csv")), "en"
    for domain in _OTHER_DOMAINS:
        rows = multidogo(root / "multidogo" / "splits_annotated_at_turn_level" / domain)
        yield (row.text for row in rows if row.split == "dev"), "en"
    for name in ("ara-eng.ara", "arz-eng.arz", "ara-eng.eng"):
        text = (root / "tatoeba_laser" / f"tatoeba.{name}").read_text(encoding="utf-8")
        yield iter(text.splitlines()), "en" if name.endswith("eng") else "ar"
    yield (cells[1] for cells in read_tabbed(root / "bagisto_ar_en" / "pairs_ar_en.tsv") if len(cells) > 1), "ar"
