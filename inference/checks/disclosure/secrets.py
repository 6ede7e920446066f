"""Requests for a PIN, a password, a code, a whole card number or its picture, in any wording."""

import re
from collections.abc import Iterator

from inference.checks.base import CheckInput
from inference.checks.disclosure.words import CLAUSE, pattern
from inference.checks.negation import stated
from inference.checks.reading import Sentence
from inference.text import fold
from inference.types import Finding

_REACH = 110
_AFTER = 60
_NOBODY = re.compile(
    r"[^.!?\n]{0,40}?(?:with|to) (?:no one|nobody|no-one|none)(?!\w)"
    r"|[^.!?\n]{0,25}?(?:مع|ل) ?[اأ]ي [اأ]حد|[^.!?\n]{0,25}? لا [اأ]حد"
)
_QUESTION = re.compile(r"\?\s*$")
_QUESTION_WORD = re.compile(
    r"(?:what(?:'s|s| is| was| are| were)?|which|ما|ما هو|ما هي|كم|اي|وش|وشو|ايش|شو|شنو|شنهو|ايه|اش|ماذا)"
)


def check_secrets(given: CheckInput) -> Iterator[Finding]:
    """Find requests for secrets; a warning never to share them and what is typed into the app are none."""
    text, asked = given.folded.text, fold(given.message.text).text
    named = spoken = _CODE.search(asked) is not None
    if not named and _CODE.search(text) is None and not pattern("secrets", "what", "again", "pictures").found(text):
        return
    for sentence in given.reading.sentences:
        here = named or _CODE.search(sentence.text) is not None
        here = here or (spoken and _WE_ENTER.search(sentence.text) is not None)
        found = _request(sentence) or _again(sentence, named=here)
        if found is not None:
            yield given.finding("asks_for_secret", at=found)
        named = pattern("secrets", "what").search(sentence.text) is not None or (named and len(sentence.text) < _AFTER)


def _request(sentence: Sentence) -> tuple[int, int] | None:
    for secret in pattern("secrets", "what").finditer(sentence.text):
        if _INDEFINITE.fullmatch(secret.group().strip()) is not None:
            continue  # «بديلة برقم سري جديد»: a card comes with one, nobody asks for it
        if pattern("secrets", "harmless").search(sentence.text, max(0, secret.start() - 12), secret.end() + 24):
            continue
        for asking in pattern("secrets", "tell").finditer(sentence.text):
            if not _PICTURE.match(sentence.text, asking.start()) and _asks(sentence.text, asking, secret):
                start, end = min(asking.start(), secret.start()), max(asking.end(), secret.end())
                return sentence.start + start, sentence.start + end
    return None


def _asks(text: str, asking: re.Match[str], secret: re.Match[str]) -> bool:
    if not -_REACH < secret.start() - asking.end() < _REACH or _overlap(asking, secret):
        return False
    if _WHETHER.match(text, asking.end()) or _BY_TEXT.search(text, 0, asking.end()):
        return False
    if asking.group()[0].isascii() and not _commands(text, asking):
        return False
    if _denied(text, asking, secret) or (secret.start() < asking.start() and not _of_it(text, asking)):
        return False
    question = _QUESTION_WORD.fullmatch(asking.group().strip()) is not None
    if question:
        return _QUESTION.search(text) is not None and asking.end() <= secret.start() and _asked_of_them(text)
    return _to_us(text, asking, secret)


def _commands(text: str, asking: re.Match[str]) -> bool:
    """Whether an English verb tells somebody to do it: "send us", not "I've read your message" or "a code by text"."""
    if not _VERB.match(asking.group()):
        return True
    before = text[: asking.start()]
    return _BEFORE_COMMAND.search(before) is not None or (asking.group().endswith("ing") and before.endswith("by "))


def _of_it(text: str, asking: re.Match[str]) -> bool:
    """Whether a request that follows the secret's name is for the secret: "your PIN, please send it"."""
    return _PRONOUN.match(text, asking.end()) is not None or _PRONOUN_AR.search(asking.group()) is not None


_WHETHER = re.compile(
    r"(?: to (?:ask|know))?[:,]? (?:did|have|has|whether|if) (?:you|anybody|anyone|somebody|someone)(?!\w)"
)
"""Whether somebody was told a secret may be asked."""
_BY_TEXT = re.compile(r"(?<!\w)by (?:\w+,? (?:or|and|nor) )?text$")
_WE_ENTER = re.compile(
    r"(?<!\w)(?:i|we)(?:'ll| will| can)(?: \w+)? (?:key|type|enter|punch|put|fill) (?:it|them|that)(?!\w)"
    r"|(?<!\w)(?:[وف]?(?:انا|نحن) )?[وفل]?س?[ان]دخل(?:ه|ها)(?!\w)"
)
_INDEFINITE = re.compile(r"[وف]?ب?(?:رقم|رمز|ارقام) سريه?")
_PICTURE = re.compile(r"[وف]?صوره(?! (?:البطاق|بطاق|لل|وجه|الوجه|لبطاق))(?: \w+)")
"""The noun, which folding makes one with "photograph it"."""
_CODE = re.compile(r"(?<!\w)(?:code|pin|otp|cvv|[وفب]?ال(?:رمز|كود))(?!\w)")
_VERB = re.compile(r"(?!we|i\b|i'|could|can|may|might|what|which|need|requir)[a-z]")
_BEFORE_COMMAND = re.compile(
    r"(?:^\W*|[.!?:;,\n\"“(–—-]\s*|(?:please|kindly|mind|and|then|just|to|also|simply|or|now|must|so|first|next|finally|here|"
    r"(?:can|could|would|will|if|should|have|need) you|you (?:can|could|should|may|must))\s+)$"
)
_PRONOUN = re.compile(
    r"(?: to)?(?: us| me)? (?:it|them|that(?! (?:you|they|it|we|the|your)(?!\w))|these|both)(?!\w)|(?=ed|\W*$)"
)
_PRONOUN_AR = re.compile(r"(?:وه|وها|وهما|نه|نها|[لتطزثرد]ها|ليها|ليه|نيها|ناها)(?: لي| لنا)?\s*$")


def _overlap(one: re.Match[str], other: re.Match[str]) -> bool:
    return one.start() < other.end() and other.start() < one.end()


def _asked_of_them(text: str) -> bool:
    """Whether a question asks what the customer's secret is, not what a secret is or what to do with it."""
    return (
        re.search(
            r"(?<!\w)(?:you|your|yours|ur|u)(?!\w)|\w(?:كم?|كي)(?!\w)|تم(?!\w)|ون(?!\w)|ونها?(?!\w)|لديك|وصل|جا[كل]",
            text,
        )
        is not None
        or _SECRET_ASKED.fullmatch(text) is not None
    )


_SECRET_ASKED = re.compile(
    r"\W*(?:ما|وش|ايش|شو|ايه|شنو) (?:هو |هي )?(?:ال(?:رقم|رمز) السري|كلمه (?:المرور|السر)|الكود|الباسوورد)(?: \w+)?\W*"
)


def _denied(text: str, asking: re.Match[str], secret: re.Match[str]) -> bool:
    """Whether the request's own clause, or what stands between it and the secret, says not to."""
    first, second = sorted((asking, secret), key=lambda match: match.start())
    clause = _clause(text, first.start())
    if pattern("secrets", "never").search(stated(text), clause, max(first.end(), second.start())) is not None:
        return True
    return _NOBODY.match(text, second.end()) is not None


def _clause(text: str, at: int) -> int:
    return max((part.start() for part in CLAUSE.finditer(text) if part.start() <= at), default=0)


def _to_us(text: str, asking: re.Match[str], secret: re.Match[str]) -> bool:
    """Whether what is asked comes to us: we are named, or it is sent or needed at all, and not typed elsewhere."""
    start, end = min(asking.start(), secret.start()), max(asking.end(), secret.end())
    between, near = text[start:end], text[start : end + _AFTER]
    if _OTHER_ACT.search(between):
        return False
    if _IN_MESSAGE.search(between):
        return True
    us = _US.search(text, start, end + _AFTER) is not None
    if pattern("secrets", "own").search(near):
        return us and _SENDS.match(asking.group()) is not None
    if _SENDS.match(asking.group()):
        return True
    if _CONFIRMS.match(asking.group()):
        return asking.end() <= secret.start() <= asking.end() + _NEXT
    return us


# Verbs that bring something to somebody, who can only be us.
_SENDS = re.compile(
    r"(?:furnish|send|give|tell|text|forward|read|spell|dictate|share|reply|provide|supply|attach|upload|submit|quote|message|"
    r"we|i|could|can|may|might|e-?mail|whatsapp|dm|disclose|reveal|photograph|[وف]?[ول]?ت?(?:ارسل|رسل|زود|اعط|عط|شارك|"
    r"اخبر|خبر|امل|ابعث|بعث|ارفق|رفق|صور|واف|بلغ|فيد|افيد|اقرا|قرا|اقرو|قرو|راسل)|[وف]?(?:سنحتاج|ساحتاج|نحتاج|احتاج|نطلب|اطلب|نريد|"
    r"اريد|محتاج|عايز|عاوز|نبي|نبغ|ابي|ابغ|بد[ين]|بغي|خص|خاص|لازم|ضروري|اعط|عط|ابعت|دز|طرش|صيفط|سيفط|جيب|هات|قول|قل|ور|"
    r"ناول|سمع|يلزمنا|تزويد|ارسال|اعطاونا|مشارك))"
)
_CONFIRMS = re.compile(r"(?:confirm|include|state|add|required|need)")
_NEXT = 24
_IN_MESSAGE = re.compile(
    r"(?<!\w)(?:in|into|to|with) (?:this|that|your|the(?: same)?)(?: \w+)? (?:message|reply|chat|e-?mail|text)(?!\w)"
)
_US = re.compile(
    r"(?<!\w)(?:us|me|here|this chat|the chat|this message|next message|your reply|by reply|لنا|لي|"
    r"الينا|علينا|هنا)(?!\w)"
    r"|(?:ونا|وني)(?!\w)"
)
# Between a request and a secret: another act, of which the secret is part.
_OTHER_ACT = re.compile(
    r"(?<!\w)(?:if|whether|اذا|لو|pick|choose|set|create|tap|open|change|reset|unblock|find|see|forgot|forget|forgotten|freeze|order|block|"
    r"replacement|new pin|wrong|[وف]?(?:اختاروا|غيروا|افتحوا|اضغطوا|حددوا|اضبطوا|نسيتم|جمدوا|انتظروا|ضعوا|استعملوا|"
    r"استخدموا|ثم اضغطوا))(?!\w)"
)


def _again(sentence: Sentence, *, named: bool) -> tuple[int, int] | None:
    """Return where a code named before is asked for, or pictures of the card, which name nothing."""
    match = pattern("secrets", "again").search(sentence.text) if named else None
    match = match or pattern("secrets", "pictures").search(sentence.text)
    if match is None:
        return None
    start = _clause(sentence.text, match.start())
    if pattern("secrets", "never").search(stated(sentence.text), start, match.end()) is not None:
        return None
    return sentence.at(match)
