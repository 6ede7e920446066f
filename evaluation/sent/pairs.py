"""Pairs of a draft and what an agent sent, labelled: hand-written edits on drafts of the sample helpdesk.

The halves share neither drafts nor edits nor the seed by which they are put together.
"""

import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from inference.lexicons import read_yaml
from inference.types import Draft, DraftStep, Status, StepName, Verdict

_SEEDS = {"dev": 20261, "test": 7713}
_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_ITEM = re.compile(r"^\d+\. ", re.MULTILINE)
_ADDRESSED = (
    (r"(?<=\w{2})وا(?!\w)", ""),
    (r"(?<=\w{2})كم(?!\w)", "ك"),
    (r"أنتم|أنكم", "أنك"),
    (r"(?<=\w)(?:تريد|تود|تسأل|تنتظر)ون(?!\w)", ""),
    (r"(?i)\b(i|you|we|they)['’]ve\b", r"\1 have"),
    (r"(?i)\b(you|we|they)['’]re\b", r"\1 are"),
    (r"\b(Here|it|that)['’]s\b", r"\1 is"),
    (r"(?i)\b(is|are|has|do|does)n['’]t\b", r"\1 not"),
)
_QUOTES = {
    "ar": "\n\nفي الأحد، 14 يونيو 2026 الساعة 10:15 ص كتب أحمد علي <ahmad@example.com>:\n> متى يصلني الرد؟\n> أنتظر",
    "en": "\n\nOn Sun, Jun 14, 2026 at 10:15 AM Sara Ali <sara@example.com> wrote:\n> any news?\n> I am still waiting",
}


@dataclass(frozen=True)
class Pair:
    """A draft, what was sent, and what became of the draft; ``kind`` is what the agent did."""

    kind: str
    language: str
    draft: Draft
    sent: str
    verdict: Verdict


@dataclass(frozen=True)
class _Kept:
    source: str
    draft: Draft
    other: str | None


def pairs(half: str) -> list[Pair]:
    """Return the pairs of a half, ``dev`` or ``test``."""
    pick = random.Random(_SEEDS[half])  # noqa: S311 - nothing secret
    edits = read_yaml(_file(f"edits_{half}.yaml").read_text(encoding="utf-8"))
    drafts = [_kept(line) for line in gzip.decompress(_file(f"drafts_{half}.jsonl.gz").read_bytes()).splitlines()]
    found = [pair for number, item in enumerate(drafts) for pair in _accepted(item, edits, number, pick)]
    found += [pair for number, item in enumerate(drafts) for pair in _edited(item, drafts, edits, number)]
    found += [pair for number, item in enumerate(drafts) for pair in _unused(item, drafts, edits, number)]
    return found


def _accepted(item: _Kept, edits: dict[str, Any], number: int, pick: random.Random) -> Iterator[Pair]:
    text, language = item.draft.text, item.draft.language
    greeting, signature = _nth(edits["greetings"][language], number), _nth(edits["signatures"][language], number)
    made = {
        "untouched": text,
        "greeting": f"{greeting}\n\n{text}",
        "signature": f"{text}\n\n{signature}",
        "both_ends": f"{_nth(edits['greetings'][language], number + 1)}\n{text}\n{signature}{_QUOTES[language]}",
        "reformatted": _reformatted(text, language, pick),
    }
    kinds = pick.sample(sorted(made), 3)
    yield from (Pair(kind, language, item.draft, made[kind], Verdict.ACCEPTED) for kind in kinds)


def _edited(item: _Kept, drafts: list[_Kept], edits: dict[str, Any], number: int) -> Iterator[Pair]:
    text, language = item.draft.text, item.draft.language
    paragraphs = text.split("\n\n")
    greeting = _nth(edits["greetings"][language], number)
    if (fact := edits["facts"].get(item.source)) and fact[0] in text:
        yield Pair("fact", language, item.draft, f"{greeting}\n{text.replace(fact[0], fact[1], 1)}", Verdict.EDITED)
    if (adapted := edits["dialect"].get(item.source)) is not None:
        sent = text
        for before, after in adapted:
            sent = sent.replace(before, after)
        yield Pair("dialect", language, item.draft, sent, Verdict.EDITED)
    made = {
        "half": "\n\n".join(paragraphs[: (len(paragraphs) + 1) // 2]) if number % 4 < 2 else paragraphs[-1],
        "reordered": _reordered(text),
        "added": f"{text}\n\n{_nth(edits['added'][language], number)}",
        "opening": "\n\n".join([_nth(edits["opening"][language], number), *paragraphs[1:]]),
        "two": f"{text}\n\n{_partner(item, drafts).draft.text}",
        "addressed": _addressed(text),
    }
    kinds = sorted(made)
    for kind in (kinds[number % 6], kinds[(number + 2) % 6], kinds[(number + 3) % 6]):
        yield Pair(kind, language, item.draft, made[kind], Verdict.EDITED)
    if item.other is not None:
        yield Pair("translated", language, item.draft, item.other, Verdict.EDITED)


def _unused(item: _Kept, drafts: list[_Kept], edits: dict[str, Any], number: int) -> Iterator[Pair]:
    language = item.draft.language
    if (own := edits["rewritten"].get(item.source)) is not None:
        yield Pair("rewritten", language, item.draft, own, Verdict.UNUSED)
    yield Pair("template", language, item.draft, _nth(edits["templates"][language], number), Verdict.UNUSED)
    yield Pair("other", language, item.draft, _partner(item, drafts).draft.text, Verdict.UNUSED)
    stranger = _partner(item, drafts).other
    if stranger is not None:
        yield Pair("other_language", language, item.draft, stranger, Verdict.UNUSED)


def _reformatted(text: str, language: str, pick: random.Random) -> str:
    """Return a text as an editor or another system would show it."""
    items = iter(range(1, 30))
    ways = (
        _ITEM.sub("• ", text).replace("،", ","),
        (text.translate(_INDIC) if language == "ar" else text.replace("'", "’")).replace(". ", ".  "),
        "<p>" + _ITEM.sub("- ", text).replace("\n\n", "</p><p>").replace("\n", "<br>") + "</p>",
        _ITEM.sub(lambda _: f"{next(items)}) ", text).replace("\n\n", "\n").replace(":", " :"),
    )
    return pick.choice(ways)


def _reordered(text: str) -> str:
    lines = [line for line in text.split("\n") if line]
    items = [line for line in lines if _ITEM.match(line)]
    return "\n".join([*items, "", *(line for line in lines if line not in items)])


def _addressed(text: str) -> str:
    """Return a text as it is said to one person, or without contractions."""
    for pattern, replacement in _ADDRESSED:
        text = re.sub(pattern, replacement, text)
    return text


def _partner(item: _Kept, drafts: list[_Kept]) -> _Kept:
    """Return the next draft of the same language on another matter."""
    same = [other for other in drafts if other.draft.language == item.draft.language]
    at = same.index(item)
    matter = item.source.split(".")[0]
    return next(other for other in (*same[at + 1 :], *same[:at]) if other.source.split(".")[0] != matter)


def _nth(values: list[str], number: int) -> str:
    return values[number % len(values)]


def _kept(line: bytes) -> _Kept:
    row = json.loads(line)
    language = row["language"]
    steps = tuple(DraftStep(name=StepName(name), text=text) for name, text in row["steps"])
    draft = Draft(
        status=Status.READY,
        text=row["text"],
        language=language,
        direction="rtl" if language == "ar" else "ltr",
        steps=steps,
        model="sample",
        model_revision="sample",
        index_generation="sample",
        policy_revision="sample",
    )
    return _Kept(row["source"], draft, row["other"])


def _file(name: str) -> Any:  # noqa: ANN401 - importlib's own type is private
    return files("evaluation.sent").joinpath(name)
