"""Sentences with known names: our contexts filled by a seeded generator, and real messages."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import yaml

from inference.personal.training.pools import Pool, arabised, romanised
from models.sets.catalogue import load_set
from models.sets.own import OWN_DATA, read_corpus
from models.sets.rows import read_tabbed

DATA = OWN_DATA / "person_names"
_NAMED = frozenset("nfsklaw")
_SLOT = re.compile(r"\{(\w+)\}")
_LATIN = frozenset({"en", "arabizi"})
_FILLERS = {
    "city": "الرياض جدة القاهرة عمّان الكويت دبي الدوحة بغداد الدار_البيضاء تونس الخرطوم بيروت المنامة مسقط الإسكندرية",
    "city_latin": "Riyadh Dubai Cairo Manila Mumbai Lagos Leeds Doha Karachi Chennai Toronto Amman Casablanca Sharjah",
    "brand": "Zara Nike Noon Ikea Careem Talabat Netflix Vodafone Zain Aramex Adidas Lenovo",
}
_SPLICED, _SHORT = 0.25, 5
_SET, _WHOLE = 0.15, 0.65
_ARABIZI = str.maketrans({"ع": "3", "ح": "7", "خ": "5"})


@dataclass(frozen=True)
class Example:
    """A text with the names in it, and where it comes from."""

    text: str
    names: tuple[tuple[int, int], ...]
    source: str


def contexts() -> list[tuple[str, str]]:
    """Return (variety, sentence with slots) of both files of contexts."""
    texts = (folder.joinpath("contexts.yaml").read_text(encoding="utf-8") for folder in (DATA, files(__package__)))
    return [(variety, line) for text in texts for variety, lines in yaml.safe_load(text).items() for line in lines]


class Writer:
    """Writes sentences from contexts, names and what customers say besides."""

    def __init__(self, pool: Pool, bodies: Sequence[tuple[str, str]], seed: int) -> None:
        self._pool = pool
        self._rng = random.Random(seed)  # noqa: S311 - sentences, not secrets
        self._bodies = {
            latin: [
                text for variety, text in bodies if (variety.startswith("english") or variety == "arabizi") == latin
            ]
            for latin in (False, True)
        }

    def write(self, lines: Sequence[tuple[str, str]], n: int) -> Iterator[Example]:
        """Yield ``n`` sentences of the contexts, some with a customer's own words before or after."""
        for _ in range(n):
            variety, line = self._rng.choice(lines)
            roll = self._rng.random()
            if roll < _SET and variety != "nobody":
                yield self._set(latin=variety in _LATIN)
            else:
                yield self._filled(variety, self._cropped(line) if roll > _WHOLE else line)

    def _set(self, *, latin: bool) -> Example:
        """Set a name among a customer's words, wherever it falls: its own look must do."""
        parts = self._rng.choice(self._bodies[latin]).split(" ")
        at = self._rng.randrange(len(parts) + 1)
        before = " ".join([*parts[:at], ""])
        name = self._value("n", latin=latin, behind=False, lower=False)
        return Example(" ".join([before + name, *parts[at:]]), ((len(before), len(before) + len(name)),), "set")

    def _cropped(self, line: str) -> str:
        """Leave only a few words around one slot."""
        parts = line.split(" ")
        slots = [place for place, part in enumerate(parts) if "{" in part]
        if not slots:
            return line
        at = self._rng.choice(slots)
        return " ".join(parts[max(0, at - self._rng.randrange(1, 4)) : at + 1 + self._rng.randrange(3)])

    def _filled(self, variety: str, line: str) -> Example:
        rng, latin = self._rng, variety in _LATIN or (variety == "nobody" and line[:1].isascii())
        lower = latin and rng.random() < 0.35
        out, names = "", []
        last = 0
        for slot in _SLOT.finditer(line):
            before = line[last : slot.start()]
            out += before.lower() if lower else before
            made = self._value(slot[1], latin=latin, behind=before[-1:].isalpha(), lower=lower)
            if slot[1] in _NAMED:
                names.append((len(out), len(out) + len(made)))
            out += made
            last = slot.end()
        out += line[last:].lower() if lower else line[last:]
        if rng.random() < 0.45 and not line.startswith("{"):
            out, shift = self._beside(out, latin=latin)
            names = [(start + shift, end + shift) for start, end in names]
        return Example(out, tuple(names), variety)

    def _beside(self, text: str, *, latin: bool) -> tuple[str, int]:
        body = self._rng.choice(self._bodies[latin])
        join = self._rng.choice([". ", " ", "\n", ", " if latin else "، "])
        return (text + join + body, 0) if self._rng.random() < 0.6 else (body + join + text, len(body + join))

    def _value(self, slot: str, *, latin: bool, behind: bool, lower: bool) -> str:
        rng = self._rng
        if slot in _NAMED:
            latin = slot == "l" or (latin and slot != "a")
            made = self._latin(slot, lower=lower) if latin else self._arabic(slot, behind=behind)
            return self._slip(made)
        if slot in {"city", "brand"}:
            key = "city_latin" if slot == "city" and latin else slot
            return rng.choice(_FILLERS[key].split()).replace("_", " ")
        low, high = {"phone": (500000000, 599999999), "order": (10000, 9999999), "amount": (5, 5000)}.get(slot, (1, 28))
        number = str(rng.randint(low, high))
        return {"phone": "0" + number, "date": f"{number}/{rng.randint(1, 12)}"}.get(slot, number)

    def _slip(self, name: str) -> str:
        """Mistype a name now and then: a letter left out or doubled."""
        if self._rng.random() > 0.06 or len(name) < 5:
            return name
        at = self._rng.randrange(1, len(name) - 1)
        return name[:at] + name[at + 1 :] if self._rng.random() < 0.5 else name[:at] + name[at] + name[at:]

    def _some(self, names: Sequence[str]) -> str:
        """Choose a name, at times one spliced of two, so that names are not learned by heart."""
        first, second = self._rng.choice(names), self._rng.choice(names)
        if self._rng.random() > _SPLICED or min(len(first), len(second)) < _SHORT:
            return first
        return first[: (len(first) + 1) // 2] + second[(len(second) + 1) // 2 :].lower()

    def _arabic(self, slot: str, *, behind: bool) -> str:
        rng, pool = self._rng, self._pool
        if slot == "w":
            return rng.choice(pool.arabic_word)
        if slot == "k":
            return f"{rng.choice(['أبو', 'ابو', 'أم', 'ام', 'بو'])} {rng.choice(pool.arabic_given)}"
        abroad = rng.random() < 0.2
        given, family = (pool.abroad_given, pool.abroad_family) if abroad else (pool.arabic_given, pool.arabic_family)
        parts = [self._some(given)]
        while behind and parts[0].startswith("ال"):
            parts = [self._some(given)]
        roll = rng.random()
        if slot in {"n", "a"} and roll < 0.8:
            if roll < 0.1 and not abroad:
                parts += [rng.choice(["بن", "بنت", "بن"]), rng.choice(given)]
            elif roll < 0.3:
                parts.append(rng.choice(given))
            parts.append(self._some(family))
            if not abroad and roll > 0.74:
                parts[-1] = rng.choice(["آل", "أبو", "بن"]) + " " + rng.choice(given)
        return arabised(" ".join(parts)) if abroad else " ".join(parts)

    def _latin(self, slot: str, *, lower: bool) -> str:
        rng = self._rng
        made = self._latin_parts(slot)
        name = " ".join(made)
        if not lower and rng.random() < 0.06:
            return name.upper()
        if slot == "l":
            lower = rng.random() < 0.2
        if not lower and rng.random() < 0.12:
            return name.lower()
        return name.lower() if lower else name

    def _latin_parts(self, slot: str) -> list[str]:
        rng, pool = self._rng, self._pool
        if slot == "w":
            return [rng.choice(pool.latin_word)]
        arab = rng.random() < 0.45
        given, family = (pool.latin_given, pool.latin_family) if arab else (pool.abroad_given, pool.abroad_family)
        first = romanised(rng.choice(pool.arabic_given), rng.randrange(50)) if arab and rng.random() < 0.5 else ""
        if arab and rng.random() < 0.1:
            first = rng.choice(pool.arabic_given).translate(_ARABIZI)
            first = romanised(re.sub("[357]", "", first), rng.randrange(50))
        parts = [first or self._some(given)]
        if slot == "s":
            return [self._some(family)]
        if slot == "k":
            return [rng.choice(["Abu", "Um", "Umm"]), *parts]
        roll = rng.random()
        if slot in {"n", "l"} and roll < 0.8:
            if roll < 0.08:
                parts += [
                    rng.choice(["bin", "Bin", "bint"] if arab else [rng.choice(given)[0] + "."]),
                    rng.choice(given),
                ]
            elif roll < 0.2:
                parts.append(rng.choice(given))
            parts.append(self._some(family))
            if roll > 0.77:
                parts[-1] = parts[-1][0]
        return parts


def own_rows(part: str) -> list[tuple[str, str, str]]:
    """Return (id, variety, text) of our own corpora's rows of a part (train, dev)."""
    return [
        (row["id"], row["variety"], row["text"])
        for folder in ("support_messages", "support_signals")
        for row in read_corpus(OWN_DATA / folder)
        if row["split"] == part
    ]


def own(part: str) -> Iterator[Example]:
    """Yield our own corpora's rows with the names in them, as ``own.yaml`` lists them by row."""
    named = yaml.safe_load((DATA / "own.yaml").read_text(encoding="utf-8"))
    for row, _, text in own_rows(part):
        spans = []
        for name in named.get(row, ()):
            spans += [match.span() for match in re.finditer(rf"{re.escape(name)}(?!\w)", text)]
        yield Example(text, tuple(sorted(spans)), "own")


def dialogues(folder: Path, part: str) -> Iterator[Example]:
    """Yield MultiDoGO's turns (CDLA-Permissive) with the names that its annotators marked."""
    for path in sorted(folder.rglob(f"{part}.tsv")):
        for cells in read_tabbed(path):
            tokens, labels = (cells[3].split(), cells[4].split()) if len(cells) > 4 else ([], [])
            if len(tokens) != len(labels) or not tokens or {"username", "company_name"} & set(labels):
                continue
            spans: list[tuple[int, int]] = []
            at = 0
            for place, (token, label) in enumerate(zip(tokens, labels, strict=True)):
                if label == "name":
                    goes_on = place and labels[place - 1] == "name"
                    spans[-1:] = [(spans[-1][0], at + len(token))] if goes_on else [*spans[-1:], (at, at + len(token))]
                at += len(token) + 1
            yield Example(" ".join(tokens), tuple(spans), "dialogues")


def strangers(name: str) -> Iterator[Example]:
    """Yield a public set's training rows as messages that name nobody; the caller drops those that may."""
    for row in load_set(name):
        if row.split == "train":
            yield Example(row.text, (), name)
