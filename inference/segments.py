"""How many parts a text message is sent in (3GPP TS 23.038: GSM 7-bit default alphabet, else UCS-2)."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_SEPTETS = (160, 153)
_CODE_UNITS = (70, 67)


def segments(text: str) -> int:
    """Return the number of parts: 160 characters fit into one (153 of several), or 70 (67) with any Arabic letter."""
    if all(sign in _BASIC or sign in _EXTENDED for sign in text):
        size, (alone, joined) = len(text) + sum(sign in _EXTENDED for sign in text), _SEPTETS
    else:
        size, (alone, joined) = len(text.encode("utf-16-le", "surrogatepass")) // 2, _CODE_UNITS
    return -(-size // (alone if size <= alone else joined))
