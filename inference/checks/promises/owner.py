"""Who is named as the one that will act: a person, a team with a name, or a specialist; "our team" is nobody."""

import re
from functools import lru_cache

from inference.checks.base import CheckInput
from inference.text import fold_pattern

_NOBODY = (
    r"(?:our|the|a|this|that|right|relevant|concerned|responsible|appropriate|same|whole|support|customer"
    r"|care|service|specialist|entire|other|help|bank|management|good|best|one|of|another|any|your|their|its|is"
    r"|are|will|and|with|by|for|to|in|from|about|dear|proper|correct|competent|on)"
)
_NAME = r"(?:Dr\.? |Mr\.? |Ms\.? |Mrs\.? )?[A-Z][a-z'-]+(?: (?:Al-|al-)?[A-Z][a-z'-]+)?"
_TEAM = rf"(?!{_NOBODY} )[a-z][a-z-]+(?: (?!team|desk|department|unit)[a-z-]+)?"
_ENGLISH = (
    re.compile(
        rf"(?<![\w'])({_NAME},? (?:from|in|at|of|on) (?:the |our )?{_TEAM}(?: (?:team|desk|department|unit"
        rf"|office|support))?)"
    ),
    re.compile(rf"(?i)(?<!\w)((?:the|our) {_TEAM} (?:team|desk|department|unit))(?!\w)"),
    re.compile(rf"(?<![\w'])({_NAME})(?:'ll| will| is [a-z]+ing)"),
    re.compile(
        rf"(?<![\w'])({_NAME},? (?:from|in|at|of|on) (?:the|our|that|this|their)(?: same)?"
        r" (?:team|desk|department|unit|office))"
    ),
    re.compile(
        r"(?i)(?<!\w)((?:a|our) specialist|(?:your|a) (?:case|account|relationship) (?:owner|manager|handler))(?!\w)"
    ),
)
_COMMON = frozenset(
    {
        "The",
        "It",
        "This",
        "That",
        "You",
        "We",
        "They",
        "He",
        "She",
        "There",
        "Someone",
        "Somebody",
        "Everything",
        "Your",
        "Our",
        "Nothing",
        "What",
        "One",
        "Here",
        "Yours",
        "Then",
        "And",
        "But",
        "So",
        "Which",
        "Help",
        "Cards",
        "If",
        "Money",
        "Support",
    }
)
_VAGUE = (
    "(?:المختص|المعني|الدعم|خدمه|العملاء|الفني|الفنيه|التقني|المسوول|من|في|علي|الي|لدينا|عندنا|سيتابع|يتابع"
    "|العمل|البنك)"
)
_ARABIC = (
    re.compile(
        fold_pattern(
            rf"(?<!\w)[وفل]?(?!أحد|زميل |موظف |واحد|رد |اتصال |رسالة |كتاب )([^\W\d_]+ من (?:فريق|قسم|إدارة"
            rf"|وحدة) (?!{_VAGUE})[^\W\d_]+(?: ال[^\W\d_]+)?)"
        )
    ),
    re.compile(fold_pattern(rf"(?<!\w)[وفبل]?((?:فريق|قسم|إدارة|وحدة) (?!{_VAGUE})[^\W\d_]+(?: ال[^\W\d_]+)?)")),
    re.compile(
        fold_pattern(
            r"(?<!\w)((?:زميلنا|زميلتنا|الزميل|الزميلة|الأستاذ|الأستاذة|السيد|السيدة|المهندس|المهندسة) [^\W\d_]+)"
        )
    ),
    re.compile(fold_pattern(r"(?<!\w)((?:زميل مختص|زميلنا المختص|مختص لدينا|مدير حسابكم|مسؤول حالتكم))")),
)


@lru_cache(maxsize=512)
def owner(original: str, folded: str) -> tuple[bool, int, int] | None:
    """Return where a sentence names who will act.

    Args:
        original: The sentence as written: English names show by their capitals.
        folded: The same, folded.

    Returns:
        Whether the name is English, and its range in ``original`` (English) or ``folded`` (Arabic); None for nobody.
    """
    for named in (match for pattern in _ENGLISH for match in pattern.finditer(original)):
        if named[1].split()[0].rstrip(",") not in _COMMON:
            return (True, *named.span(1))
    return next(((False, *match.span(1)) for pattern in _ARABIC if (match := pattern.search(folded))), None)


def owner_in(sentence: tuple[int, int], given: CheckInput) -> str | None:
    """Return who is named, as written, in a sentence of a reply or in the one before it.

    Args:
        sentence: Its range in the folded text.
        given: The reply.
    """
    text, end = given.folded.text, sentence[1]
    starts = (sentence[0], max(text.rfind(mark, 0, max(0, sentence[0] - 2)) for mark in ".!?\n") + 1)
    for start in starts:
        span = given.folded.span(start, end)
        found = owner(span.text, text[start:end])
        if found is not None:
            english, first, last = found
            return span.text[first:last] if english else given.folded.span(start + first, start + last).text
    return None
