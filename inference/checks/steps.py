"""Which steps a reply takes, and with which sentences: read off a draft that names its steps, or off free wording."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inference.checks.base import CheckInput
from inference.checks.matter import best_line, matter_of
from inference.checks.step_rules import SPOKEN_TO, YOURS, rules_of
from inference.stems import stems
from inference.text import fold_pattern
from inference.thread import own_words
from inference.types import DraftStep, Message, Span, StepName

_APOLOGY_AR = fold_pattern(
    r"[وف]?[نأ]?عتذر\w*|[وف]?(?:نأسف|نتأسف|يؤسفنا|يؤسفني|آسف\w*|متأسف\w*|عذرا\w*)|[وف]?(?:ال)?اعتذار\w*"
)
APOLOGY = re.compile(rf"(?<!\w)(?:{_APOLOGY_AR}|sorry|apologi[sz]\w*|apolog(?:y|ies)|regret)(?!\w)")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}[.)]|[-•*])\s")
_PART = re.compile(r"[,;:(–—]\s*")
_PATH = re.compile(r"» ثم «|, then ")
_SIGN_OFF_WORDS = 6
_SIGN_OFF_LINES = 3
_GREETING_WORDS = 5
_LINE_WORDS = 2
_LINE_SHARE = 0.4
_VERBATIM = 0.75
_SURELY_THEIRS = 3


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step that a stretch of the reply takes; ``order`` is the place of its sentence."""

    name: StepName
    span: Span
    order: int


def read_steps(given: CheckInput) -> tuple[TakenStep, ...]:
    """Return which sentences of a reply take which step, in the order of the text.

    A composed draft names its steps. Free wording shows them: a greeting or a sign-off by its words and place,
    listening by the customer's own words said back to them, an explanation by what the sources say, a solution by what
    it asks to be done, a follow-up by what to do if that does not help or by who acts and when. A sentence may take
    several.
    """
    if given.steps:
        return tuple(_composed(given.text, given.steps))
    reader = Reader(given)
    return tuple(reader.taken())


def _composed(text: str, steps: Sequence[DraftStep]) -> Iterator[TakenStep]:
    at = 0
    for order, step in enumerate(steps):
        written = step.text.strip()
        start = text.find(written, at) if written else -1
        if start < 0:
            yield TakenStep(step.name, Span(start=at, end=at, text=""), order)
        else:
            at = start + len(written)
            yield TakenStep(step.name, Span(start=start, end=at, text=written), order)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as the rules see it.

    Attributes:
        text: Folded.
        before: The text up to the first thing that it asks to be done.
        spoken_to: Whether it speaks to the customer before that.
        size: How many telling words stand before that ...
        shared: ... how many of these the customer wrote, or a source's problem has ...
        kind: ... and how many stand in a source's word of sympathy.
        stated: How many telling words its parts have that ask for nothing ...
        line: ... and how many of these a single line of a source has.
        asks_to_do: Whether it asks for something to be done.
        failing: Whether it speaks of the case that something does not help ...
        wholly: ... from its first word on.
    """

    text: str
    before: str
    spoken_to: bool
    size: int
    shared: int
    kind: int
    stated: int
    line: int
    asks_to_do: bool
    failing: bool
    wholly: bool

    @property
    def explains(self) -> bool:
        """Whether it says what one line of a source says."""
        return max(_LINE_WORDS, self.kind) <= self.line >= _LINE_SHARE * self.stated


class Reader:
    """The sentences of a reply in free wording, with what each is read as."""

    def __init__(self, given: CheckInput) -> None:
        self.given = given
        self.rules = rules_of("ar" if given.language == "ar" else "en")
        self.matters = [matter_of(source.id, source.quote) for source in given.trusted]
        self.said = _said(given.message)
        self.theirs = self.said.union(*(matter.problem for matter in self.matters))
        self.sympathy = frozenset[str]().union(*(matter.sympathy for matter in self.matters))
        self.sentences = [self._read(index) for index in range(len(given.sentences))]
        working = [index for index, item in enumerate(self.sentences) if item.asks_to_do and not item.failing]
        self.first_action = min(working, default=len(self.sentences))
        self.opening = self._opening()
        telling = [index for index, item in enumerate(self.sentences) if item.asks_to_do or item.explains]
        self.last_telling = max(telling, default=0)
        self.followed = any(item.failing or self._matches("owner", item.text) for item in self.sentences)
        self.unused = frozenset(self._unused())

    def taken(self) -> Iterator[TakenStep]:
        """Yield the steps that sentences surely take."""
        for index in range(len(self.sentences)):
            names = list(self.names(index))
            span = self.span(index)
            yield from (TakenStep(name, span, index) for name in names)

    def span(self, index: int) -> Span:
        """Return where a sentence stands in the text."""
        return self.given.folded.span(*self.given.sentences[index])

    def _read(self, index: int) -> Sentence:
        folded = self.given.folded.text
        start, end = self.given.sentences[index]
        text = folded[start:end]
        actions = list(self.rules["imperative"].finditer(text))
        first = actions[0].start() if actions else len(text)
        asked = index > 0 and folded[slice(*self.given.sentences[index - 1])].rstrip().endswith("?")
        condition = self.rules["conditional"].search(text)
        # "If another withdrawal appears, message us": who is only told to turn to us has the advice behind them.
        verbs = [match.end() - len(match.group().split()[-1]) for match in actions]
        turning = bool(verbs) and all(self.rules["contact"].match(text, at) for at in verbs)
        unmet = condition is not None and (turning or self._matches("failed", text))
        failing = (asked or unmet) and self._matches("contact", text)
        words = self.given.reading.stems_in(start, end)
        before = {item.text for item in words if item.start < start + first}
        orders = [start + match.end() - 1 for match in actions]
        parts = _parts(text, start) if orders else ()
        asking = [(low, high) for low, high in parts if any(low <= at < high for at in orders)]
        stated = {item.text for item in words if not (asking and any(low <= item.start < high for low, high in asking))}
        return Sentence(
            text=text,
            before=text[:first],
            spoken_to=SPOKEN_TO.search(text[:first]) is not None,
            size=len(before),
            shared=len(before & self.theirs),
            kind=len(before & self.sympathy),
            stated=len(stated),
            line=best_line(stated, self.matters),
            asks_to_do=bool(actions) or _NUMBERED.match(text) is not None,
            failing=failing,
            wholly=failing and (not unmet or condition is None or condition.start() == 0),
        )

    def names(self, index: int) -> Iterator[StepName]:
        """Yield the steps that a sentence surely takes."""
        item = self.sentences[index]
        if self._greets(index):
            yield StepName.GREET
        if self._listens(index):
            yield StepName.LISTEN
        kind = item.kind >= _LINE_WORDS and item.kind > max(item.line, item.shared)
        felt = self._matches("empathise", item.text) and not (
            index > self.opening and item.explains and item.line > item.shared
        )
        if kind or felt or index in self.unused:
            yield StepName.EMPATHISE
        if APOLOGY.search(item.text):
            yield StepName.APOLOGISE
        more = item.shared > item.line or (item.shared == item.line and item.spoken_to)
        said_back = item.text.endswith("?") or (index < self.opening and more)
        if not item.wholly and not said_back and (item.explains or (item.line and self._matches("explain", item.text))):
            yield StepName.EXPLAIN
        if item.asks_to_do and (not item.wholly or _PATH.search(item.text)):
            yield StepName.SOLVE
        if self._follows_up(index):
            yield StepName.FOLLOW_UP
        if item.text.rstrip().endswith("?") or self._matches("ask", item.text):
            yield StepName.ASK
        if self._closes(index):
            yield StepName.CLOSE

    def _opening(self) -> int:
        """Return the place of the first sentence, after a greeting, that answers; the opening ends with it."""
        answers = (
            index
            for index, item in enumerate(self.sentences)
            if len(item.text.split()) > _GREETING_WORDS and (item.asks_to_do or item.failing or self._of_source(item))
        )
        return min(answers, default=len(self.sentences))

    def _unused(self) -> Iterator[int]:
        """Yield the sentences of the opening after its first: whatever they say, it is said for its own sake.

        Nobody can list all words of sympathy; but what stands between the greeting and the answer, is neither, and is
        not needed to say the problem back, is meant kindly.
        """
        planned = self.given.plan.steps if self.given.plan else ()
        first = min(
            (index for index, item in enumerate(self.sentences) if item.explains or item.asks_to_do),
            default=len(self.sentences),
        )
        opening = [index for index in range(first) if len(self.sentences[index].text.split()) > _GREETING_WORDS]
        yield from opening[sum(name in planned for name in (StepName.LISTEN, StepName.APOLOGISE)) :]

    def courtesy(self, index: int) -> bool:
        """Tell whether a sentence only greets or signs off."""
        return self._greets(index) or self._closes(index)

    def _matches(self, rule: str, text: str) -> bool:
        return self.rules[rule].search(text) is not None

    def _greets(self, index: int) -> bool:
        text = self.sentences[index].text.strip()
        short = index == 0 and len(text.split()) <= _GREETING_WORDS
        return short or (index <= 1 and self.rules["greet"].match(text) is not None)

    def _closes(self, index: int) -> bool:
        text = self.sentences[index].text
        if index == 0 or index < len(self.sentences) - _SIGN_OFF_LINES:
            return False
        return len(text.split()) <= _SIGN_OFF_WORDS or self._matches("close", text)

    def _listens(self, index: int) -> bool:
        """Tell whether a sentence says back what the customer wrote; after the opening only the surest do."""
        item = self.sentences[index]
        if index > self.opening:
            return item.shared >= _SURELY_THEIRS and item.shared > item.line and item.spoken_to and not item.asks_to_do
        if self._matches("listen", item.before) or YOURS.match(item.before):
            return True
        if item.failing or self.rules["conditional"].match(item.text):
            return False
        if self._of_source(item) and not self._restates(item):
            return False
        return item.size > 1 and (item.spoken_to or item.shared >= 1 or self._matches("specific", item.before))

    def _restates(self, item: Sentence) -> bool:
        """Tell whether words of the customer stand beside a feeling, or a count that is no source's."""
        if not item.shared:
            return False
        counts = frozenset[str]().union(*map(stems, self.rules["specific"].findall(item.before)))
        own = any(all(count not in matter.answer for matter in self.matters) for count in counts)
        return own or self._matches("empathise", item.text)

    def _of_source(self, item: Sentence) -> bool:
        """Tell whether a sentence is a source's rather than the customer's."""
        reworded = item.shared > 1 and item.line < _VERBATIM * item.stated
        more = item.line > item.shared + (_LINE_WORDS if reworded else 0)
        return item.explains and more and (item.line > _LINE_WORDS or not item.spoken_to)

    def _follows_up(self, index: int) -> bool:
        """Tell whether a sentence says what comes after the advice: what if it fails, who acts by when, what else."""
        item = self.sentences[index]
        if item.failing or self._matches("owner", item.text):
            return True
        if index > 0 and not self.followed and self._matches("contact", item.text):
            return True
        return index >= self.last_telling - 1 and index > self.first_action and self._matches("later", item.text)


def _parts(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a sentence's parts between commas, colons and brackets."""
    at = 0
    for match in _PART.finditer(text):
        yield start + at, start + match.end()
        at = match.end()
    yield start + at, start + len(text)


def _said(message: Message) -> frozenset[str]:
    """Return the stems of what the customer wrote, now and before."""
    earlier = [turn.text for turn in message.history if turn.author == "customer"]
    return stems("\n".join([own_words(message), *earlier]))
