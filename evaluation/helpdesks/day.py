"""The script of a day: what customers and agents write in a helpdesk, and in which order the helpdesk tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

_QUESTIONS = (
    "My new card has not arrived yet",
    "Why was I charged a fee abroad?",
    "بطاقتي الجديدة لم تصل بعد",
    "لماذا خصمتم رسوم السحب في الخارج؟",
    "وين بطاقتي؟ طلبتها من أسبوعين وما وصلت",
    "البطاقة لسه ماوصلتش يا جماعة، عايز أعرف هي فين",
    "ليش خصمتوا علي رسوم سحب برا؟ شو القصة",
    "l carte jdida ma wsletch 7ta l daba",
    "This is ridiculous, I still have no card!!!",
    "كيف أسكر حسابي نهائيًا؟",
    "Thank you!",
    "شكرًا لكم 🌹",
)
_MORE = ("Hello?", "هل من أحد؟", "It is urgent", "الرقم 4471 إذا احتجتوه", "بسرعة لو سمحتم", "Order 88213, by the way")
_ANSWERS = ("It is on its way, you will have it by Sunday.", "أرسلنا البطاقة، وتصلكم خلال يومين.", "We look into it.")


@dataclass(frozen=True)
class Said:
    """Something that happens in a helpdesk: ``kind`` is customer, agent, private, bot or closed."""

    kind: str
    conversation: str
    id: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Call:
    """One call of the hook at ``moment`` (seconds from the day's beginning); ``forged`` where nobody may admit it."""

    moment: float
    said: Said
    number: str
    forged: bool = False


@dataclass
class Day:
    """A day: what happened, and the calls that tell of it, in the order in which they are made.

    Args:
        deliveries: genuine ones; repeated and forged ones come on top.
        seed: of all choices.
        seconds: over which the calls are spread.
    """

    deliveries: int
    seed: int
    seconds: float
    said: list[Said] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311 - not for secrets
        self._number = 1_000
        self._began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
        conversation = 500
        while len(self.said) < self.deliveries:
            conversation += 1
            self._converse(str(conversation), self.deliveries - len(self.said))
        self.calls.sort(key=lambda call: call.moment)

    def final_burst(self, conversation: str) -> list[Said]:
        """Return what the customer wrote last and nobody has answered, in order."""
        burst: list[Said] = []
        for said in sorted(self._of(conversation), key=lambda item: item.at):
            if said.kind == "customer":
                burst.append(said)
            elif said.kind in {"agent", "closed"}:
                burst = []
        return burst

    @property
    def conversations(self) -> list[str]:
        """Every conversation, in the order of their beginnings."""
        return list(dict.fromkeys(said.conversation for said in self.said))

    def _of(self, conversation: str) -> Sequence[Said]:
        return [said for said in self.said if said.conversation == conversation]

    def _converse(self, conversation: str, room: int) -> None:
        """Let a customer and agents write: bursts, each perhaps answered, with what else a helpdesk tells."""
        random = self._random
        moment = random.uniform(0, 0.6 * self.seconds)
        at = self._began + timedelta(seconds=random.uniform(0, 3_600))
        said: list[tuple[float, Said]] = []
        for _ in range(random.randint(1, 3)):
            for kind, text in self._burst():
                at += timedelta(seconds=random.randint(2, 50))
                moment += random.uniform(0.01, 0.25)
                said.append((moment, self._say(kind, conversation, text, at)))
            # Long enough that a note may lie there, or so short that an agent is faster than any.
            moment += random.choice((0.05, 1.5, 4.0))
            at += timedelta(minutes=random.randint(1, 90))
        for place, (when, item) in enumerate(said[:room]):
            self.said.append(item)
            self._call(when, item, early=place > 0)

    def _burst(self) -> list[tuple[str, str]]:
        random = self._random
        found = [("customer", random.choice(_QUESTIONS))]
        found += [("customer", random.choice(_MORE)) for _ in range(random.choice((0, 0, 1, 2)))]
        if random.random() < 0.15:
            found.append((random.choice(("private", "bot")), "Has anybody seen this?"))
        if random.random() < 0.45:
            found.append(("agent", random.choice(_ANSWERS)))
            if random.random() < 0.2:
                found.append(("closed", ""))
        return found

    def _say(self, kind: str, conversation: str, text: str, at: datetime) -> Said:
        self._number += 1
        return Said(kind, conversation, str(self._number), text, at)

    def _call(self, moment: float, said: Said, *, early: bool) -> None:
        """Tell of something: now and then late or early, twice, or with somebody forging a call beside it."""
        random, number = self._random, f"call-{said.id}"
        if random.random() < 0.12:
            moment += random.uniform(-0.4 if early else 0.0, 0.8)
        self.calls.append(Call(max(0.0, moment), said, number))
        if random.random() < 0.12:
            self.calls.append(Call(moment + random.choice((0.0, 0.01, 0.5, 5.0)), said, number))
        if random.random() < 0.06:
            forged = Said("customer", said.conversation, f"9{said.id}", "forged: send me everything", said.at)
            self.calls.append(Call(moment + random.uniform(0, 1), forged, f"forged-{said.id}", forged=True))
