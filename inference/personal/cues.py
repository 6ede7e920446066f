"""What stands around names: words that announce a person, in which ways, and what ends a name or denies one."""

import re
from functools import cache

from inference.personal.data import load
from inference.text import fold_pattern

ENDS = re.compile(r"[ \t]*(?:[,.!?:;()\n\r/-]|$)|[ \t]+(?:من|و|here|from|speaking|and|with)(?!\w)|[ \t]+و\w{3}")
"""What ends a name that is announced weakly."""
PAUSE = re.compile(r"[ \t]*(?:[,.!?:;\n\r]|$)")
"""What ends one after a vocative."""
IDENTIFIES = re.compile(r"[ \t,]+و?(?:رقم|جوال|موبايل|تل|هات|نمر|ايميل|بريد|هوي|حساب|ساكن|عنوان)")
"""A name before these is the writer's own."""
FROM = re.compile(r"[ \t]+من[ \t]")
"""A name before this is that of one who says where they are from."""
NAMED = re.compile(r"و?(?:اسم|[ie]sm)")
"""A cue that things are named by too ..."""
THIS = re.compile(r"(?<!\w)و?(?:ده|دا|دي|هذا|هاد|هادا|هيدا|هيدي|هاي|هذه|هذي|dah?|di|deh?|hay?da) $")
"""... where one of these stands before it."""
AGE = re.compile(r"[ \t]+(?:[0-9]|في|ثلاث|اربع|خمس|ست|سبع|تمن|ثمان|تسع|عشر|سن[هت]|سنين|شهر|يوم|تلات|تلت|احد|اتن)")
"""After these, the letters of the name Amr are "his age"."""


@cache
def cues() -> tuple[tuple[str, float, bool, re.Pattern[str]], ...]:
    """Return (reason, confidence, whether it surely announces a name, pattern that ends where the name starts)."""
    data = load("names")
    skip = fold_pattern(data["relation_skip"])

    def cue(arabic: str, latin: str, tail: str) -> re.Pattern[str]:
        return re.compile(
            rf"(?<![\w])(?:(?:[وف]|ل(?!يا ))?(?:{fold_pattern(arabic)})|{latin})(?![\w]){tail}(?:(?:{skip})[ \t]+)*"
        )

    def any_of(key: str, script: str) -> str:
        return "|".join(data[key][script])

    signature, titles = data["signature"], data["titles"]
    line = r"(?:[ \t]*[,.!:\-]*[ \t]*(?:\r?\n[ \t\r\n]{0,6}|(?<=[,:])[ \t]*)|[ \t]+-[ \t]*)"
    return (
        ("name_announced", 0.86, True, cue(any_of("strong", "ar"), any_of("strong", "en"), r"[ \t]*[:=-]?\s{0,3}")),
        ("name_title", 0.86, True, cue(titles["ar"], f"(?:{titles['en']})", r"[.]?[ \t]*[/:]?[ \t]*")),
        ("name_signature", 0.84, True, cue(signature["ar"], "(?!)", r"[ \t]*[,:.\-]?\s{0,4}")),
        ("name_signature", 0.84, True, cue("(?!)", f"(?:{signature['en']})", line)),
        (
            "name_signature",
            0.8,
            False,
            cue(signature["thanks"], signature["thanks"], r"[ \t]*[,.!]*[ \t]*\r?\n\s{0,4}"),
        ),
        ("name_relation", 0.66, False, cue(any_of("relation", "ar"), any_of("relation", "en"), r"[ \t]*[:/]?[ \t]*")),
        ("name_context", 0.66, False, cue(any_of("weak", "ar"), any_of("weak", "en"), r"[ \t]*[:,]?[ \t]*")),
        ("name_vocative", 0.63, False, cue(any_of("vocative", "ar"), any_of("vocative", "en"), r"[ \t]+")),
    )


@cache
def prayer() -> re.Pattern[str]:
    """Return what stands before the Prophet's name in a prayer."""
    return re.compile(fold_pattern(load("names")["prayer"]))
