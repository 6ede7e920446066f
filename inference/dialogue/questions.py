"""What a customer is likely to ask next, answered from the sources: offered to the agent, never sent by itself.

The order is the list's own: its author writes the likeliest first, and a list drawn from conversations has the most
frequent first. Nearness to the message, by shared words or by the encoder's cosine, was tried as well: on the dev
dialogues of the Schema-Guided Dialogue corpus no weight of it raised the hit rate, and large ones lowered it.
"""

from collections.abc import Sequence

from inference.stems import share, stems
from inference.thread import own_words
from inference.types import FollowUp, Message, Resolution

ASKED = 0.6
"""Share of a question's telling words that the message holds when it asks the same already."""
ANSWERED = 0.75
"""Share of an answer's telling words that the draft holds when it says the same already."""
_LONGEST_ANSWER = 2_000
_LONGEST_QUESTION = 500


def next_questions(
    message: Message,
    resolution: Resolution,
    others: Sequence[Resolution],
    language: str,
    *,
    count: int = 3,
    draft: str = "",
) -> tuple[FollowUp, ...]:
    """Return likely next questions with their answers: the resolution's own first, then what its neighbours answer.

    Both keep the order given; a neighbour's problem is its question. What the message asks already, what the draft
    answers and what says the same as a question before it are left out. The same input gives the same questions.

    Args:
        message: The customer's message.
        resolution: What the draft rests on.
        others: Neighbouring resolutions, nearest first, only reliable ones; those in another language are passed over.
        language: Language of the draft, as an ISO 639 code.
        count: Most questions to return.
        draft: The draft's text; where empty, the resolution's short answer and steps stand for it.
    """
    text = own_words(message)
    said = draft or " ".join((resolution.short or resolution.answer, *resolution.steps))
    own = resolution.follow_ups if resolution.language == language else ()
    known = {resolution.id}
    neighbours: list[FollowUp] = []
    for other in others:
        # A statement of a neighbour's ("My payment came back") is no question to offer.
        asks = other.problem.rstrip().endswith(("?", "؟"))
        if asks and other.language == language and other.id not in known:
            known.add(other.id)
            neighbours.append(_as_question(other))
    chosen: list[FollowUp] = []
    for candidate in (*own, *neighbours):
        if len(chosen) >= count:
            break
        if _is_new(candidate, text, said) and not _same_as_any(candidate, chosen, resolution):
            chosen.append(candidate)
    return tuple(chosen)


def _as_question(other: Resolution) -> FollowUp:
    answer = " ".join((other.short or other.answer).split())
    return FollowUp(question=other.problem[:_LONGEST_QUESTION], answer=answer[:_LONGEST_ANSWER])


def _is_new(candidate: FollowUp, text: str, said: str) -> bool:
    asks, tells = stems(candidate.question), stems(candidate.answer)
    return not (asks and share(asks, stems(text)) >= ASKED) and not (tells and share(tells, stems(said)) >= ANSWERED)


def _same_as_any(candidate: FollowUp, chosen: Sequence[FollowUp], resolution: Resolution) -> bool:
    asks = stems(candidate.question)
    before = [resolution.problem, *(other.question for other in chosen)]
    return any(asks and share(asks, stems(other)) >= ASKED and share(stems(other), asks) >= ASKED for other in before)
