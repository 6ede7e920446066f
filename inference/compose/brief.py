"""What one draft is made for: the message, what was understood of it, the policy, and for whom the notes are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from inference.compose.cited import resolution_source
from inference.compose.notes import contradiction_notes, message_notes, note, tone_note
from inference.compose.phrasing import Phrasing
from inference.dialogue import ConversationTurn, turn_of
from inference.policy import ChannelRules, Policy
from inference.slots import Slot, find_slots
from inference.thread import own_words
from inference.types import Analysis, Contradictions, Hit, Message, Source, Wish


@dataclass(frozen=True)
class Brief:
    """All that is fixed before a source is chosen."""

    message: Message
    analysis: Analysis
    policy: Policy
    agent_language: str | None
    contradictions: Contradictions
    wish: Wish | None
    answered: bool
    """Whether a resolution answers the message."""
    now: datetime | None = None
    """When the draft is made: what the policy undertakes counts from then."""

    @cached_property
    def language(self) -> str:
        """Language of the reply."""
        return self.policy.reply_language(self.message, self.analysis.language)

    @cached_property
    def notes_language(self) -> str:
        """Language of the notes to the agent."""
        chosen = self.agent_language or self.language
        return chosen if chosen in self.policy.notes else self.policy.default_language

    @cached_property
    def words(self) -> str:
        """The customer's own words."""
        return own_words(self.message)

    @cached_property
    def phrasing(self) -> Phrasing:
        """The policy's phrases as this message chooses them."""
        return Phrasing(self.policy, self.language, self.message.text)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """What the message names."""
        calendar = self.policy.calendar
        return find_slots(self.message, timezone=calendar.zone if calendar else None)

    @cached_property
    def turn(self) -> ConversationTurn:
        """Where in the conversation the message stands."""
        return turn_of(self.message)

    @property
    def channel(self) -> ChannelRules:
        """The rules of the message's channel."""
        return self.policy.channels[self.message.channel]

    def note(self, key: str, /, **values: str) -> str:
        """Return one note to the agent."""
        return note(self.policy, self.notes_language, key, **values)

    def message_notes(self) -> Sequence[str]:
        """Return the notes on the message itself: how its tone was read, then what else it says."""
        language = self.notes_language
        return (
            *tone_note(self.message, self.analysis, self.policy, language),
            *message_notes(self.message, self.analysis, self.policy, language, answered=self.answered),
        )

    def source(self, hit: Hit) -> Source:
        """Return a resolution as the draft cites it, with what contradicts it."""
        pairs = self.contradictions(hit.resolution.id)
        return resolution_source(hit, contradiction_notes(hit.resolution.id, pairs, self.policy, self.notes_language))
