"""A composed draft made by hand, and language models that say what a test wants."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any

from inference.policy import Policy
from inference.types import (
    AngerLevel,
    Channel,
    Draft,
    DraftStep,
    Message,
    Source,
    SourceKind,
    Status,
    StepName,
    TonePlan,
)
from inference.writer import Budget, Delta, Prompt, Written, write
from inference.writer.base import Schema, WriterError
from tests.inference.builders import ARABIC, ENGLISH, POLICY, found, resolution

BASES = {"ar": ARABIC, "en": ENGLISH}
BUDGET = Budget(seconds=20.0, tokens=200)
GREETINGS = {"ar": "تحية طيبة،", "en": "Hello,"}
REGRETS = {"ar": "نأسف لما مررتم به في هذا الأمر.", "en": "I'm sorry you've had to go through this."}
GOOD = {
    "ar": {
        "listen": "قرأنا رسالتكم، وفهمنا أن بطاقتكم لم تصل إليكم بعد.",
        "apologise": "نأسف لما مررتم به.",
        "explain": "البطاقة عند شركة توصيل، وتصل خلال 7 أيام عمل.",
        "solve": "1. افتحوا التطبيق واختاروا «تتبع البطاقة».\n2. راجعوا عنوانكم المسجل.",
    },
    "en": {
        "listen": "I've read your message, and I understand your card still isn't with you.",
        "apologise": "I'm sorry about that.",
        "explain": "A courier brings it, usually within 7 working days.",
        "solve": "1. Open the app and tap Track Card.\n2. Check the address on your account.",
    },
}
ASKED = {"ar": "وين بطاقتي؟ تعبت وأنا أنتظر", "en": "where is my card? I am tired of waiting"}
STEPS = (StepName.GREET, StepName.LISTEN, StepName.APOLOGISE, StepName.EXPLAIN, StepName.SOLVE)


def composed(language: str = "en", *, extra: tuple[Source, ...] = (), **changes: Any) -> Draft:
    """A ready draft as the composer might have made it for an angry customer's e-mail."""
    base = BASES[language]
    quote = resolution(base).quote
    steps = (
        DraftStep(name=StepName.GREET, text=GREETINGS[language], sources=("policy:greet",)),
        DraftStep(name=StepName.LISTEN, text=base["restatement"], sources=(base["id"],)),
        DraftStep(name=StepName.APOLOGISE, text=REGRETS[language], sources=("policy:regret",)),
        DraftStep(name=StepName.EXPLAIN, text=base["answer"], sources=(base["id"], *(item.id for item in extra))),
        DraftStep(name=StepName.SOLVE, text="\n".join(base["steps"]), sources=(base["id"],)),
    )
    values: dict[str, Any] = {
        "status": Status.READY,
        "text": "\n\n".join(step.text for step in steps),
        "language": language,
        "direction": "rtl" if language == "ar" else "ltr",
        "steps": steps,
        "plan": TonePlan(
            steps=STEPS,
            language=language,
            level=AngerLevel.ANGRY,
            max_characters=2_500,
            numbered=True,
            apology="regret",
            forbidden=tuple(POLICY.forbidden),
        ),
        "sources": (
            Source(id=base["id"], kind=SourceKind.RESOLUTION, quote=quote),
            *extra,
            Source(id="policy:regret", kind=SourceKind.POLICY, quote=REGRETS[language]),
        ),
        "notes": ("a note of the composer's",),
        "model": "test",
        "model_revision": "0",
        "index_generation": "1",
        "policy_revision": POLICY.revision,
    }
    return Draft(**(values | changes))


def answer(language: str = "en", **changes: str) -> str:
    """A good answer, with other texts for some steps."""
    steps = {**GOOD[language], **changes}
    return json.dumps({"steps": [{"name": name, "text": text} for name, text in steps.items()]}, ensure_ascii=False)


class ScriptedModel:
    """Gives its answers one after the other, in pieces; an error among them is raised."""

    def __init__(self, *answers: str | WriterError, piece: int = 7) -> None:
        self.name = "scripted"
        self.revision = "r1"
        self.prompts: list[Prompt] = []
        self.schemas: list[Schema | None] = []
        self.given = 0
        self.open = 0
        self.closed = False
        self._answers = list(answers)
        self._piece = piece

    async def generate(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,  # noqa: ARG002 - the protocol's shape
        seconds: float,  # noqa: ARG002
        schema: Schema | None = None,
    ) -> AsyncGenerator[str, None]:
        self.prompts.append(prompt)
        self.schemas.append(schema)
        self.open += 1
        try:
            async for piece in self.say(prompt):
                self.given += 1
                yield piece
        finally:
            self.open -= 1

    async def say(self, prompt: Prompt) -> AsyncIterator[str]:  # noqa: ARG002 - for those that answer the prompt
        now = self._answers.pop(0)
        if isinstance(now, WriterError):
            raise now
        for start in range(0, len(now), self._piece):
            yield now[start : start + self._piece]

    async def close(self) -> None:
        self.closed = True


async def written(
    model: Any,
    language: str = "en",
    *,
    text: str | None = None,
    draft: Draft | None = None,
    policy: Policy = POLICY,
    budget: Budget = BUDGET,
    agent_language: str | None = None,
    deltas: list[Delta] | None = None,
    message: Message | None = None,
) -> Written:
    """Have a model word a draft."""
    return await write(
        draft or composed(language),
        message=message or Message(text=text or ASKED[language], channel=Channel.EMAIL),
        found=found(resolution(BASES[language])),
        policy=policy,
        model=model,
        budget=budget,
        agent_language=agent_language,
        tell=None if deltas is None else deltas.append,
    )


def codes(result: Written) -> list[set[str]]:
    """The codes of what the checks refused, by attempt."""
    return [{finding.code for finding in findings} for findings in result.refused]


def sent(prompts: Sequence[Prompt]) -> str:
    """All that a model was sent as chat."""
    return "\n".join(message.content for prompt in prompts for message in prompt.chat)
