"""How long a customer has waited, how long ago something happened, and how often they have written."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from inference.slots.data import compiled, spelt, words
from inference.slots.numbers import cardinal, number_words, ordinal, ordinal_words
from inference.slots.page import Candidate, Page
from inference.slots.types import SlotName

_REACH = 48
"""Characters before a quantity in which its cue stands."""
_NEAR = 30
_MOST = 400


class _Cues(NamedTuple):
    quantity: re.Pattern[str]
    part: re.Pattern[str]
    lasting: re.Pattern[str]
    mine: re.Pattern[str]
    waits: re.Pattern[str]
    since: re.Pattern[str]
    lasting_for: re.Pattern[str]
    ago: re.Pattern[str]
    ago_after: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    opening: re.Pattern[str]
    ongoing: re.Pattern[str]
    never: re.Pattern[str]
    told: re.Pattern[str]
    hold: re.Pattern[str]
    policy: re.Pattern[str]
    dated: re.Pattern[str]


@cache
def _units() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(
        (name, re.compile(f"(?:{spelt('units', name, 0)})"), re.compile(f"(?:{spelt('units', name, 1)})"))
        for name in words()["units"]
    )


def _quantity() -> str:
    names = words()["units"]
    whole, dual, one = ("|".join(filter(None, (spelt("units", name, at) for name in names))) for at in range(3))
    return (
        rf"(?<![\w.,/:-])(?:half an? (?P<half>year|hour)|(?P<number>\d{{1,3}}|{number_words()})"
        rf"(?:[ -]?|(?<=\w) (?:full |long |whole )?)(?P<unit>{whole})|(?P<dual>{dual})|(?P<one>{one}))(?!\w)"
    )


@cache
def _cues() -> _Cues:
    near = rf"(?: (?:{spelt('waiting', 'near')}))*"
    lasting, since, ago = (spelt("waiting", name) for name in ("lasting", "since", "ago"))
    months = "|".join(spelt("hijri_months", month) for month in words()["hijri_months"])
    opening = (
        "and (?:you|i|we|still|no|nothing|not|counting)|of (?:waiting|silence|nothing|being)|without|later|waiting"
    )
    yet = "ما|لم|لسه|لسا|مو|مش|انا|احنا|نحن"
    strong = r"waiting|waited|been|stuck|pending|hanging|without|down|trying|nothing|no \w+|not work\w+"
    return _Cues(
        quantity=re.compile(_quantity()),
        part=re.compile(r" (?:و ?(?:نص|نصف|ربع|ثلث|تلت|شوي)|الا|and (?:a )?half|w nos)(?!\w)"),
        mine=re.compile(
            rf"(?:^|[.,!?\n] ?|(?:انا|احنا|نحن|والله|بس|ana|يا [^\W\d]+) )و?(?:{spelt('waiting', 'mine')}){near} ?$"
        ),
        waits=compiled(spelt("waiting", "waits"), prefix="[وف]?"),
        lasting=re.compile(rf"(?<!\w)[وف]?(?:{lasting}){near} ?$"),
        since=re.compile(rf"(?<!اكثر )(?<!اكتر )(?<!اقل )(?<!ازيد )(?<!\w)و?(?P<cue>{since}){near} ?$"),
        lasting_for=re.compile(rf"(?<!\w)(?:{strong})(?: [\w']+){{0,4}} for{near} ?$"),
        ago=re.compile(rf"(?<!\w)(?:{ago}){near} ?$"),
        before=re.compile(r" (?:من|ما|لا)(?!\w)"),
        ago_after=re.compile(rf",? (?:{spelt('waiting', 'ago_after')})(?!\w)"),
        after=re.compile(rf",? (?:{spelt('waiting', 'after')})(?!\w)"),
        opening=re.compile(
            rf" (?:(?:{opening})(?!\w)|of [\"«“]|و(?:\w+ ){{0,2}}?(?:{yet})(?!\w))|[.,!] ?(?:still|no|nothing)(?!\w)"
        ),
        ongoing=compiled(spelt("waiting", "ongoing"), prefix="[وف]?"),
        never=compiled(spelt("waiting", "never"), prefix="[وفبل]?(?:ال)?"),
        told=re.compile(rf"(?<!\w)[وف]?(?:{spelt('waiting', 'told')})(?: \w+)? $"),
        hold=re.compile(spelt("waiting", "hold")),
        policy=re.compile(
            rf"^\W*(?:{spelt('policy', 'asks')})(?!\w)|(?<!\w)[وف]?(?:لو|اذا|if|unless|within|up to)(?!\w)"
        ),
        dated=re.compile(rf" ?(?:\d|{months}|من(?!\w)|ما(?!\w))"),
    )


def periods(page: Page) -> Iterator[Candidate]:
    """Yield how long the customer has waited, and how long ago they say that something happened."""
    for match in _cues().quantity.finditer(page.text):
        value = _duration(match)
        name = _kind(page, match, value) if value else None
        if name is not None:
            yield Candidate(name, *match.span(), value)


def _duration(match: re.Match[str]) -> str:
    """Return the ISO 8601 duration of a quantity; empty where it is none that one waits for."""
    if match["half"]:
        return "P6M" if match["half"] == "year" else "PT30M"
    word = match["unit"] or match["dual"] or match["one"]
    name = next(name for name, whole, dual in _units() if (dual if match["dual"] else whole).fullmatch(word))
    number = 2 if match["dual"] else 1 if match["one"] else cardinal(match["number"])
    if not number or number > _MOST:
        return ""
    return f"P{name[:-1]}{number}{name[-1]}"


def _kind(page: Page, match: re.Match[str], duration: str) -> SlotName | None:
    cues, (start, end) = _cues(), match.span()
    sentence, left = page.sentence(start), page.before(start, _REACH)
    if cues.ago_after.match(page.text, end):
        return SlotName.AGO
    if _is_other(page, match, duration):
        return None
    if cues.lasting.search(left) or cues.mine.search(left):
        return SlotName.PERIOD
    if cues.ago.search(left):
        return _unless(SlotName.AGO, cues.policy.search(sentence) or cues.before.match(page.text, end))
    if since := cues.since.search(left):
        return _since(since["cue"], left, sentence)
    # «شهر كامل» is a wait, a bare «شهر» says little.
    sure = not match["one"] or cues.after.match(page.text, end) is not None
    return _alone(page, match, sentence) if sure and not cues.told.search(left) else None


def _is_other(page: Page, match: re.Match[str], duration: str) -> bool:
    """Tell whether the words around a quantity make it neither a wait nor a time gone by."""
    cues, (start, end) = _cues(), match.span()
    around = page.text[max(0, start - _NEAR) : end + _NEAR]
    if cues.part.match(page.text, end) or (match["one"] and cues.dated.match(page.text, end)):
        return True
    if cues.never.search(around) or cues.hold.search(around):
        return True
    # A year is how long one lives somewhere rather than how long one waits.
    return duration.endswith("Y") and not cues.waits.search(around)


def _since(cue: str, left: str, sentence: str) -> SlotName | None:
    cues = _cues()
    if cue == "for":
        return SlotName.PERIOD if cues.lasting_for.search(left) and "?" not in sentence else None
    if cues.ongoing.search(sentence):
        return SlotName.PERIOD
    return _unless(SlotName.AGO, cues.policy.search(sentence))


def _alone(page: Page, match: re.Match[str], sentence: str) -> SlotName | None:
    """Return what a quantity is by the words after it alone: "6 days and counting", «أسبوع كامل»."""
    cues, (start, end) = _cues(), match.span()
    if cues.policy.search(sentence):
        return None
    if cues.after.match(page.text, end) and (page.opens(start) or cues.ongoing.search(sentence)):
        return SlotName.PERIOD
    return SlotName.PERIOD if page.opens(start) and cues.opening.match(page.text, end) else None


def _unless(name: SlotName, found: object) -> SlotName | None:
    return None if found else name


@cache
def _contacts() -> tuple[re.Pattern[str], ...]:
    nouns, times, verbs, done = (spelt("contacts", name) for name in ("nouns", "times", "verbs", "done"))
    others = spelt("contacts", "others")
    order, repeats, twice = ordinal_words(), spelt("contacts", "repeats"), spelt("contacts", "twice")
    count = rf"(?P<count>(?P<twice>{twice})|(?P<number>\d{{1,2}}|{number_words()}) (?:{repeats}))"
    ordered = rf"(?P<order>(?:ال)?(?P<ordinal>{order}))"
    return (
        re.compile(rf"(?<!\w)(?<!your )و?(?P<all>{ordered} (?:{nouns}))(?!\w)(?!(?: \w+){{0,3}} from(?!\w))"),
        re.compile(rf"(?<!\w)(?P<all>(?:ال)?(?:{nouns}) {ordered})(?!\w)"),
        re.compile(rf"(?<!\w)[ول]?(?P<all>{ordered} (?:{times}))(?: that)?(?: [^\W\d]+){{0,2}}? (?:{verbs})(?!\w)"),
        re.compile(rf"(?<!\w)(?:ال|لل|ل)?(?P<all>(?:{times}) {ordered})(?: [^\W\d]+){{0,2}}? (?:{verbs})(?!\w)"),
        re.compile(rf"(?<!\w)و?(?:{done})(?:(?! (?:{others})(?!\w)) [^\W\d]+){{0,3}}? (?P<all>{count})(?!\w)"),
    )


def contacts(page: Page) -> Iterator[Candidate]:
    """Yield the how-manieth time the customer turns to us."""
    for pattern in _contacts():
        for match in pattern.finditer(page.text):
            found = match.groupdict()
            number = ordinal(found["ordinal"]) if found.get("ordinal") else _count(found)
            if number is not None and 1 < number < 100:
                yield Candidate(SlotName.CONTACTS, *match.span("all"), str(number))


def _count(found: dict[str, str | None]) -> int | None:
    return 2 if found.get("twice") else cardinal(found.get("number") or "")
