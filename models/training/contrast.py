"""What contrastive steps are drawn from, and how: texts that belong together lie together, whatever words tell them."""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from models.sets.folder import sets_folder
from models.sets.own import OWN_DATA, bank_questions, bank_stories, support_titles
from models.sets.pairs import Pair
from models.sets.rows import Row, read_table
from models.training.recipe import QUESTIONS, STORIES

_SOURCES = ("banking77_en", "arbanking77", "multidogo", "dstc11_utts")
_MOST_PER_SOURCE = {"multidogo": 3_000}
BANK = "bank:"
"""What the names of the banking sets' intents begin with."""

Kinds = tuple[tuple[str, ...], ...]
"""Texts of one class by their kind: questions and stories of an intent, messages and titles of a problem."""


@dataclass(frozen=True)
class Draw:
    """How the texts of one class are drawn.

    Attributes:
        classes: Most classes (or pairs) of a step.
        each: Texts of a class.
        alike: Share of the draws that hold texts of the first kind alone, where it has enough: what is alike only in
            kind must not lie together, and plain questions in two languages must still meet.
    """

    classes: int = 64
    each: int = 2
    alike: float = 0.5


@dataclass(frozen=True)
class Mixture:
    """What contrastive steps hold.

    Attributes:
        pairs: Share of the steps that hold pairs.
        problems: Share of the steps that hold our own problems; the rest holds intents.
        bank: Share of the steps with intents that hold those of the banking sets alone: the nearer the neighbours, the
            more a step teaches.
        trades: Problems of a step come from so many trades; None is any.
        pair: How pairs are drawn.
        problem: How problems are drawn.
        intent: How intents are drawn.
    """

    pairs: float = 0.3
    problems: float = 0.15
    bank: float = 0.0
    trades: int | None = None
    pair: Draw = Draw()
    problem: Draw = Draw()
    intent: Draw = Draw()


@dataclass(frozen=True)
class Contrast:
    """Texts that belong together: by intent, by problem (each by its name), or as pairs."""

    intents: Mapping[str, Kinds]
    problems: Mapping[str, Kinds]
    pairs: tuple[Pair, ...]

    def texts(self) -> list[str]:
        """Return every text once."""
        classes = [*self.intents.values(), *self.problems.values()]
        own = (text for kinds in classes for kind in kinds for text in kind)
        return list(dict.fromkeys([*own, *(text for pair in self.pairs for text in (pair.left, pair.right))]))

    def draw(self, random: np.random.Generator, mixture: Mixture) -> tuple[list[str], list[int]]:
        """Return the texts of one contrastive step, and the label that those which belong together share."""
        turn = random.random()
        if turn < mixture.pairs and self.pairs:
            places = random.permutation(len(self.pairs))[: mixture.pair.classes]
            texts = [text for place in places for text in (self.pairs[place].left, self.pairs[place].right)]
            return texts, [number // 2 for number in range(len(texts))]
        if self.problems and (turn < mixture.pairs + mixture.problems or not self.intents):
            trades = sorted({_trade(name) for name in self.problems})
            if mixture.trades:
                trades = [trades[place] for place in random.permutation(len(trades))[: mixture.trades]]
            names = [name for name in self.problems if _trade(name) in trades]
            return _step(self.problems, names, mixture.problem, random)
        names = [*self.intents]
        if mixture.bank and random.random() < mixture.bank:
            names = [name for name in names if name.startswith(BANK)]
        return _step(self.intents, names, mixture.intent, random)


def _trade(problem: str) -> str:
    return problem.partition("-")[0]


def _step(
    classes: Mapping[str, Kinds], names: Sequence[str], draw: Draw, random: np.random.Generator
) -> tuple[list[str], list[int]]:
    texts: list[str] = []
    labels: list[int] = []
    for number in random.permutation(len(names))[: draw.classes].tolist():
        own = _mixed(classes[names[number]], draw, random)
        texts += own
        labels += [number] * len(own)
    return texts, labels


def _mixed(kinds: Kinds, draw: Draw, random: np.random.Generator) -> list[str]:
    """Draw texts of one class, from each of its kinds in turn or from the first alone."""
    if len(kinds[0]) >= draw.each and random.random() < draw.alike:
        kinds = kinds[:1]
    orders = [[kind[index] for index in random.permutation(len(kind))] for kind in kinds]
    turns = [text for turn in zip_longest(*orders) for text in turn if text is not None]
    return turns[: draw.each]


def contrast_of(
    rows: Sequence[Row], pairs: Sequence[Pair], sources: Collection[str], seed: int, *, leave_out: Collection[str] = ()
) -> Contrast:
    """Collect what contrastive steps draw from.

    Intents of the banking sets, their questions joined by ours in the dialects, with the stories told of them; our own
    problems with their titles; and pairs.

    Args:
        rows: Train rows.
        pairs: All pairs.
        sources: Problems are taken from the rows of these sources.
        seed: Of the choice among a large source's questions.
        leave_out: Trades whose problems are left out.
    """
    intents = _by_name([*search_rows(rows, seed), *_written(bank_questions(OWN_DATA / QUESTIONS))])
    stories = _by_name(_written(bank_stories(OWN_DATA / STORIES)))
    kept = (row for row in rows if row.source in sources and row.problem)
    messages = _by_name((str(row.problem), row.text) for row in kept if _trade(str(row.problem)) not in leave_out)
    return Contrast(_classes(intents, stories), _classes(messages, _by_name(support_titles())), tuple(pairs))


def _written(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    return ((f"{BANK}{row.intent}", row.text) for row in rows if row.split == "train")


def search_rows(rows: Iterable[Row], seed: int) -> list[tuple[str, str]]:
    """Return (intent, question) of the sets that have intents; both banking sets share one set of names."""
    arabic = {
        row["label_ar"].strip(): row["label_en"]
        for row in read_table(sets_folder() / "arbanking77" / "Banking77_intents.csv")
    }
    chosen: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        source = row.source.partition("/")[0]
        if source in _SOURCES and row.split == "train" and row.intent:
            trade = BANK if "banking77" in source else f"{source}:"
            name = arabic.get(row.intent.strip(), row.intent).strip().lower().rstrip("?").replace(" ", "_")
            chosen[source].append((f"{trade}{name}", row.text))
    generator = random.Random(seed)  # noqa: S311 - a repeatable choice, not a secret
    return [
        pair
        for source in sorted(chosen)
        for pair in generator.sample(chosen[source], min(len(chosen[source]), _MOST_PER_SOURCE.get(source, 10**9)))
    ]


def _by_name(items: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, text in items:
        found[name].append(text)
    return found


def _classes(plain: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]]) -> dict[str, Kinds]:
    """Join two kinds of text by class; a class without the first kind, or of one text alone, is left out."""
    joined = {name: (tuple(texts), tuple(other.get(name, ()))) for name, texts in sorted(plain.items())}
    return {name: tuple(filter(None, kinds)) for name, kinds in joined.items() if sum(map(len, kinds)) > 1}
