"""Asking a language model many things: in batches where it runs here, several at once where a server answers.

Answers are kept in a file as they come, so that a run that breaks off goes on where it stopped.
"""

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.llm.measure import counter
from inference.writer import LanguageModel, Prompt, open_model
from inference.writer.answer import MAX_ANSWER, is_whole
from inference.writer.base import Schema, WriterError
from inference.writer.transformers_lm import TransformersModel
from models.backends.base import DeviceName
from models.errors import ConfigurationError

BATCH = 8
"""Prompts in one batch, or requests that wait on a server at the same time."""
ANSWERS = Path("var/llm-answers.ndjson")
"""Where answers are kept unless said otherwise; they may quote customers, so it lies beside the work, not in it."""
_SECONDS = 600.0


@dataclass(frozen=True)
class Question:
    """A prompt, known by ``parts``: all that an answer depends on but the model, without the fences' random token."""

    parts: tuple[str, ...]
    prompt: Prompt
    schema: Schema | None = None


@dataclass(frozen=True)
class Reply:
    """What came back: the answer's text, or None with the code of the error; tokens of the prompt and of the answer."""

    text: str | None
    error: str = ""
    read: int = 0
    written: int = 0


class BatchedModel(TransformersModel):
    """The model of this process, answering several prompts in one batch, padded on the left; greedy.

    It computes in bfloat16 on a CPU that has it: that halves what each token reads of the weights.
    """

    def __init__(self, place: str, *, device: DeviceName, fallback: bool, threads: int | None) -> None:
        super().__init__(place, device=device, fallback=fallback, threads=threads)
        import torch  # noqa: PLC0415 - an extra

        able: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()  # the oldest torch allowed cannot tell
        if self._device == "cpu" and able.get("avx512_bf16"):
            self._model = self._model.to(torch.bfloat16)

    def answers(self, prompts: Sequence[Prompt], *, max_tokens: int) -> list[str]:
        """Return an answer for each prompt; each ends where its JSON object is whole, or after ``max_tokens``."""
        import torch  # noqa: PLC0415 - an extra

        rows = [self._encode(prompt)["input_ids"][0] for prompt in prompts]
        width, pad = max(map(len, rows)), self.tokenizer.pad_token_id or self.tokenizer.eos_token_id
        fed = torch.full((len(rows), width), pad, device=self._device)
        mask = torch.zeros_like(fed)
        for place, row in enumerate(rows):
            fed[place, width - len(row) :] = row
            mask[place, width - len(row) :] = 1
        openings = ["" if self.chats else prompt.opening for prompt in prompts]
        with torch.inference_mode():
            given = self._model.generate(
                input_ids=fed,
                attention_mask=mask,
                max_new_tokens=max_tokens,
                do_sample=False,
                temperature=None,
                top_p=None,
                top_k=None,
                pad_token_id=pad,
                stopping_criteria=[self._whole(openings, width)],
            )
        return [opening + self._read(row[width:]) for opening, row in zip(openings, given, strict=True)]

    def _whole(self, openings: Sequence[str], width: int) -> Callable[..., Any]:
        import torch  # noqa: PLC0415 - an extra

        def whole(ids: Any, scores: Any, **_: Any) -> Any:  # noqa: ANN401, ARG001 - transformers' shape
            over = [
                "}" in self._read(row[-1:]) and is_whole(opening + self._read(row[width:]))
                for opening, row in zip(openings, ids, strict=True)
            ]
            return torch.tensor(over, device=ids.device)

        return whole

    def _read(self, ids: Any) -> str:  # noqa: ANN401 - a tensor
        text: str = self.tokenizer.decode(ids, skip_special_tokens=True)
        return text


class KeptAnswers:
    """Answers in a file of JSON lines, by the digest of what was asked; nothing is kept without a path."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, str] = {}
        if path is not None and path.exists():
            lines = path.read_text(encoding="utf-8").splitlines()
            self._known = {line["key"]: line["answer"] for line in map(json.loads, lines)}

    def get(self, key: str) -> str | None:
        """Return an answer; None where there is none."""
        return self._known.get(key)

    def put(self, key: str, answer: str) -> None:
        """Keep an answer."""
        self._known[key] = answer
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "answer": answer}, ensure_ascii=False) + "\n")


@dataclass
class Asker:
    """A language model with what an answer may cost.

    Attributes:
        model: The model.
        tokens: Most tokens of one answer.
        kept: Answers that need not be asked for again.
    """

    model: LanguageModel
    tokens: int
    kept: KeptAnswers = field(default_factory=lambda: KeptAnswers(None))

    @property
    def name(self) -> str:
        """``model@revision``, as runs name it."""
        return f"{self.model.name}@{self.model.revision}"

    async def ask(self, questions: Sequence[Question]) -> list[Reply]:
        """Answer questions, in their order; one that the model fails at is a reply without text."""
        found = [self.kept.get(self._key(question)) for question in questions]
        # By length: a batch is as wide as its longest prompt.
        open_ = sorted(
            (place for place, known in enumerate(found) if known is None),
            key=lambda place: len(questions[place].prompt.completion),
        )
        fresh: dict[int, Reply] = {}
        for start in range(0, len(open_), BATCH):
            places = open_[start : start + BATCH]
            for place, reply in zip(places, await self._batch([questions[place] for place in places]), strict=True):
                if reply.text is not None:
                    self.kept.put(self._key(questions[place]), reply.text)
                fresh[place] = reply
        replies = [fresh[place] if known is None else Reply(known) for place, known in enumerate(found)]
        return [self._counted(question, reply) for question, reply in zip(questions, replies, strict=True)]

    async def _batch(self, batch: Sequence[Question]) -> list[Reply]:
        if isinstance(self.model, BatchedModel):
            prompts = [question.prompt for question in batch]
            texts = await asyncio.to_thread(self.model.answers, prompts, max_tokens=self.tokens)
            return [Reply(text) for text in texts]
        return list(await asyncio.gather(*map(self._one, batch)))

    async def _one(self, question: Question) -> Reply:
        answer = ""
        stream = self.model.generate(question.prompt, max_tokens=self.tokens, seconds=_SECONDS, schema=question.schema)
        try:
            async with aclosing(stream) as pieces:
                async for piece in pieces:
                    answer += piece
                    if len(answer) > MAX_ANSWER or ("}" in piece and is_whole(answer)):
                        break
        except WriterError as error:
            return Reply(None, error.code)
        return Reply(answer)

    def _key(self, question: Question) -> str:
        parts = [self.name, str(self.tokens), *question.parts]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]

    def _counted(self, question: Question, reply: Reply) -> Reply:
        count, prompt = counter(self.model), question.prompt
        chats = getattr(self.model, "chats", True)
        asked = "\n".join(item.content for item in prompt.chat) if chats else prompt.completion
        said = (reply.text or "").removeprefix("" if chats else prompt.opening)
        return Reply(reply.text, reply.error, count(asked), count(said))


@asynccontextmanager
async def open_asker(
    writer: str | None = None, *, tokens: int, kept: Path | None = ANSWERS, threads: int | None = None
) -> AsyncIterator[Asker]:
    """Open a language model to be asked; a server's key comes from RIFQ_WRITER_KEY.

    Args:
        writer: as RIFQ_WRITER, and that setting where None.
        tokens: most tokens of one answer.
        kept: file of the answers; None keeps nothing.
        threads: of a model of this process, on the CPU; None for torch's own number, which OMP_NUM_THREADS sets.

    Raises:
        ConfigurationError: it names no language model, or one that cannot be opened.
        MissingExtraError: the backend needs a package that is not installed.
    """
    named = writer or os.environ.get("RIFQ_WRITER", "composer")
    model = _opened(named, threads)
    if model is None:
        msg = "No language model is named: set RIFQ_WRITER=transformers:FOLDER or openai:URL#MODEL."
        raise ConfigurationError(msg, field="writer")
    try:
        yield Asker(model, tokens, KeptAnswers(kept))
    finally:
        await model.close()


def _opened(writer: str, threads: int | None) -> LanguageModel | None:
    kind, _, place = writer.partition(":")
    if kind == "transformers" and place:
        return BatchedModel(place, device="auto", fallback=True, threads=threads)
    key = os.environ.get("RIFQ_WRITER_KEY")
    return open_model(writer, key=key, device="auto", fallback=True, threads=threads)
