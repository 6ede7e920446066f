"""What an agent changed in a draft, change by change: of which kind, the words before and after, and where."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache

from inference.checks.promises import promised
from inference.contradiction.figures import figures
from inference.language import detect
from inference.lexicons import load_lexicon
from inference.matching.page import Page, Sentence, Token
from inference.text import fold, fold_pattern
from inference.types import Change, ChangeKind, Draft, StepName

_ALIKE = 0.5
"""Dice share of words from which two sentences are one, changed."""
_LONGER, _SHORTER = 1.5, 0.67
_MOST_PAIRS = 250_000
"""Pairs of words up to which two sentences are compared word by word: bounds the time of a reply without full stops."""
_NEAR = 1
"""Equal words between two changes that make one of them."""
_QUOTED = re.compile(r"«[^»\n]+(?:»|$)|“[^”\n]+(?:”|$)|\"[^\"\n]+(?:\"|$)")  # a sentence ends at its last word
_WEAK = re.compile(r"(?<!^)[اوي]")
_STATED = re.compile(
    r"«[^»\n]+»|“[^”\n]+”|\"[^\"\n]+\"|https?://\S+|www\.\S+|\S+@\S+\.\w+"
    r"|\b[A-Z][\w-]+(?: [A-Z][\w-]+)*|\b[A-Z]{2,}\b|\d[\d.,:/-]*"
)
_CAPITAL = re.compile(r"I(?:['’]\w+)?|[A-Z][a-z]+")
_OPENS = re.compile(r"[.!?:]\s+$")
_KINDLY = frozenset({StepName.GREET, StepName.LISTEN, StepName.EMPATHISE, StepName.APOLOGISE, StepName.CLOSE})


def changes(draft: Draft, before: Page, after: Page) -> tuple[Change, ...]:
    """Return what differs between a draft and a reply that comes from it, in the order of the reply.

    Args:
        draft: says which step each of its sentences belongs to.
        before: the draft's text, or the rendering of it that was used.
        after: the reply.
    """
    languages = detect(before.text).language, detect(after.text).language
    if languages[0] != languages[1]:  # word by word they have nothing to compare
        return (Change(kind=ChangeKind.LANGUAGE, before=languages[0], after=languages[1]), *_length(before, after))
    pairs = _pairs(before.sentences, after.sentences)
    found = [*_within(before, after, pairs), *_removed(draft, before, pairs), *_added(after, pairs)]
    found += _moved(after, pairs)
    found.sort(key=lambda item: item.span.start if item.span else len(after.text))
    return (*found, *_length(before, after))


def _pairs(first: Sequence[Sentence], second: Sequence[Sentence]) -> dict[int, int]:
    """Pair sentences that are one, the most alike first."""
    sides = [frozenset(token.stem for token in item.tokens) for item in first]
    others = [frozenset(token.stem for token in item.tokens) for item in second]
    alike = [
        (2 * len(one & other) / (len(one) + len(other)), -abs(index - place), index, place)
        for index, one in enumerate(sides)
        for place, other in enumerate(others)
    ]
    found: dict[int, int] = {}
    for score, _, index, place in sorted(alike, reverse=True):
        if score >= _ALIKE and index not in found and place not in found.values():
            found[index] = place
    return found


def _within(before: Page, after: Page, pairs: dict[int, int]) -> Iterator[Change]:
    for index, place in pairs.items():
        old, new = before.sentences[index].tokens, after.sentences[place].tokens
        for start, end, low, high in _differences(old, new):
            said = before.said(old[start], old[end - 1]) if end > start else ""
            span = after.span(new[low], new[high - 1]) if high > low else None
            told = span.text if span else ""
            whole = (before.said(old[0], old[-1]), after.said(new[0], new[-1]))
            kind = _kind(said, told, whole, initial=not (start or low))
            if kind is ChangeKind.WORDING and _stems(old[start:end]) == _stems(new[low:high]):
                kind = ChangeKind.TONE  # one is spoken to otherwise: «افتح» for «افتحوا»
            yield Change(kind=kind, before=said, after=told, span=span)


def _differences(old: Sequence[Token], new: Sequence[Token]) -> list[tuple[int, int, int, int]]:
    """Return the ranges of two sentences that differ, close ones as one."""
    first, second = [token.text for token in old], [token.text for token in new]
    if len(first) * len(second) > _MOST_PAIRS:
        return [] if first == second else [(0, len(first), 0, len(second))]
    found: list[tuple[int, int, int, int]] = []
    for kind, start, end, low, high in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if found and start - found[-1][1] <= _NEAR and low - found[-1][3] <= _NEAR:
            found[-1] = (found[-1][0], end, found[-1][2], high)
        else:
            found.append((start, end, low, high))
    return [item for item in found if "".join(first[item[0] : item[1]]) != "".join(second[item[2] : item[3]])]


def _removed(draft: Draft, before: Page, pairs: dict[int, int]) -> Iterator[Change]:
    for index, sentence in enumerate(before.sentences):
        if index not in pairs:
            said = before.said(sentence.tokens[0], sentence.tokens[-1])
            yield Change(kind=_lost(draft, said), before=said)


def _lost(draft: Draft, said: str) -> ChangeKind:
    """Return what a sentence was for that was left out."""
    step = next((item.name for item in draft.steps if said in item.text), None)
    if _promises(said):
        return ChangeKind.PROMISE
    if step in _KINDLY or (step is None and _manner(said)):
        return ChangeKind.TONE
    return ChangeKind.STEP


def _added(after: Page, pairs: dict[int, int]) -> Iterator[Change]:
    taken = set(pairs.values())
    for place, sentence in enumerate(after.sentences):
        if place not in taken:
            span = after.span(sentence.tokens[0], sentence.tokens[-1])
            yield Change(kind=_gained(span.text, listed=sentence.listed), after=span.text, span=span)


def _gained(said: str, *, listed: bool) -> ChangeKind:
    if _promises(said):
        return ChangeKind.PROMISE
    if listed or _pattern("imperative").search(fold(said).text):
        return ChangeKind.STEP
    if _facts(said, initial=True):
        return ChangeKind.FACT
    return ChangeKind.TONE if _manner(said) else ChangeKind.WORDING


def _moved(after: Page, pairs: dict[int, int]) -> Iterator[Change]:
    """Yield the sentences that stand before what they stood behind: the fewest that explain the new order."""
    order = [pairs[index] for index in sorted(pairs)]
    stays = _longest_rising(order)
    for place in order:
        if place not in stays:
            tokens = after.sentences[place].tokens
            span = after.span(tokens[0], tokens[-1])
            yield Change(kind=ChangeKind.STEP, before=span.text, after=span.text, span=span, moved=True)


def _longest_rising(order: Sequence[int]) -> frozenset[int]:
    best: list[tuple[int, ...]] = [()]
    for value in order:
        fitting = [run for run in best if not run or run[-1] < value]
        best.append((*max(fitting, key=len), value))
    longest = max(best, key=len)
    return frozenset(longest)


def _length(before: Page, after: Page) -> Iterator[Change]:
    old, new = len(before.tokens), len(after.tokens)
    if old and not _SHORTER < new / old < _LONGER:
        yield Change(kind=ChangeKind.LENGTH, before=str(old), after=str(new))


def _kind(said: str, told: str, whole: tuple[str, str], *, initial: bool) -> ChangeKind:
    """Return what a change within a sentence is: first what would hurt most if it were wrong."""
    if _facts(said, initial=initial) != _facts(told, initial=initial) or _measures(whole[0]) != _measures(whole[1]):
        return ChangeKind.FACT
    if _named(said, told, whole):
        return ChangeKind.FACT
    promised_before, promised_after = bool(_promises(whole[0])), bool(_promises(whole[1]))
    if promised_before != promised_after or _in_promise(whole[0], said) or _in_promise(whole[1], told):
        return ChangeKind.PROMISE
    return ChangeKind.TONE if _manner(said) != _manner(told) else ChangeKind.WORDING


def _named(said: str, told: str, whole: tuple[str, str]) -> bool:
    """Tell whether the change stands within a quoted name."""
    old, new = (_QUOTED.findall(text) for text in whole)
    return old != new and any(said in name for name in old if said) | any(told in name for name in new if told)


def _stems(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return stems without the weak letters that come and go with who is spoken to: «اختاروا» and «اختر» are one."""
    return tuple(token.stem if token.stem[:1].isascii() else _WEAK.sub("", token.stem) for token in tokens)


def _in_promise(whole: str, part: str) -> bool:
    at = whole.find(part) if part else -1
    return at >= 0 and any(start < at + len(part) and at < end for start, end in _promises(whole))


def _promises(text: str) -> tuple[tuple[int, int], ...]:
    folded = fold(text)
    found = (folded.span(*item) for item in promised(folded.text))
    return tuple((span.start, span.end) for span in found)


def _measures(text: str) -> list[tuple[str, float | str, str]]:
    return sorted((item.kind.value, item.value, item.unit) for item in figures(fold(text).text))


def _facts(text: str, *, initial: bool) -> frozenset[str]:
    """Return what a stretch states: figures, quoted names, names in Latin letters, addresses.

    Args:
        text: the stretch.
        initial: it begins a sentence, so that its first letter is a capital whatever it says.
    """
    folded = fold(text).text
    stated = (
        fold(match.group()).text.strip(" .,:")
        for match in _STATED.finditer(text)
        if not (
            _CAPITAL.fullmatch(match.group())
            and ((initial and not match.start()) or _OPENS.search(text[: match.start()]))
        )
    )
    measured = (f"{item.kind.value}:{item.value}:{item.unit}" for item in figures(folded))
    return frozenset({*stated, *measured})


def _opens(match: re.Match[str], *, initial: bool) -> bool:
    """Tell whether a word has its capital because a sentence begins."""
    begins = (initial and not match.start()) or _OPENS.search(match.string[: match.start()]) is not None
    return begins and _CAPITAL.fullmatch(match.group()) is not None


def _manner(text: str) -> frozenset[str]:
    return frozenset(match.group().strip() for match in _pattern("manner").finditer(fold(text).text))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    written = load_lexicon("matching")[name]
    lines = "|".join(f"(?:{fold_pattern(line)})" for language in written.values() for line in language)
    return re.compile(lines if name == "imperative" else rf"(?<!\w)(?:{lines})(?!\w)")
