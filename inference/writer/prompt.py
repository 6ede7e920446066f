"""The prompt: the plan as rules, and everything that others wrote as fenced data.

Fences carry a token that is drawn anew for each call from the system's random source and stands in none of the texts,
so that no text can close its own fence ("spotlighting" by delimiters, Hines et al. 2024, arXiv:2403.14720). That keeps
honest models on the path; what a model writes is judged by the checks all the same.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from inference.types import Author, Finding, Source, SourceKind
from inference.writer.answer import visible
from inference.writer.base import ChatMessage, Prompt
from inference.writer.task import Task
from inference.writer.wording import wording

MAX_MESSAGE = 4_000
"""Characters of the customer's message that the model is shown."""
MAX_TURN = 800
"""Characters of an earlier turn."""
TURNS = 4
"""Earlier turns that the model is shown, the latest."""
_ANSWER_START = '{"steps": [{"name": "'


@dataclass(frozen=True)
class Request:
    """A prompt with what a reply may never repeat of it: the instructions and the fences' token."""

    prompt: Prompt
    instructions: str
    fence: str
    names: str


def first_request(task: Task) -> Request:
    """Ask for the open steps of a task."""
    parts = list(_data(task))
    fence = draw_fence([text for _, text in parts])
    names = ", ".join(step.name.value for step in task.open)
    rules = _rules(task, fence)
    data = "\n".join(_fenced(label, text, fence) for label, text in parts)
    ask = wording()["ask"].format(names=names)
    completion, example = _completion(task, data, names)
    chat = (ChatMessage("system", rules), ChatMessage("user", f"{data}\n\n{ask}"))
    opening = f'{_ANSWER_START}{task.open[0].name.value}", "text": "'
    prompt = Prompt(chat=chat, completion=completion + opening, opening=opening)
    return Request(prompt, f"{rules}\n{ask}\n{example}", fence, names)


def repair_request(request: Request, answer: str, findings: Sequence[Finding]) -> Request:
    """Ask once more, with the answer that was refused and what the checks found in it."""
    faults = "\n".join(f"- {visible(finding.message)}" for finding in findings)
    repair = wording()["repair"].format(findings=faults, names=request.names)
    chat = (*request.prompt.chat, ChatMessage("assistant", visible(answer)), ChatMessage("user", repair))
    # A base model has no turns: it is shown the faults and begins again where it began before.
    before = request.prompt.completion.removesuffix(request.prompt.opening)
    completion = f"{before}(not like this: {'; '.join(visible(finding.message) for finding in findings)})\n"
    prompt = replace(request.prompt, chat=chat, completion=completion + request.prompt.opening)
    return replace(request, prompt=prompt)


def draw_fence(texts: Sequence[str]) -> str:
    """Draw a token of 64 random bits that none of the texts holds."""
    while True:
        token = secrets.token_hex(8)
        if not any(token in text for text in texts):
            return token


def _data(task: Task) -> Iterator[tuple[str, str]]:
    """Yield each text of others with its label: what is cited, earlier turns, the message."""
    used = {source for step in task.open for source in step.sources}
    for source in task.composed.sources:
        if source.id in used:
            yield _label(source), visible(source.quote)
    for turn in task.message.history[-TURNS:]:
        who = "CUSTOMER" if turn.author is Author.CUSTOMER else "AGENT"
        yield f"EARLIER {who} MESSAGE", visible(turn.text)[:MAX_TURN]
    yield "CUSTOMER MESSAGE", visible(task.message.text)[:MAX_MESSAGE]


def _label(source: Source) -> str:
    if source.kind is SourceKind.POLICY:
        return f"SOURCE (the company's own wording of the step {source.id.partition(':')[2]})"
    return "SOURCE (from the company's systems)" if source.kind is SourceKind.FACT else "SOURCE"


def _fenced(label: str, text: str, fence: str) -> str:
    return f"BEGIN {label} {fence}\n{text}\nEND {fence}"


def _rules(task: Task, fence: str) -> str:
    words, plan, language = wording(), task.plan, task.composed.language
    forbidden = (task.policy.forbidden[name].phrases.get(language, ()) for name in plan.forbidden)
    fixed = sum(len(step.text) + 2 for step in task.composed.steps if step not in task.open)
    register = words["register"].get(language, "")
    described = {
        name: line.format(explanation=words["explanation"][plan.explanation]) for name, line in words["steps"].items()
    }
    rules: str = words["rules"].format(
        fence=fence,
        language=_language(language),
        register=f"{register} {words['formality'][plan.formality]}".strip(),
        apology=words["apology"][plan.apology],
        forbidden="; ".join(json.dumps(phrase, ensure_ascii=False) for list_ in forbidden for phrase in list_) or "-",
        characters=max(1, plan.max_characters - fixed),
        layout=words["layout"]["numbered" if plan.numbered else "flowing"],
        manner=words["manner"][plan.level],
        wish=words["wish"][plan.wish] if plan.wish else "",
        steps="\n".join(f"- {step.name.value}: {described.get(step.name, '')}" for step in task.open),
    )
    return rules


def _completion(task: Task, data: str, names: str) -> tuple[str, str]:
    """Return the text for a base model, without the answer's opening, and the part of it that is ours."""
    words, language = wording(), task.composed.language
    example = words["examples"].get(language, words["examples"]["en"])
    steps = [{"name": name, "text": text} for name, text in example["steps"].items()]
    values = {
        "example_message": example["message"],
        "example_source": example["source"],
        "example_names": ", ".join(example["steps"]),
        "example_answer": json.dumps({"steps": steps}, ensure_ascii=False),
        "language": _language(language),
        "names": names,
        "opening": "",
    }
    filled, ours = (words["completion"].format(**values, data=text).rstrip() + "\n" for text in (data, ""))
    return filled, ours


def _language(code: str) -> str:
    name: str = wording()["languages"].get(code, code)
    return name
