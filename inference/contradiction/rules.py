"""Which way a text rules on a question of policy: may one, does it cost, must one."""

import re
from dataclasses import dataclass

from inference.text import fold_pattern


@dataclass(frozen=True)
class _Question:
    name: str
    no: re.Pattern[str]
    yes: re.Pattern[str]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{fold_pattern(pattern)})(?!\w)")


_QUESTIONS = (
    _Question(
        "permission",
        _words(
            r"cannot|can't|can not|(?:is|are)(?: not|n't) (?:possible|allowed|available)"
            r"|not (?:possible|allowed|available)"
            r"|(?:do|does)(?: not|n't) (?:allow|accept|support)|[وف]?لا (?:يمكن\w*|تستطيع\w*|يجوز|يسمح|نسمح|تقبل|نقبل)"
            r"|(?:غير|ليس\w?) (?:ممكن\w?|مسموح\w?|متاح\w?)"
        ),
        _words(r"can|may|possible|allowed|[وف]?(?:يمكن\w*|تستطيع\w*|يجوز|يسمح|نسمح|مسموح\w?)"),
    ),
    _Question(
        "cost",
        _words(
            r"free|no (?:fees?|charges?|cost)|without (?:a |any )?(?:fees?|charge)|at no cost"
            r"|مجان\w*|(?:دون|بدون|بلا|لا|من غير) (?:أي )?(?:رسوم|رسم)"
        ),
        _words(r"fees? (?:of|is|are)|costs?|(?:is|are) charged|we charge|رسوم\w{0,3}|رسم\w{0,3}|تكلف\w*"),
    ),
    _Question(
        "duty",
        _words(
            r"not (?:required|needed|necessary)|(?:do|does)(?: not|n't) (?:need|have) to|no need|needn't|optional"
            r"|[وف]?لا (?:يلزم\w*|يجب|حاجة|يشترط|تحتاج\w*)|(?:غير|ليس\w?) (?:مطلوب\w?|ضروري\w?|لازم\w?)|اختياري\w?"
        ),
        _words(r"must|required|mandatory|have to|[وف]?(?:يجب|يلزم\w*|يشترط|لا بد)|مطلوب\w?|ضروري\w?|إلزامي\w?"),
    ),
)


def rulings(text: str) -> dict[str, bool]:
    """Return, for each question on which folded text rules one way only, whether it says yes."""
    found = {}
    for question in _QUESTIONS:
        rest, refusals = question.no.subn(" ", text)
        agrees = question.yes.search(rest) is not None
        if agrees != bool(refusals):
            found[question.name] = agrees
    return found
