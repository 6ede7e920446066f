"""One masked ticket -> a candidate, or the reason why it gives none."""

from collections import Counter
from collections.abc import Sequence

from inference.language import UNDETERMINED
from inference.language import detect as detect_language
from inference.mail_marks import is_regards
from inference.text import fold
from inference.types import Author, Channel
from retrieval.clean import MAX_CASE, MAX_STEP, MAX_TAG
from retrieval.tickets.masking import Block, Masked, mask_words
from retrieval.tickets.types import Candidate, Known, Skip, Ticket
from retrieval.tickets.wording import PLACEHOLDER, Act, act, bare, content_words, objects, sentences, step, subject

_FEWEST_CASE = 2
_FEWEST_ANSWER, _FEWEST_WITH_NUMBER = 5, 3
_MOST_ANSWER = 10_000
_MOST_PROBLEM = 300
_CLEAR = (4, 40)  # words of a sentence that names a problem by itself
_SHORT_SIGNATURE = 60
_IDLE = {Act.ASKING: Skip.ONLY_QUESTION, Act.HOLDING: Skip.ONLY_PROMISE, Act.DONE: Skip.NO_CONTENT}


def propose(ticket: Ticket, masked: Masked) -> Candidate | Skip:
    """Propose a resolution from a solved ticket.

    The case is the customer's first words that say something, the answer the last words of the agent that do, before
    which a customer spoke.
    """
    blocks = masked.blocks
    spoken = [(place, trim_case(block.text)) for place, block in enumerate(blocks) if block.author is Author.CUSTOMER]
    telling = [(place, case) for place, case in spoken if content_words(case) >= _FEWEST_CASE]
    if not telling:
        return Skip.CASE_TOO_VAGUE if spoken else Skip.NO_CUSTOMER_WORDS
    first, case = telling[0]
    if _objected(blocks):
        return Skip.CUSTOMER_OBJECTED
    found = _answer(blocks[first + 1 :])
    if isinstance(found, Skip):
        return found
    answer, steps = found
    whole = "\n".join((answer, *steps))
    language = detect_language(PLACEHOLDER.sub(" ", whole)).language
    if language == UNDETERMINED:
        return Skip.LANGUAGE_UNKNOWN
    return Candidate(
        label=f"{ticket.source.value} {'thread' if ticket.source == 'mail' else 'ticket'} {ticket.id}",
        problem=_problem(masked.subject, case),
        case=case,
        answer=answer,
        steps=steps,
        language=language,
        tags=tuple(tag for tag in dict.fromkeys(masked.tags) if 0 < len(tag) <= MAX_TAG)[:20],
        product=masked.product[:100] if masked.product else None,
        reopened=ticket.reopened,
        satisfaction=ticket.satisfaction,
    )


def masked_case(text: str, channel: Channel, *, named: str | None = None) -> str | None:
    """Return a customer's own words as a case, masked; None where they say too little to be found by.

    Args:
        text: What the customer wrote.
        channel: Where.
        named: Their name, where it is known: masked wherever it stands.
    """
    case = trim_case(mask_words(text, channel, Known(customers=(named,) if named else ())))
    return case if content_words(case) >= _FEWEST_CASE else None


def trim_case(text: str) -> str:
    """Return a customer's words without greetings, thanks and closing; cut at a sentence to a case's length."""
    kept, length = [], 0
    for line in text.split("\n"):
        said = [bare(item) for item in sentences(line) if act(item) not in {Act.GREETING, Act.CLOSING}]
        joined = " ".join(filter(None, said))
        length += len(joined) + 1
        if length > MAX_CASE:
            kept.append(joined[: max(0, MAX_CASE - (length - len(joined)))].rpartition(". ")[0])
            break
        kept.append(joined)
    return "\n".join(line for line in kept if line)[:MAX_CASE].strip()


def _objected(blocks: Sequence[Block]) -> bool:
    """Whether the customer's word is the last, and it says that the problem is still there."""
    if not blocks or blocks[-1].author is Author.AGENT or len(blocks) == 1:
        return False
    last = trim_case(blocks[-1].text)
    return bool(last) and content_words(last) >= _FEWEST_CASE and objects(last)


def _answer(blocks: Sequence[Block]) -> tuple[str, tuple[str, ...]] | Skip:
    """The last block of the agent's that says something, as explanation and steps."""
    why: list[Skip] = []
    for block in reversed(blocks):
        if block.author is Author.CUSTOMER:
            continue
        found = solve(block.text)
        if not isinstance(found, Skip):
            return found
        why.append(found)
    told = [skip for skip in why if skip is not Skip.ONLY_COURTESY]
    return (told or why or [Skip.NO_AGENT_ANSWER])[0]


def solve(text: str) -> tuple[str, tuple[str, ...]] | Skip:
    """Return an agent's explanation and steps, courtesy and promises cut off, or why there is no answer in it."""
    lines, acts = [], Counter[Act]()
    for line in _unsigned(text):
        marked = step(line)
        kept = []
        for sentence in sentences(line if marked is None else marked):
            stripped = sentence if marked is not None else bare(sentence)
            does = Act.CONTENT if marked is not None and not sentence.endswith(("?", "؟")) else act(stripped)
            acts[does] += 1
            if does is Act.CONTENT:
                kept.append(stripped)
        if kept:
            lines.append((" ".join(kept), marked is not None))
    whole = "\n".join(line for line, _ in lines)
    if not whole:
        idle = [item for item in _IDLE if acts[item]]
        return _IDLE[idle[0]] if idle else Skip.ONLY_COURTESY
    if not content_words(whole):
        return Skip.ONLY_PERSONAL_DATA if PLACEHOLDER.search(whole) else Skip.ONLY_COURTESY
    plain = PLACEHOLDER.sub(" ", whole)
    if content_words(whole) < (_FEWEST_WITH_NUMBER if any(map(str.isdigit, plain)) else _FEWEST_ANSWER):
        return Skip.ANSWER_TOO_SHORT
    if len(whole) > _MOST_ANSWER:
        return Skip.ANSWER_TOO_LONG
    return _parted(lines)


def _parted(lines: Sequence[tuple[str, bool]]) -> tuple[str, tuple[str, ...]]:
    """Part the explanation from the steps; a lone mark, or marks without an explanation, are no steps."""
    steps = tuple(line for line, marked in lines if marked)
    prose = "\n".join(line for line, marked in lines if not marked)
    if not 2 <= len(steps) <= 30 or not prose or any(len(line) > MAX_STEP for line in steps):
        return "\n".join(line for line, _ in lines), ()
    return prose, steps


def _unsigned(text: str) -> list[str]:
    """The lines above a closing formula that only short lines follow."""
    lines = [line.strip() for line in text.split("\n")]
    for place, line in enumerate(lines):
        below = [item for item in lines[place + 1 :] if item]
        if is_regards(fold(line).text) and len(below) <= 6 and all(len(item) <= _SHORT_SIGNATURE for item in below):
            return lines[:place]
    return lines


def _problem(subject_line: str, case: str) -> str:
    """The subject where it names the problem, else the customer's clearest sentence."""
    named = subject(subject_line)
    if named and content_words(named) >= _FEWEST_CASE:
        return named[:_MOST_PROBLEM]
    told = [item for line in case.split("\n") for item in sentences(line)]
    fewest, most = _CLEAR
    clear = [item for item in told if fewest <= len(item.split()) <= most and content_words(item) >= _FEWEST_CASE]
    if clear:
        # A question says best what is wanted, if it says something; of equals the first.
        return max(clear, key=lambda item: min(content_words(item), 10) + 2 * item.endswith(("?", "؟")))[:_MOST_PROBLEM]
    return " ".join(case.split())[:_MOST_PROBLEM].strip()
