"""Made-up values for the slots of a sentence: personal ones with their kind, and near misses that are nobody's.

Numbers carry correct check digits and belong to nobody that we know of; they are spelt in the ways people type them.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import yaml

from evaluation.masking.digits import NATIONAL_IDS, born, digits, iban, luhn

_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@dataclass(frozen=True)
class Value:
    """What stands in a slot: its text, and the kind of personal data that it is (None for a near miss).

    Attributes:
        text: as typed.
        kind: the kind's name as ``inference.personal.Kind`` has it.
        country: of a national id.
    """

    text: str
    kind: str | None = None
    country: str | None = None


Maker = Callable[[random.Random, str], Value]
"""Makes a value for a sentence's language: ``ar``, ``en``, ``arabizi`` or ``mixed``."""


@cache
def name_lists() -> dict[str, list[list[str]]]:
    """Read the names of made-up customers: pairs of an Arabic and a Latin spelling, or given and family name."""
    content: dict[str, list[list[str]]] = yaml.safe_load(
        (files(__package__) / "names.yaml").read_text(encoding="utf-8")
    )
    return content


def _localised(rng: random.Random, text: str, language: str) -> str:
    """Write the digits as the sentence's writer might."""
    if language not in {"ar", "mixed"}:
        return text
    roll = rng.random()
    return text.translate(_ARABIC_DIGITS) if roll < 0.35 else text.translate(_PERSIAN_DIGITS) if roll < 0.4 else text


def _grouped(rng: random.Random, text: str, sizes: tuple[int, ...]) -> str:
    """Split a number into groups, with one separator throughout."""
    mark, parts, start = rng.choice([" ", " ", "-", "."]), [], 0
    for size in sizes:
        parts.append(text[start : start + size])
        start += size
    return mark.join([*parts, text[start:]] if start < len(text) else parts)


def _name(rng: random.Random, language: str) -> Value:
    lists, script = name_lists(), 0 if language in {"ar", "mixed"} else 1
    if script and language == "en" and rng.random() < 0.35:
        return Value(" ".join(rng.choice(lists["western"])), "name")
    parts = [rng.choice(lists["given"])[script]]
    roll = rng.random()
    if roll < 0.2:
        parts.append(rng.choice(lists["given"])[script])
    if roll < 0.3:
        parts.insert(1, ("بن", "Bin")[script])
        parts.insert(2, rng.choice(lists["given"])[script])
    if roll < 0.8:
        parts.append(rng.choice(lists["family"])[script])
    return Value(" ".join(parts), "name")


def _first(rng: random.Random, language: str) -> Value:
    return Value(rng.choice(name_lists()["given"])[0 if language in {"ar", "mixed"} else 1], "name")


def _kunya(rng: random.Random, language: str) -> Value:
    return Value(f"{rng.choice(['أبو', 'ابو', 'أم', 'ام', 'بو'])} {_first(rng, language).text}", "name")


_LOCAL_PHONES: tuple[tuple[str, str, int, tuple[int, ...]], ...] = (
    ("966", "5", 8, (3, 3)),
    ("971", "5", 8, (3, 3)),
    ("20", "1", 9, (3, 4)),
    ("962", "7", 8, (3, 3)),
    ("212", "6", 8, (2, 2, 2, 2)),
    ("964", "7", 9, (4, 3)),
    ("213", "5", 8, (4, 2, 2)),
)
_SHORT_PHONES = (("965", "569"), ("973", "3"), ("974", "3567"), ("968", "79"))
_SECOND = {"20": "0125", "962": "789", "964": "345789"}


def _phone(rng: random.Random, language: str) -> Value:
    if rng.random() < 0.2:
        code, starts = rng.choice(_SHORT_PHONES)
        local = rng.choice(starts) + digits(rng, 7)
        text = f"+{code} {_grouped(rng, local, (4,))}" if rng.random() < 0.7 else f"00{code}{local}"
    else:
        code, start, rest, sizes = rng.choice(_LOCAL_PHONES)
        local = start + rng.choice(_SECOND.get(code, "0123456789")) + digits(rng, rest - 1)
        roll = rng.random()
        if roll < 0.3:
            text = f"0{local}"
        elif roll < 0.55:
            text = _grouped(rng, f"0{local}", sizes)
        elif roll < 0.7:
            text = f"+{code}{local}"
        elif roll < 0.85:
            text = f"+{code} {_grouped(rng, local, (2, 3))}"
        elif roll < 0.95:
            text = f"00{code}{local}"
        else:
            text = _grouped(rng, f"0{local}", (2, 2, 2, 2))
    return Value(_localised(rng, text, language), "phone")


def _email(rng: random.Random, _: str) -> Value:
    word = rng.choice(name_lists()["given"])[1].lower().replace(" ", "")
    host = rng.choice(["gmail.com", "hotmail.com", "yahoo.co.uk", "outlook.sa", "mail.example.org", "icloud.com"])
    tail = rng.choice(["", str(rng.randrange(1960, 2010)), f"_{rng.randrange(99)}", ".work", "+bank"])
    return Value(rng.choice([f"{word}{tail}@{host}", f"{word.upper()}{tail}@{host}"]), "email")


def _iban(rng: random.Random, language: str) -> Value:
    text = iban(rng)
    if rng.random() < 0.4:
        text = " ".join(text[start : start + 4] for start in range(0, len(text), 4))
    if rng.random() < 0.15:
        text = text.lower()
    return Value(_localised(rng, text, language) if rng.random() < 0.2 else text, "iban")


def _card(rng: random.Random, language: str) -> Value:
    if rng.random() < 0.1:
        text = _grouped(rng, luhn("37" + digits(rng, 12)), (4, 6))
    else:
        text = luhn(rng.choice(["4", "51", "53", "55", "2221", "5297", "4847"]).ljust(4, "7") + digits(rng, 11))
        text = _grouped(rng, text, (4, 4, 4)) if rng.random() < 0.6 else text
    return Value(_localised(rng, text, language), "card")


_GROUPS = {"EG": (1, 6, 2), "SA": (4, 3), "AE": (3, 4, 7), "KW": (6, 4)}


_DATES = ("{0:%d}/{0:%m}/{0:%Y}", "{0:%Y}-{0:%m}-{0:%d}", "{0.day}-{0.month}-{0.year}", "{0.day}.{0.month}.{0.year}")


def _id(country: str) -> Maker:
    def make(rng: random.Random, language: str) -> Value:
        text = NATIONAL_IDS[country](rng)
        if country in _GROUPS and rng.random() < 0.4:
            text = _grouped(rng, text, _GROUPS[country])
        return Value(_localised(rng, text, language), "national_id", country)

    return make


def _date_text(rng: random.Random, day: date, language: str) -> str:
    form = rng.choice(_DATES)
    return _localised(rng, form.format(day), language)


def _order_id(rng: random.Random, _: str) -> Value:
    return rng.choice([Value(f"ORD-{digits(rng, 6)}", "account_id"), Value(f"AC{digits(rng, 8)}", "account_id")])


def _address(rng: random.Random, language: str) -> Value:
    house = str(rng.randrange(1, 180))
    if language in {"ar", "mixed"}:
        street = rng.choice(["الملك فهد", "جامعة الدول", "الزهور", "الوحدة", "النخيل"])
        text = rng.choice(["{h} شارع {s}", "شارع {s}، عمارة {h}", "شارع {s} بناية رقم {h}"]).format(h=house, s=street)
        return Value(_localised(rng, text, language), "address")
    street = rng.choice(["King Fahd Road", "Corniche Street", "Elm Avenue", "Palm Street"])
    return Value(rng.choice(["{h} {s}", "Building {h}, {s}", "Villa {h}, {s}"]).format(h=house, s=street), "address")


def _plate(rng: random.Random, language: str) -> Value:
    letters = rng.sample("أبحدرسصطعقكلمنهوى" if language == "ar" else "ABDEGHJKLNRSTUVXZ", 3)
    return Value(f"{' '.join(letters)} {_localised(rng, digits(rng, 3) + '7', language)}", "plate")


def _url(rng: random.Random, _: str) -> Value:
    token = "".join(rng.choice("abcdef0123456789") for _ in range(24))
    host = rng.choice(
        ["https://bank.example.com/reset", "https://pay.example.net/u/verify", "http://app.example.org/l"]
    )
    return Value(f"{host}?{rng.choice(['token', 'key', 'code'])}={token}", "url")


def _password(rng: random.Random, _: str) -> Value:
    return Value(
        f"{rng.choice(['Mor', 'sky', 'Zed', 'Qx'])}{rng.choice(['@', '!', '#', '_'])}{digits(rng, 4)}", "secret"
    )


def _amount(rng: random.Random, language: str) -> Value:
    number = rng.choice(
        [
            f"{rng.randrange(5, 900)}",
            f"{rng.randrange(1, 90)},{digits(rng, 3)}",
            f"{rng.randrange(10, 9999)}.{digits(rng, 2)}",
            f"{rng.randrange(100_000, 90_000_000)}",
        ]
    )
    unit = rng.choice(
        ["ريال", "جنيه", "درهم", "دينار", "دولار"]
        if language in {"ar", "mixed"}
        else ["SAR", "EGP", "dirhams", "KD", "USD"]
    )
    return Value(f"{_localised(rng, number, language)} {unit}")


def _near(choices: Callable[[random.Random], str]) -> Maker:
    return lambda rng, language: Value(_localised(rng, choices(rng), language))


def _fixed(*texts: str) -> Maker:
    return lambda rng, _: Value(rng.choice(texts))


MAKERS: Mapping[str, Maker] = {
    "name": _name,
    "name_latin": lambda rng, _: _name(rng, "en"),
    "first": _first,
    "kunya": _kunya,
    "phone": _phone,
    "email": _email,
    "iban": _iban,
    "card": _card,
    **{f"id_{country.lower()}": _id(country) for country in NATIONAL_IDS},
    "order_id": _order_id,
    "address": _address,
    "birth": lambda rng, language: Value(_date_text(rng, born(rng), language), "birth_date"),
    "plate": _plate,
    "url": _url,
    "ip": lambda rng, _: Value(".".join(str(rng.randrange(1, 255)) for _ in range(4)), "ip"),
    "otp": lambda rng, language: Value(_localised(rng, digits(rng, rng.choice([4, 6])), language), "secret"),
    "cvv": lambda rng, language: Value(_localised(rng, digits(rng, 3), language), "secret"),
    "password": _password,
    "amount": _amount,
    "date": lambda rng, language: Value(
        _date_text(rng, date(2024, 1, 1) + timedelta(days=rng.randrange(700)), language)
    ),
    "time": _near(lambda rng: f"{rng.randrange(1, 24)}:{rng.randrange(60):02d}"),
    "version": _near(
        lambda rng: rng.choice(
            [
                f"{rng.randrange(1, 20)}.{rng.randrange(20)}.{rng.randrange(20)}",
                f"{rng.randrange(1, 12)}.{rng.randrange(20)}",
                f"10.0.{rng.randrange(10_000, 30_000)}",
            ]
        )
    ),
    "percent": _near(
        lambda rng: rng.choice([f"{rng.randrange(1, 99)}%", f"{rng.randrange(1, 9)}.{rng.randrange(99):02d}%"])
    ),
    "quantity": _near(lambda rng: str(rng.randrange(2, 60))),
    "rate": _near(lambda rng: f"{rng.randrange(1, 60)}.{digits(rng, 4)}"),
    "order": _near(
        lambda rng: rng.choice(
            [
                digits(rng, 4),
                "5" + digits(rng, 7),
                "9" + digits(rng, 7),
                f"7{digits(rng, 8)}",
                f"3{digits(rng, 10)}",
            ]
        )
    ),
    "tracking": _near(
        lambda rng: rng.choice(
            [f"SMSA{digits(rng, 9)}", f"3{digits(rng, 11)}", f"1Z{digits(rng, 10)}", f"RB{digits(rng, 9)}SA"]
        )
    ),
    "error": _fixed("0x80070005", "E-1042", "404", "5003", "ERR_7731", "00412"),
    "model": _fixed("iPhone 15 Pro", "Galaxy S23", "Redmi Note 12", "Huawei P30", "iPad Air", "Surface Pro 9"),
    "title": _fixed("Mr", "Mrs", "Ms", "Dr", "Mr.", "Dr."),
    "honorific": _fixed("الأستاذ", "المهندس", "الأخ", "الدكتورة", "الأخت", "السيدة"),
}


def rules() -> dict[str, str]:
    """Return the ids that a tenant would configure for these sentences: pattern by name."""
    return {"order": r"ORD-\d{6}", "account": r"AC\d{8}"}
