"""Where Arabic verbs may bind us: futures by prefix or particle, our own present, outcomes in the present."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from inference.checks.negation import refused
from inference.checks.promises.patterns import words
from inference.checks.promises.said import ACTIONS, OUTCOMES, Manner, Said
from inference.checks.promises.times import times
from inference.checks.promises.words import Token, read_word

_PARTICLES = frozenset({"سوف", "وسوف", "فسوف", "راح", "رح", "وراح", "ورح", "غادي", "وغادي", "باش"})
_RECEIVE = re.compile("[وفل]?ست(?:ستلم|تسلم|حصل|سترد|سترجع|رجع|نال|تلق|كسب|ربح|ستعيد)")
_WITH_YOU = frozenset({"عندكم", "لديكم", "ايديكم"})
_WITH_ONE = frozenset({"عندك", "عندج", "عندكو", "لديك", "بيدك", "بايدك", "معك"})
_BE = re.compile("(?:[بهح]|س)?[تي](?:كون|بقي)")
_SEVERAL = re.compile("(?:ون|وا|و)(?:ك|كم|لك|لكم)?$")
_AT_YOU = frozenset({"عليك", "عليكم", "معك", "معكم", "لك", "لكم", "فيك", "وياك", "بك", "بكم", "ليك"})
_LIKELY = frozenset({"المتوقع", "يتوقع", "نتوقع", "المفترض", "يفترض", "المنتظر", "المرجح", "يرجح", "المقرر"})
_PURPOSE = frozenset({"حتي", "لكي", "كي", "ان", "وان", "بان", "كما", "لان", "الا", "مما", "الذي", "التي", "عما", "بما"})
_THAT = re.compile("ب?ان(?:كم|ه|ها|هم|نا|ك|ني)?")
"""What follows a verb of knowing or saying: the reply knows or says it now."""
_FIND = re.compile("[وف]?ت(?:رو|جدو|لقو|شوفو|شاهدو|لمسو|ستلمو|تسلمو)ن")
_SAY = re.compile("[وف]?[نا](?:شرح|وضح|بين|لخص|ذكر|ورد|سرد|رتب|عرض)(?:ه|ها)?")
"""What the reply does in its next words."""
_LET = re.compile("[وف]لن[^\\W\\d_]{2,}")
"""«فلنبدأ»: let us, now."""
_SEE = re.compile("[وف]?ست(?:رو|جدو|لقو|شوفو|شاهدو|لمسو)ن")
_PASSIVES = frozenset({"سيتم", "ستتم", "وسيتم", "وستتم", "فسيتم", "سيجري", "وسيجري", "ستجري"})


def arabic(text: str, found: Sequence[Token]) -> Iterator[Said]:
    """Yield the places where verbs of an Arabic sentence of folded text may bind us."""
    for place, item in enumerate(found):
        if _may_bind(item.text):
            said = tuple(_said(text, found, place))
            if said and not _refused(text, found, place):
                yield from said


@lru_cache(maxsize=16_384)
def _may_bind(text: str) -> bool:
    """Tell whether a word may bind us, whatever stands beside it."""
    if text[0].isascii() or _SAY.fullmatch(text):
        return False
    word = read_word(text)
    return (
        text in _PARTICLES | _PASSIVES | _WITH_YOU | _WITH_ONE
        or word.future
        or bool(word.concepts & (ACTIONS | OUTCOMES))
        or (text[0] == "ب" and text[1:2] in "يت")
        or _FIND.fullmatch(text) is not None
    )


def _said(text: str, found: Sequence[Token], place: int) -> Iterator[Said]:
    """Yield what the verb at a place says, refused or not."""
    sentence, item = (found[0].start, found[-1].end), found[place]
    yield from _shown(text, found, place)
    word, following = item.word, found[place + 1 : place + 3]
    if item.text in _PARTICLES and following and (following[0].word.verb or following[0].text[0] in "نيتا"):
        person = "us" if _colleague(found, place + 1) else following[0].word.person or "other"
        yield Said(item.start, following[0].end, sentence, Manner.FUTURE, person, "ar")
    elif item.text in _PASSIVES:
        kinds = {name for other in following for name in other.word.concepts}
        person = "us" if kinds & ACTIONS else "other"
        yield Said(item.start, item.end, sentence, Manner.FUTURE, person, "ar")
    elif word.future:
        person = "us" if _colleague(found, place) else _acting(found, place)
        money = any("money" in other.word.concepts for other in found[place + 1 : place + 4])
        shown = person == "you" and not (_RECEIVE.match(item.text) or (money and _SEE.match(item.text)))
        yield Said(item.start, item.end, sentence, Manner.PRESENT if shown else Manner.FUTURE, person, "ar")
    elif item.text[0] == "ب" and item.text[1:2] in "يت" and _colleague(found, place):
        yield Said(item.start, item.end, sentence, Manner.FUTURE, "us", "ar")  # Gulf: «بيتصل عليك واحد»
    elif (
        word.person == "us"
        and not word.past
        and word.concepts & ACTIONS
        and not (place == 0 and item.text[0] == "ل")
        and not _LET.fullmatch(item.text)
        and not (following and _THAT.fullmatch(following[0].text))
    ):
        yield Said(item.start, item.end, sentence, Manner.PRESENT, "us", "ar")
    elif (_with_you(found, place) and not any(other.word.future for other in found[max(0, place - 8) : place])) or (
        word.verb and item.text[0] in "يتوفل" and word.concepts & OUTCOMES and _outcome(item)
    ):
        yield Said(item.start, item.end, sentence, Manner.PRESENT, "other", "ar")


def _shown(text: str, found: Sequence[Token], place: int) -> Iterator[Said]:
    """Yield where the customer is to see money: «تجدون المبلغ غدًا» is an outcome, with a time a promised one."""
    item = found[place]
    if _FIND.fullmatch(item.text) and any("money" in other.word.concepts for other in found[place + 1 : place + 4]):
        sentence = (found[0].start, found[-1].end)
        manner = Manner.FUTURE if times(text[slice(*sentence)]) else Manner.PRESENT
        yield Said(item.start, item.end, sentence, manner, "you", "ar")


def _acting(found: Sequence[Token], place: int) -> str:
    """Return who acts in an Arabic future: us, also where a colleague follows the verb; you; or another."""
    text = found[place].text
    if found[place].word.person == "us" or re.match("[وفل]?سا", text):
        return "us"
    # «ستجدون», «ستطلبون»: the customer.
    if re.match("[وفل]?ست(?!كون).*(?:ون|وا)", text):
        return "you"
    near = {item.text for item in found[place + 1 : place + 3]}
    return "us" if near & words("us", "ar") else "other"


def _with_you(found: Sequence[Token], place: int) -> bool:
    """Tell whether something is to be in the customer's hands; alone, «عندك» says only that they have something."""
    text = found[place].text
    return text in _WITH_YOU or (
        text in _WITH_ONE and any(_BE.fullmatch(item.text) for item in found[max(0, place - 3) : place])
    )


def _colleague(found: Sequence[Token], place: int) -> bool:
    """Tell whether one of us gets in touch: «هيكلمك حد», «راح يتواصل معك الفريق», «بيردون عليك»."""
    if not found[place].word.concepts & {"call", "tell", "answer"}:
        return False
    near = [item.text for item in found[place + 1 : place + 4]]
    several = _SEVERAL.search(found[place].text) is not None and near[:1] != [] and near[0] in _AT_YOU
    return several or bool(set(near) & (words("us", "ar") | words("somebody")))


def _outcome(item: Token) -> bool:
    thirds = re.fullmatch("[وف]?يجد", item.text) is not None  # «فيجد الموقع رقمًا قديمًا»: somebody else finds
    return re.match("[وف]?[يت]", item.text) is not None and not thirds and not re.search("(?:ون|وا|وه|وها)$", item.text)


def _refused(text: str, found: Sequence[Token], place: int) -> bool:
    """Tell whether a negation stands before an Arabic verb, or a word that makes it a condition or a wish."""
    near = [item.text for item in found[max(0, place - 2) : place]]
    if len(near) > 1 and near[0] in _LIKELY:
        return False
    if near and (near[-1] in _PURPOSE or near[-1] in words("negations", "ar")):
        return True
    return refused(text[found[0].start : found[place].start])
