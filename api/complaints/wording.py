"""Texts about a complaint: what acknowledges it, what a final response must hold, what agents are told."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from api.complaints.country import LockedParagraph, Rule, Sector
from api.complaints.records import ComplaintText, RuleShown
from inference.calendar import WorkCalendar
from inference.compose.facts import written_day
from inference.lexicons import load_lexicon
from inference.policy import Policy
from models.errors import MissingWordingError
from retrieval.clean import clean_text

LANGUAGES = ("ar", "en")
_SPACE = re.compile(r"\s+")
_ISOLATE, _POP = "\u2066", "\u2069"
_STEADY = re.compile(r"[A-Za-z](?:.*[A-Za-z0-9])?")
"""A reference that keeps its order within Arabic words by itself: its first letter holds the digits together."""


class Filling:
    """Fills the texts of one complaint.

    Args:
        reference: its reference number.
        received: when it was received, aware.
        final: when its final response is due.
        policy: names the company and how complaints are reached.
        calendar: says which day a moment falls on.
    """

    def __init__(
        self, reference: str, received: datetime, final: datetime, *, policy: Policy, calendar: WorkCalendar
    ) -> None:
        self._reference = reference
        self._days = {"received": received, "final_due": final}
        self._policy = policy
        self._zone = calendar.zone

    def fill(self, text: str, language: str) -> str:
        """Return a text with its placeholders filled."""
        rules, policy = self._policy.complaints, self._policy
        days = {
            name: written_day(moment.astimezone(self._zone).date(), policy, language)
            for name, moment in self._days.items()
        }
        company = (rules.company if rules else {}).get(language) or policy.brand.get(language) or ""
        contact = (rules.contact if rules else {}).get(language, "")
        return text.format(reference=within(self._reference, language), company=company, contact=contact, **days)

    def texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return a text's languages, each filled."""
        return {language: self.fill(text, language) for language, text in texts.items()}

    def acknowledgement(self, sector: Sector) -> ComplaintText:
        """Return what acknowledges the complaint, with the contact where the policy names one."""
        filled = self.texts(sector.acknowledgement)
        contacts = {language: self.fill("{contact}", language) for language in filled}
        joined = {language: "\n".join(filter(None, (text, contacts[language]))) for language, text in filled.items()}
        return ComplaintText(name="acknowledgement", text=joined, rule=None)

    def locked(self, paragraphs: Sequence[LockedParagraph]) -> tuple[ComplaintText, ...]:
        """Return the paragraphs that a final response must hold."""
        return tuple(ComplaintText(name=item.name, text=self.texts(item.text), rule=shown(item)) for item in paragraphs)


def within(reference: str, language: str) -> str:
    """Return a reference as it stands in a text: within Arabic words its numbers would change places, so isolated."""
    return reference if language != "ar" or _STEADY.fullmatch(reference) else f"{_ISOLATE}{reference}{_POP}"


def shown(rule: Rule) -> RuleShown:
    """Return what is shown of a rule wherever it is used."""
    return RuleShown(
        source=rule.source,
        confidence=rule.confidence,
        verify_with_counsel=rule.verify_with_counsel,
        remark=rule.remark,
    )


def check_locked(text: str, locked: Sequence[ComplaintText], language: str) -> None:
    """Refuse a final response in which a locked paragraph does not stand unchanged; white space may differ.

    Args:
        text: the response as sent.
        locked: the paragraphs, filled.
        language: the response's; where the paragraphs do not speak it, English ones must stand there.

    Raises:
        MissingWordingError: names the paragraphs that are missing or changed.
    """
    said = _plain(text)
    spoken = language if language in LANGUAGES else "en"
    missing = [item.name for item in locked if _plain(item.text[spoken]) not in said]
    if missing:
        msg = (
            f"The final response lacks locked wording, or has changed it: {', '.join(missing)}. Copy the paragraphs "
            "from 'locked' of this complaint as they stand there."
        )
        raise MissingWordingError(msg, field="text")


def agent_note(
    language: str, *, reference: str, state: str, duty: str | None, due: datetime | None, calendar: WorkCalendar
) -> str:
    """Return what an agent is told of a conversation's complaint: its reference and its clock."""
    texts = load_lexicon("complaints")["notes"]
    said = texts[language if language in texts else "en"]
    reference = within(reference, language)
    if duty is None or due is None:
        return str(said["open"].format(reference=reference, state=said["states"][state]))
    when = _moment(due.astimezone(calendar.zone))
    kind = said["duties"].get(duty, duty.replace("_", " "))
    return str(said["due"].format(reference=reference, state=said["states"][state], duty=kind, due=when))


def _moment(at: datetime) -> str:
    """Write a moment with its offset, isolated: within Arabic words its parts would change places."""
    offset = at.strftime("%z")
    return f"{_ISOLATE}{at:%Y-%m-%d %H:%M} UTC{offset[:3]}:{offset[3:]}{_POP}"


def _plain(text: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFC", clean_text(text))).strip()
