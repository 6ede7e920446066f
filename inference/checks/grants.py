"""What a reply gives away: refunds, fee reversals, goodwill, chargebacks and exceptions that it announces or offers."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from inference.checks.address import any_number
from inference.checks.grant_verbs import acts_in, verbs
from inference.checks.negation import refused
from inference.checks.promises.patterns import pattern, quotes
from inference.checks.reading import language_of, reading_of
from inference.guarded import Lines
from inference.lexicons import load_lexicon
from inference.policy.checking import GrantKind
from inference.text import fold_pattern

_SUBJECT = re.compile(
    r"(?<!\w)(?:i|we|let me|(?:the|our|my|a) (?:\w+ )?(?:team|colleagues?|supervisor|manager|bank)|someone)"
    r"(?:'ve|'ll|'m|'re|'d)?(?!\w)"
)
# Between us and our verb; a word like these gives the verb to somebody else, or refuses it.
_NOT_OURS = re.compile(
    r"(?<!\w)(?:not|never|no|cannot|unable|ask|asking|asked(?! for)|need|want|if|whether|they|shop|merchant"
    r"|seller|who|tell|told|see that|see"
    r"|understand|know|hear|heard|realise|hope|appreciate|wish|once|until|when|unless|before|sorry|you(?: were"
    r"| are|'re)|you(?:'ll|'ve)?(?= (?:can|could|may|have|need|will|want|see|find))|check|look|explain|show|say|mention"
    r"|(?:ca|wo|do|could|did|would|is|are|does|have)nt|review|find|trace|message|your report|n't)(?!\w)|n't(?!\w)"
)
_KINDS = tuple(GrantKind)
_FAR = 9
_BESIDE = 30
_SUPPOSED = re.compile(
    r"^\W*(?:(?:and|but|so) )?(?:if|once|when|whenever|whether|unless|until)(?!\w)"
    r"|^\W*[وف]?(?:اذا|لو|متي|حين|عندما)(?!\w)"
)
"""A clause that only supposes."""
_CREDITED = re.compile(r"(?:i|we)(?:'ve|'ll| have| will|'m| am)? (?:now |just |also )?(?:credit|add|put)")
_BACK = re.compile(r"(?<!\w)(?:back|refund\w*|return\w*|revers\w*)(?!\w)")
_CLAUSE = re.compile(r"[^,;:()\n—–.!?]+(?:[.,]\d[^,;:()\n—–.!?]*)*")
_PRONOUN = re.compile(r"(?<!\w)(?:it|this|that|them|one|these|those|both|yours)(?!\w)|\w(?:ه|ها|هم|هما)(?!\w)")
_DONE = re.compile(
    r"(?:'ve|have|has|was|were|been|done|is now)(?!\w)|\w+ed(?!\w)|put|gave|took|paid|sent|(?:قد|تم|تمت|جري|قمنا"
    r"|قمت)(?!\w)|\w+نا(?:ه|ها|كم|لكم)?(?!\w)|عاد|صار"
)
_OURS = re.compile(r"(?<!\w)(?:i|we)(?:'ll|'ve|'m|'re| will| have| am| are)(?!\w)")
_EARLIER = 240


@dataclass(frozen=True, slots=True)
class Given:
    """Something given away, at a range of folded text.

    Attributes:
        clause: The clause's words.
        sentence: The sentence's range.
        done: Whether it is said to have happened.
        verb: Where what tells that it is given ends.
    """

    kind: GrantKind
    start: int
    end: int
    clause: str
    sentence: tuple[int, int]
    done: bool
    verb: int


@lru_cache(maxsize=1_024)  # a resolution says the same from reply to reply
def grants(text: str) -> tuple[Given, ...]:
    """Return what folded text gives away, in its order; what is refused, asked for or quoted is none."""
    return tuple(_grants(text))


def _grants(text: str) -> Iterator[Given]:
    marked = quotes(text)
    sentences = reading_of(text).sentences
    languages = {sentence.language for sentence in sentences}
    named = {language: [_KINDS[number] for number in _nominals(language).among(text)] for language in languages}
    for sentence in sentences:
        language, span = sentence.language, sentence.span
        for clause in () if sentence.asks else _CLAUSE.finditer(text, *span):
            found = _clause(text, clause.span(), span, language, named[language])
            if found and not any(start < found.verb <= end for start, end in marked):
                yield found


def _clause(
    text: str, span: tuple[int, int], sentence: tuple[int, int], language: str, named: Sequence[GrantKind]
) -> Given | None:
    clause = text[slice(*span)]
    lead = text[sentence[0] : span[0]]
    near = {"sentence": text[slice(*sentence)], "text": text[max(0, sentence[0] - _EARLIER) : sentence[1]], "none": ""}
    for kind, start, end in chain(_deeds(clause, lead, near, language), _named(clause, language, named)):
        told = pattern("reported", language).search(clause, 0, start) and _nominal(kind, language).search(
            clause[start:end]
        )
        if not told and not _refused(language, clause[:start], lead):
            done = _DONE.search(clause[start:end]) is not None
            consoles = kind is GrantKind.REFUND and _CREDITED.match(clause[start:end]) and _consoles(near["sentence"])
            return Given(
                kind=GrantKind.GOODWILL if consoles else kind,
                start=span[0] + start,
                end=span[0] + len(clause.rstrip()),
                clause=text[span[0] : sentence[1]],
                sentence=sentence,
                done=done,
                verb=span[0] + end,
            )
    return None


def _consoles(sentence: str) -> bool:
    """Tell whether money is given for a wait or for trouble, and not back."""
    return any(
        re.search(fold_pattern(_lexicon()["reasons"][reason][language_of(sentence)]), sentence) is not None
        for reason in ("delay", "repeat_contact")
    ) and not _BACK.search(sentence)


def _named(clause: str, language: str, kinds: Sequence[GrantKind]) -> Iterator[tuple[GrantKind, int, int]]:
    """Yield which of some kinds a clause gives without a verb of ours, unless it is denied."""
    for kind in kinds:
        match = _nominal(kind, language).search(clause)
        if match is None or _SUPPOSED.search(clause, 0, match.start()):
            continue
        around = (
            f"{clause[max(0, match.start() - _BESIDE) : match.start()]} | {clause[match.end() : match.end() + _BESIDE]}"
        )
        if not _pattern("denial", language).search(around):
            yield kind, *match.span()


def _deeds(clause: str, lead: str, near: dict[str, str], language: str) -> Iterator[tuple[GrantKind, int, int]]:
    """Yield what a clause says that we give."""
    places = _subjects(clause, lead) if language == "en" else [0]
    # Looked for once, not after each of a clause's subjects.
    acts = {
        act: found
        for act in (acts_in(clause, language) if places else ())
        if (found := [*verbs(act, language).finditer(clause, places[0])])
    }
    rules = [(rule, acts[rule["acts"]]) for rule in _lexicon()["rules"] if rule["acts"] in acts] if acts else []
    for place in places:
        for rule, found in rules:
            match = next(iter(found[bisect_left(found, place, key=re.Match.start) :]), None)
            if match is None or (language == "en" and not _ours(clause[place : match.start()])):
                continue
            rest = clause[match.start() :]
            objects = rule.get("objects")
            if objects is None or _objects(objects, language).search(rest) or _meant(rule, rest, near, language):
                yield GrantKind(rule["kind"]), place if language == "en" else match.start(), match.end()
                break


def _meant(rule: dict[str, Any], rest: str, near: dict[str, str], language: str) -> bool:
    wide = rule.get("pronoun") is False or _PRONOUN.search(rest) is not None
    return wide and _objects(rule["objects"], language).search(near[rule["near"]]) is not None


def _subjects(clause: str, lead: str) -> list[int]:
    """Return where English words for us stand in a clause; 0 too where it goes on with what we do."""
    found = [match.start() for match in _SUBJECT.finditer(clause)]
    joined = re.match(r" ?(?:and|then) (?!you|if|when|it|the|they)", clause) and _OURS.search(lead)
    return [0, *found] if joined else found


def _ours(between: str) -> bool:
    return len(between.split()) <= _FAR and not _NOT_OURS.search(between)


def _refused(language: str, before: str, lead: str) -> bool:
    if _pattern("negation", language).search(before.rstrip()) or (language == "ar" and refused(before)):
        return True
    # "If the shop refuses, we'll refund you" is still an offer; "you asked whether we refund" is none.
    return (
        re.search(r"(?:whether|asking|you (?:ask|want|say|said|mention)\w*|تطلبون|طلبتم|تسألون) [^,;:]*$", lead)
        is not None
        and not before.strip()
    )


@cache
def _lexicon() -> Any:  # noqa: ANN401 - as the lexicon has it
    return load_lexicon("authority")


@cache
def _nominals(language: str) -> Lines:
    return Lines(_nominal(kind, language).pattern for kind in _KINDS)


@cache
def _objects(name: str, language: str) -> re.Pattern[str]:
    # A fee that is none is not given back: «دون رسوم».
    start = "" if language == "en" else "[وفبل]?"
    if name == GrantKind.FEE_REVERSAL and language == "ar":
        start = f"(?<!دون )(?<!بلا )(?<!غير ){start}"
    return re.compile(rf"(?<!\w){start}(?:{any_number(fold_pattern(_lexicon()['objects'][name][language]))})(?!\w)")


@cache
def _nominal(kind: GrantKind, language: str) -> re.Pattern[str]:
    start = "" if language == "en" else "[وفبل]?"
    return re.compile(
        rf"(?<![\w']){start}(?:{any_number(fold_pattern(_lexicon()['nominal'][kind.value][language]))})(?!\w)"
    )


@cache
def _pattern(name: str, language: str) -> re.Pattern[str]:
    source = any_number(fold_pattern(_lexicon()[name][language]))
    return re.compile(
        source
        if name == "negation"
        else rf"(?<![\w])(?:{source})(?!\w)"
        if language == "ar"
        else rf"(?:{source})(?!\w)"
    )
