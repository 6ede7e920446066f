"""Check digits: Luhn (ISO/IEC 7812-1, annex B) and mod 97 (ISO 13616, ISO 7064 MOD 97-10)."""


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of those before it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) << (place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mod97(iban: str) -> bool:
    """Whether an IBAN's check digits are right; letters and ASCII digits only, of either case."""
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    """Return the weighted sum of the digits, the weights given from the left; digits beyond them do not count."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
