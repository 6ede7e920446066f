"""Days and hours that a text names: weekdays, dates of both calendars, "the end of the month", clock times."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from inference.calendar.hijri import hijri_date
from inference.contradiction.figures import Figure
from inference.lexicons import load_lexicon
from inference.slots.data import spelt, words
from inference.slots.numbers import ordinal, ordinal_words
from inference.text import fold_pattern
from inference.types import DifferenceKind
from models.errors import InputError

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_YEAR = re.compile(r",? (\d{4})(?!\w)")
# "by the 15th", but "the 2nd bag" is no date.
_NTH = re.compile(
    r"(?<!\w)(?:the |on )(\d{1,2})(?:st|nd|rd|th)(?!\w)"
    r"(?=$|\W*[.,;:!?)\n]"
    r"| (?:of|and|at|or|to|it|we|you|but|so|in|when|if|because|was|is|there|has|have|the|they|he|she)\b)"
)
_TO = re.compile(r" ?(?:to|through|till|until|-|–|and|الي|حتي|و)(?= ?\w{3})")
_FROM = re.compile(
    r"\w(?:day|الاحد|الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه|السبت) ?(?:to|through|till|until|-|–|and|الي|حتي|و)"
)
_BOTH = "الاثنين"
_LED = re.compile(r"(?<!\w)(?:منذ|حتي|قبل|بعد|مساء|صباح|ظهر|عصر|يومي|ليله|و?كل) $")
_WORD = re.compile(r"[^\W\d_]{2,}")
_HOUR_HINTS = ("ساعه", "صباح", "مساء", "ظهر", "عصر", "ليلا", "فجر", "noon", "midday", "clock")
_AROUND = 24
"""Characters around a word that hints at a day, within which the rest of its name stands."""
_TEN = 10
_HALF_DAY = 720


class Day(NamedTuple):
    """A day or hour at ``text[start:end]``: ``keys`` are alike for what means the same, one of them suffices."""

    keys: tuple[str, ...]
    start: int
    end: int

    @property
    def relative(self) -> bool:
        """Whether only the day of writing gives it sense, as of "tomorrow"."""
        return self.keys[0].startswith("rel ")


def days(text: str, found: list[Figure]) -> Iterator[Day]:
    """Yield the days and hours of folded text; ``found`` are its figures."""
    for figure in found:
        if figure.kind is DifferenceKind.DATE:
            yield Day(_keys(str(figure.value)), figure.start, figure.end)
        if figure.kind is DifferenceKind.TIME:
            yield Day((f"at {int(float(figure.value)) % _HALF_DAY}",), figure.start, figure.end)
    yield from _of_month(text)
    hints = _hints()
    if not hints.isdisjoint(_WORD.findall(text)):
        places = [match.span() for match in _WORD.finditer(text) if match.group() in hints]
        dates = [item for item in found if item.kind is DifferenceKind.DATE]
        for match in _names().finditer(text, max(0, places[0][0] - _AROUND), places[-1][1] + _AROUND):
            if match.group() == _BOTH and not _LED.search(text[: match.start()][-8:]):
                continue
            if not any(item.start < match.end() and match.start() < item.end for item in dates):
                yield Day(_named(match), *match.span())
    for match in _hours().finditer(text) if any(hint in text for hint in _HOUR_HINTS) else ():
        yield Day((f"at {_minutes(match) % _HALF_DAY}",), *match.span())


def _of_month(text: str) -> Iterator[Day]:
    """Yield the days of a month that stand without its name: "the 15th", «الخامس عشر من الشهر»."""
    for match in _NTH.finditer(text):
        yield Day((f"day {int(match[1])}",), *match.span())
    for match in _nth_arabic().finditer(text) if " من " in text else ():
        yield Day((f"day {ordinal(match[1]) + (_TEN if match[2] else 0)}",), *match.span())


def known_days(text: str, found: list[Figure]) -> Iterator[str]:
    """Yield the keys of all days of folded text, and of what its dates are by another name."""
    for day in days(text, found):
        yield from day.keys
        if not in_range(text, day):
            yield from (f"set {key}" for key in day.keys)
        yield from (_month_of(key) for key in day.keys if "-" in key)
    for figure in found:
        year = _YEAR.match(text, figure.end) if figure.kind is DifferenceKind.DATE else None
        if year is not None:
            yield from _other_names(int(year[1]), *map(int, str(figure.value).split("-")[-2:]))
    for match in _ISO.finditer(text):
        yield from _other_names(*map(int, match.groups()))
    for match in _spoken_weekdays().finditer(text):
        yield f"weekday {match.lastindex and match.lastindex - 1}"


def in_range(text: str, day: Day) -> bool:
    """Tell whether a weekday is an end of several: "Sunday to Thursday"."""
    return _TO.match(text, day.end) is not None or _FROM.search(text, max(0, day.start - 24), day.start + 4) is not None


def _month_of(key: str) -> str:
    """Return the key of the month that a date's key names."""
    calendar, month, _ = key.split("-")
    return f"{calendar} month {month}"


def _keys(value: str) -> tuple[str, ...]:
    """Return a date's keys; one in digits alone may have its day and month either way round."""
    year, month, day = value.rsplit("-", 2)
    if not year or int(day) > 12:
        return (f"date-{int(month)}-{int(day)}",)
    return f"date-{int(month)}-{int(day)}", f"date-{int(day)}-{int(month)}"


def _other_names(year: int, month: int, number: int) -> Iterator[str]:
    try:
        day = date(year, month, number)
        yield f"weekday {day.weekday()}"
        yield f"date-{month}-{number}"
        moon = hijri_date(day)
    except (ValueError, InputError):
        return
    yield f"hijri-{moon.month}-{moon.day}"


@cache
def _nth_arabic() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)ال({ordinal_words()})( عشر)? من (?:ال)?شهر\w*")


@cache
def _names() -> re.Pattern[str]:
    own = load_lexicon("figures")["days"]
    groups = {f"w{number}": own["weekdays"][number] for number in own["weekdays"]}
    groups |= {f"r{index}": form for index, form in enumerate(own["relative"].values())}
    alone = "|".join(f"(?P<{name}>{fold_pattern(form)})" for name, form in groups.items())
    months = "|".join(spelt("months", number) for number in words()["months"])
    moons = "|".join(spelt("hijri_months", number) for number in words()["hijri_months"])
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th)? (?:of |من )?(?:شهر )?"
    return re.compile(
        rf"(?<!\w)(?:{day}(?:(?P<moon>{moons})|(?P<month>{months}))|(?:{fold_pattern(own['in_month'])})"
        rf"(?:(?P<moon_alone>{moons})|(?P<month_alone>{months}))"
        rf"|(?:و?(?:في|يوم|من|الي) |[وفبلك]{{1,2}})?(?:{alone}))(?!\w)"
    )


@cache
def _hints() -> frozenset[str]:
    """Return words of which one stands in every text that names a day: the expression itself is slow to say no."""
    own = load_lexicon("figures")["days"]
    forms = [*own["weekdays"].values(), own["hints"]]
    forms += [spelt(name, number) for name in ("months", "hijri_months") for number in words()[name]]
    found = re.finditer(r"([^\W\d_]+)(\?)?", fold_pattern("|".join(forms)))
    names = {name for match in found for name in (match[1], match[1][:-1] if match[2] else match[1])}
    return frozenset(f"{prefix}{name}" for name in names for prefix in ("", *"وفبلك")) | {
        f"لل{name[2:]}" for name in names if name.startswith("ال")
    }


def _named(match: re.Match[str]) -> tuple[str, ...]:
    kind = match.lastgroup or ""
    if kind[0] == "w":
        return (f"weekday {kind[1:]}",)
    if kind[0] == "r":
        return (f"rel {list(load_lexicon('figures')['days']['relative'])[int(kind[1:])]}",)
    calendar, name = ("hijri", "hijri_months") if kind.startswith("moon") else ("date", "months")
    month = next(number for number in words()[name] if re.fullmatch(spelt(name, number), match[kind]))
    return (f"{calendar}-{month}-{int(match['day'])}",) if match["day"] else (f"{calendar} month {month}",)


@cache
def _spoken_weekdays() -> re.Pattern[str]:
    names = "|".join(f"({spelt('weekdays', number)}|{day})" for number, day in enumerate(_SHORT))
    return re.compile(rf"(?<!\w)[وفبلك]?(?:{names})s?(?!\w)")


_SHORT = ("mon", "tues?", "wed", "thurs?|thu", "fri", "sat", "sun")


@cache
def _hours() -> re.Pattern[str]:
    own = load_lexicon("figures")["clock"]
    # «الحادية عشرة» before «الواحدة»: the longer names first.
    names = "|".join(f"(?P<h{hour}>{fold_pattern(own['hours'][hour])})" for hour in sorted(own["hours"], reverse=True))
    half = fold_pattern(r"(?P<more> والنصف| ونصف| والربع| وربع)?")
    part = fold_pattern(own["part"])
    return re.compile(
        rf"(?<!\w)(?:(?:الساعه|ساعه) (?:{names}|(?P<digits>\d{{1,2}})(?![:/\d]|{part}| ?(?:ص|م)(?!\w))){half}"
        rf"|(?:{names.replace('?P<h', '?P<p')})(?={half.replace('?P<more>', '')}{part})"
        rf"|(?P<noon>{own['noon']})|(?P<clock>\d{{1,2}}) o'?clock)(?!\w)"
    )


def _minutes(match: re.Match[str]) -> int:
    if match["noon"]:
        return 0
    if match["digits"] or match["clock"]:
        hour = int(match["digits"] or match["clock"])
    else:
        hour = next(hour for hour in range(1, 13) if match[f"h{hour}"] or match[f"p{hour}"])
    more = {"ن": 30, "ر": 15}.get((match["more"] or "").strip(" وال")[:1], 0)
    return hour * 60 + more
