"""What the writer needs of a language model, and what may go wrong with one.

RifqError
└── WriterError               the model gave no text
    ├── WriterTimeoutError    it took longer than it may
    ├── WriterBusyError       it has too much to do; try again after ``retry_after`` seconds
    └── WriterUnavailableError  it cannot be reached, refuses, or broke off
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from inference.types import Record, StepName
from models.errors import RifqError

Schema = Mapping[str, Any]


class WriterError(RifqError):
    """The language model gave no text; the composer's draft takes its place."""

    code: ClassVar[str] = "writer"


class WriterTimeoutError(WriterError):
    """The language model took longer than it may."""

    code = "timeout"


class WriterBusyError(WriterError):
    """The language model has too much to do; ``retry_after`` is in seconds."""

    code = "busy"

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class WriterUnavailableError(WriterError):
    """The language model cannot be reached, refuses to answer, or broke off."""

    code = "unavailable"


@dataclass(frozen=True)
class Budget:
    """What one draft may cost: ``seconds`` for both attempts together, ``tokens`` for each."""

    seconds: float = 30.0
    tokens: int = 700


@dataclass(frozen=True)
class ChatMessage:
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Prompt:
    """The same request in two forms: for a model that chats, and for a base model that only goes on with a text.

    Attributes:
        chat: System, user and, for a repair, assistant messages.
        completion: One text with an example, up to where the answer begins.
        opening: What the answer to ``completion`` begins with; it stands at the end of ``completion`` already.
    """

    chat: tuple[ChatMessage, ...]
    completion: str
    opening: str


class LanguageModel(Protocol):
    """A causal language model, in this process or behind a server."""

    @property
    def name(self) -> str:
        """What the model is called."""
        ...

    @property
    def revision(self) -> str:
        """What tells its weights from others of that name, as far as that can be known."""
        ...

    def generate(
        self, prompt: Prompt, *, max_tokens: int, seconds: float, schema: Schema | None = None
    ) -> AsyncGenerator[str, None]:
        """Yield the answer's text in pieces; closing the generator stops the model.

        Args:
            prompt: In the form that fits the model; the answer to a completion begins with ``prompt.opening``.
            max_tokens: Most tokens to generate.
            seconds: Until the whole answer must be there.
            schema: JSON schema of the answer, for models that can be held to one.

        Raises:
            WriterError: The model gave no text, or broke off.
        """
        ...

    async def close(self) -> None:
        """Free what the model holds."""
        ...


class Delta(Record):
    """A piece of a step's text as the model writes it: provisional until the finished draft is there.

    A new ``attempt`` (2 is the repair) replaces all that came before.
    """

    attempt: int
    step: StepName
    text: str
