"""Personal data with a written form of its own: IBANs, e-mail and IP addresses, links, a tenant's ids."""

import ipaddress
import re
from collections.abc import Iterator

from inference.personal.checksums import mod97
from inference.personal.context import Context
from inference.personal.data import load
from inference.personal.found import BLANK, Candidate
from inference.personal.types import IdPattern, Kind, compile_pattern
from inference.text import Folded

_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2}(?:[ \u00a0.-]{0,2}[0-9]){2}(?:[ \u00a0.-]{0,2}[a-z0-9]){11,30}")
_AT = re.compile(r" ?(?:@|\(at\)|\[at\]) ?")
_LOCAL = re.compile(r"[a-z0-9._%+'-]{1,64}$")
_HOST = re.compile(r"(?:[a-z0-9-]{1,63}(?:\.| ?\(dot\) ?| dot )){1,5}[a-z]{2,24}(?![a-z0-9-])")
_SPACED_HOST = re.compile(r"(?:gmail|hotmail|yahoo|outlook|icloud|live|mail)\.[a-z.]{2,6}(?![a-z0-9])")
_URL = re.compile(rf"(?:https?://|www\.)[^\s<>\"«»{BLANK}]{{3,}}")
_SENSITIVE = re.compile(
    r"[?&;#/](?:[a-z]*[_-]?)(?:token|key|code|sig|signature|auth|session|sid|jwt|password|pass|pwd|otp|secret|e?mail|phone|mobile|hash)=[^&\s]{3}"
    r"|@|%40|eyj[a-z0-9_-]{10}|/(?=[a-z0-9_-]{0,80}[0-9])(?=[a-z0-9_-]{0,80}[a-z])[a-z0-9_-]{24,}"
)
_IPV4 = re.compile(r"(?<![0-9a-z.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9a-z]|\.[0-9])")
_IPV6 = re.compile(r"(?<![0-9a-z:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![0-9a-z:])")
# Printed on every modem: nobody's own.
_MODEMS = frozenset(
    {"192.168.0.1", "192.168.1.1", "192.168.8.1", "192.168.100.1", "10.0.0.1", "127.0.0.1", "8.8.8.8", "1.1.1.1"}
)
_VERSION = re.compile(
    r"(?:version|ver|v|build|firmware|update|اصدار|الاصدار|نسخه|النسخه|تحديث|التحديث)"
    r"(?: [^\W\d_]{2,12})?[ .:]{0,2}(?:رقم )?$"
)


def ibans(folded: Folded, context: Context) -> Iterator[Candidate]:
    """Yield IBANs, in groups or not; one whose check digits are wrong only where words call it an IBAN."""
    lengths, text = load("words")["iban"], folded.text
    for match in _IBAN.finditer(text):
        at = [place for place in range(*match.span()) if text[place].isalnum()]
        size = lengths.get(match.group()[:2].upper())
        if size is None or len(at) < size or _continues(text, at[size - 1] + 1):
            continue
        start, end = match.start(), at[size - 1] + 1
        if mod97("".join(text[place] for place in at[:size])):
            yield Candidate(Kind.IBAN, start, end, 0.99, "iban_checksum")
        elif context.of(start, end) == "iban":
            yield Candidate(Kind.IBAN, start, end, 0.58, "iban_context")


def _continues(text: str, end: int) -> bool:
    return end < len(text) and text[end].isascii() and text[end].isalnum()


def emails(folded: Folded) -> Iterator[Candidate]:
    """Yield e-mail addresses, spelt with ``(at)`` and ``(dot)`` or not."""
    text = folded.text
    for match in _AT.finditer(text):
        local = _LOCAL.search(text[max(0, match.start() - 64) : match.start()])
        pattern = _SPACED_HOST if match.group() in {" @", "@ ", " @ "} else _HOST
        host = pattern.match(text, match.end())
        if local is None or host is None:
            continue
        start = match.start() - len(local.group().lstrip(".'-"))
        if start < match.start():
            yield Candidate(Kind.EMAIL, start, host.end(), 0.98, "email")


def links(folded: Folded) -> Iterator[Candidate]:
    """Yield links that carry a token, a code or an e-mail address; others say nothing about a person."""
    for match in _URL.finditer(folded.text):
        link = match.group().rstrip(".,;:!?)'")
        if _SENSITIVE.search(link):
            yield Candidate(Kind.URL, match.start(), match.start() + len(link), 0.995, "url_token")


def addresses_ip(folded: Folded) -> Iterator[Candidate]:
    """Yield IP addresses of both versions; four numbers after a word for a version are one."""
    for pattern in (_IPV4, _IPV6):
        for match in pattern.finditer(folded.text):
            if _VERSION.search(folded.text[max(0, match.start() - 30) : match.start()]):
                continue
            if match.group() in _MODEMS:
                continue
            try:
                ipaddress.ip_address(match.group())
            except ValueError:
                continue
            if len(match.group()) >= 7:
                yield Candidate(Kind.IP, *match.span(), 0.93, "ip")


def configured(folded: Folded, ids: tuple[IdPattern, ...]) -> Iterator[Candidate]:
    """Yield the ids that a tenant's patterns match as whole words."""
    if not ids:
        return
    # RE2 works on bytes: with one byte a character its offsets are ours.
    text = folded.text.encode("ascii", "replace").decode()
    for item in ids:
        for match in compile_pattern(item.pattern).finditer(text):
            start, end = match.span()
            if start < end and not _glued(folded.text, start, end):
                yield Candidate(Kind.ACCOUNT_ID, start, end, 0.985, f"configured_{item.name}", label=item.name)


def _glued(text: str, start: int, end: int) -> bool:
    return (start > 0 and text[start - 1].isascii() and text[start - 1].isalnum()) or _continues(text, end)
