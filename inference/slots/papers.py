"""Numbers of orders, shipments and papers, and the last four digits of cards."""

import re
from collections.abc import Iterator
from functools import cache

from inference.slots.data import spelt, words
from inference.slots.page import Candidate, Page
from inference.slots.types import SlotName

_TOKEN = r"(?P<token>(?=[a-z/_-]{0,8}\d)[a-z0-9]+(?:[-/_][a-z0-9]+)*)(?![\w/]|[.,:]\d|-\w)"  # noqa: S105 - of a text
_FEWEST_PLAIN = 4
"""Digits without which a number right after a paper's name, with no "number" or "#" between, is a quantity."""
_BILL = re.compile(r"(?:ال|لل)?فاتور(?:ه|تي)|invoice|receipt|booking|commande")
"""Papers whose name is followed by an amount or a count as well as by a number."""
_YEAR = re.compile(r"(?:19|20)\d{2}")
_DATE = re.compile(
    r"\d{1,2}[/-]\d{1,2}[/-](?:\d{2}){1,2}|\d{4}[/-]\d{1,2}[/-]\d{1,2}|\d{1,2}/\d{1,2}|\d{1,2}(?:st|nd|rd|th|am|pm)"
)
_PAPERS = (SlotName.ORDER_ID, SlotName.TRACKING_NUMBER, SlotName.REFERENCE)


@cache
def _paper() -> re.Pattern[str]:
    kinds = "|".join(f"(?P<{name}>{spelt('papers', name)})" for name in _PAPERS)
    number, mine, is_ = (spelt("papers", name) for name in ("number", "mine", "is"))
    return re.compile(
        rf"(?<!\w)[وفبل]?(?:ال|لل)?(?P<lead>(?:{number}) )?(?:{kinds})(?: (?:{mine}))?"
        rf"(?P<link>(?: ?[:=#.(\u2116]| (?:{number})\.?(?![\w])| (?:{is_})(?!\w)){{0,4}}) ?#?(?<![a-z]){_TOKEN}"
    )


@cache
def _counted() -> re.Pattern[str]:
    units = "|".join(spelt("units", name, 0) for name in words()["units"])
    money = "|".join(spelt("money", code) for code in words()["money"])
    return re.compile(rf" ?(?:{units}|{money}|%|times|pieces|items|{spelt('contacts', 'repeats')})(?!\w)")


def papers(page: Page) -> Iterator[Candidate]:
    """Yield numbers that stand right behind the name of an order, a shipment or another paper."""
    for match in _paper().finditer(page.text):
        token = match["token"]
        name = next(name for name in _PAPERS if match[name])
        if _numbered(match) and not _counted().match(page.text, match.end()) and not _DATE.fullmatch(token):
            yield Candidate(name, *match.span("token"), token.upper())


def _numbered(match: re.Match[str]) -> bool:
    token = match["token"]
    digits = sum(char.isdigit() for char in token)
    between = match.string[match.start("link") : match.start("token")].strip(" .(")
    if match["lead"] or between:
        return digits >= 2 and (digits >= 3 or "#" in between) and len(token) <= 30
    if any(match[name] and _BILL.fullmatch(match[name]) for name in _PAPERS) and token.isdecimal():
        return False
    return digits >= _FEWEST_PLAIN and not _YEAR.fullmatch(token) and len(token) <= 30


@cache
def _endings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    four = r"(?P<four>\d{4})(?!\w|[ -]?\d|[.,]\d)"
    return (
        re.compile(
            rf"(?:(?<!\w)(?:{spelt('card_ending')})(?: ?[:#\u2116-]?) ?"
            rf"|(?<!\w)[x*\u2022]{{2,12}}[ -]?(?:[x*\u2022]{{2,12}}[ -]?){{0,3}}){four}"
        ),
        re.compile(rf"(?<!\w)(?:{spelt('not_card')}|(?<!card )number)(?: [^\W\d]+){{0,3}} ?$"),
    )


def endings(page: Page) -> Iterator[Candidate]:
    """Yield the last four digits of cards, where the customer gives no more."""
    ending, other = _endings()
    for match in ending.finditer(page.text):
        if not other.search(page.before(match.start(), 40)):
            yield Candidate(SlotName.CARD_ENDING, *match.span("four"), match["four"])
