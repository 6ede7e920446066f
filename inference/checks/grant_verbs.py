"""Verbs by which a reply gives something away (``acts`` of ``inference/lexicons/authority.yaml``)."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from inference.guarded import Lines
from inference.lexicons import load_lexicon
from inference.text import fold_pattern

_WORD = re.compile(r"\w+")
# Behind these an Arabic verb of giving may have any form.
_LEADING = (
    "تم|تمت|سيتم|يتم|ستتم|جري|سيجري|قمنا|قمت|سنقوم|ساقوم|نقوم|قررنا|قررت|سنعمل علي|يسعدنا|يسرنا|نستطيع"
    "|يمكننا|امكننا|بامكاننا|استطيع|يمكنني|طلبت|طلبنا|امرت|وجهت|بدانا|بدات|وافقنا|وافقت|اعتمدنا|اعتمدت|نوافق"
    r"|نعدكم|اعدكم|نتعهد|اتعهد|نلتزم|نضمن|جعلنا|نتكفل|سنتكفل|[وف]?س?يتكفل \w+|راح|رح|غادي|باش|سوف"
)
_LED = re.compile(rf"(?<!\w)(?:[وف]?(?:{_LEADING})|[ولف]?قد|[وف]?انا|اني|(?:ال)?(?:بنك|مصرف|اداره|شركه)(?:نا)?)(?!\w)")
_FIRST = re.compile(r"(?:^|[|])([^\W\d_]+)")
_OWN = "عيد|ضيف|ودع|عوض|منح|لغي|عفي|هدي|رجع|رفع|رد|دفع"
_ARABIC = (
    r"[وف]?(?:س|سوف )?[يت](?:{cores})\w{{0,5}} (?:ال)?(?:بنك|مصرف|اداره|شركه)(?:نا)?(?: نسيم)?(?!\w)"
    r"|[وفل]?(?:س|ب|ه|ح)?ن(?:{cores})\w{{0,5}}|[وف]?سا(?:{cores})\w{{0,5}}"
    r"|(?:انا |سوف |فانا |وانا )ا(?:{own})\w{{0,4}}"
    r"|[وف]?ا(?:{now})(?:ها|ه|هم|كم|لكم)?"
    r"(?=(?: الان| فورا| حالا| اليوم)? (?:لكم|اليكم|الي|في|عنكم|عليكم|هذه|هذا))"
    r"|[وف]?(?:ل?قد )?(?:{sure}ت(?:ه|ها|هم|كم|لكم|هما)?|{other}ت(?:ه|ها|هم|لكم|هما|(?= لكم)))"
    r"|[وف]?ا?(?:{cores})(?:ي)?نا(?:ه|ها|هم|كم|لكم|ك|هما)?|(?:[ولف]?قد|انا|اني|وانا"
    r"|فانا) (?:\w+ )?ا?(?:{cores})(?:ت)?(?:ه|ها|هم|كم|لكم|هما)?"
    r"|[وف]?(?:{leading}) (?:\w+ ){{0,5}}?(?:ال|بال|ب|ل|لل|ن|ا)?(?:{cores})\w{{0,4}}"
)
_SAID_NOW = ("عيد", "ضيف", "ودع", "عوض", "منح", "لغي", "عفي", "هدي", "ضع", "قيد", "صرف", "تحمل", "تجاوز")
_SAID = (
    "اضف",
    "الغي",
    "ارجع",
    "اعد",
    "ردد",
    "استردد",
    "منح",
    "عوض",
    "اعفي",
    "اسقط",
    "مدد",
    "اودع",
    "استثني",
    "خصص",
    "ازل",
)
# Without an object these are as often "she" or "it was": «تجاوزت الحد».
_SAID_WITH_OBJECT = (
    "تجاوز", "اعتمد", "وافق", "اطلق", "عكس", "زد", "اهدي", "وضع", "استرجع", "تنازل", "تحمل", "فتح", "عدل",
    "فعل", "سحب", "رفع",
)  # fmt: skip


def acts_in(clause: str, language: str) -> Iterator[str]:
    """Yield the acts whose verbs may stand in a clause, in the lexicon's order."""
    if language == "en":
        return (_acts()[number] for number in _acting().among(clause))
    led = _LED.search(clause) is not None
    told = {act for word in _WORD.findall(clause) for act in _told_by(word, led=led)}
    return (act for act in _acts() if act in told)


@cache
def _acts() -> tuple[str, ...]:
    return tuple(_lexicon())


@cache
def _acting() -> Lines:
    return Lines(verbs(act, "en").pattern for act in _acts())


@lru_cache(maxsize=16_384)
def _told_by(word: str, *, led: bool) -> tuple[str, ...]:
    """Return the acts of whose Arabic verbs a word may be one: alone, or ``led`` by another word."""
    return tuple(act for act in _acts() if _forms(act, led=led).match(word))


@cache
def _forms(act: str, *, led: bool) -> re.Pattern[str]:
    """Return what an Arabic word begins with that is, or leads, one of an act's verbs (``_ARABIC``, more loosely)."""
    # Of a core of several words the first.
    core = f"(?:{'|'.join(_FIRST.findall(fold_pattern(_lexicon()[act]['ar'])))})"
    if led:
        return re.compile(rf"[وفل]?(?:[سبهح]?[نيت]|سا|ا|بال|لل|ال|[بلن])?{core}|ا(?:{_OWN})")
    return re.compile(rf"[وفل]?(?:[سبهح]?ن|سا){core}|[وف]?ا?{core}ي?نا|[وف]?{core}ت|[وف]?ا{core}")


@cache
def verbs(act: str, language: str) -> re.Pattern[str]:
    """Return the pattern of an act's verbs; Arabic ones as whoever gives says them."""
    cores = _lexicon()[act][language]
    if language == "en":
        return re.compile(rf"(?<!\w)(?:{cores})(?!\w)")
    cores = fold_pattern(cores)
    return re.compile(rf"(?<!\w)(?:{_ARABIC.format(own=_OWN, leading=_LEADING, cores=cores, **_first(cores))})(?!\w)")


def _first(cores: str) -> dict[str, str]:
    """Return the verbs among a set's cores that an agent says of himself: «أضيف لكم», «ألغيته»."""
    listed = set(cores.split("|"))
    forms = {"now": _SAID_NOW, "sure": _SAID, "other": _SAID_WITH_OBJECT}
    return {
        name: f"(?:{'|'.join(verb for verb in verbs if verb in listed) or '(?!)'})" for name, verbs in forms.items()
    }


@cache
def _lexicon() -> Mapping[str, Mapping[str, str]]:
    acts: Mapping[str, Mapping[str, str]] = load_lexicon("authority")["acts"]
    return acts
