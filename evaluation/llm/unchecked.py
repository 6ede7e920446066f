"""What a language model replies where nothing checks it: from the best resolution found, as its words come.

Whether that resolution answers the message, whether the text is whole and whether it says what the resolution says is
nobody's question here: no repair, no fallback. This is what the writer's checks are held against.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.llm.asking import Asker, Question, Reply
from inference.compose import compose
from inference.compose.steps import join_steps
from inference.matching import compare
from inference.policy import Policy
from inference.types import Analysis, Message, SearchResult, Verdict
from inference.writer.answer import MalformedAnswerError, WrittenStep, partial_steps, read_answer, visible
from inference.writer.prompt import first_request
from inference.writer.task import Task
from inference.writer.wording import prompt_revision
from inference.writer.write import answer_schema

TOKENS = 200
"""Most tokens of an answer."""


@dataclass(frozen=True)
class Words:
    """A model's reply; ``follows``: it holds phrases of the resolution that it was given, composed or not."""

    text: str = ""
    follows: bool = False


async def unchecked_words(
    asker: Asker,
    messages: Sequence[Message],
    analyses: Sequence[Analysis],
    found: Sequence[SearchResult],
    policy: Policy,
) -> list[Words]:
    """Have a model answer each message from its first hit; empty where there is no hit or nothing to word."""
    rows = list(zip(messages, analyses, found, strict=True))
    tasks = [_task(message, analysis, result, policy) for message, analysis, result in rows]
    asked = [task for task in tasks if task is not None]
    replies = iter(await asker.ask([_question(task) for task in asked]))
    return [Words() if task is None else _words(task, next(replies)) for task in tasks]


def _task(message: Message, analysis: Analysis, found: SearchResult, policy: Policy) -> Task | None:
    """Plan a reply from the first hit as if it were known to be the answer; None where policy lets none be worded."""
    sure = found.model_copy(update={"hits": found.hits[:1], "also": (), "relevance": 1.0, "answerable": True})
    task = Task(compose(message, analysis, sure, policy), message, policy)
    return task if task.worth_writing else None


def _question(task: Task) -> Question:
    quotes = (source.quote for source in task.composed.sources)
    schema = answer_schema([step.name for step in task.open])
    parts = ("reply", prompt_revision(), task.message.text, *quotes)
    return Question(parts, first_request(task).prompt, schema)


def _words(task: Task, reply: Reply) -> Words:
    steps = _steps(reply.text or "")
    if not steps:
        return Words(visible(reply.text or "").strip())
    said = "\n".join(step.text for step in steps)
    text = join_steps(task.merge(steps), task.plan)
    sources = (source.quote for source in task.composed.sources if not source.id.startswith("policy:"))
    wordings = (task.composed.text, *sources)
    follows = any(compare(task.composed, said, text=wording).verdict is not Verdict.UNUSED for wording in wordings)
    return Words(text, follows)


def _steps(answer: str) -> tuple[WrittenStep, ...]:
    """Read the steps of an answer, whole or broken off; empty where it holds none."""
    try:
        return read_answer(answer).steps
    except MalformedAnswerError:
        broken = partial_steps(answer)
    return tuple(WrittenStep(name=name, text=text) for name, text in broken if text.strip())
