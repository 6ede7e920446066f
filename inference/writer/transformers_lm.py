"""A causal language model in this process, through ``transformers``: a folder, or one GGUF file.

GGUF weights are dequantised when they are loaded, so they take the memory of float32 (bfloat16 on a GPU).
"""

import asyncio
import contextlib
import hashlib
import threading
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from inference.writer.base import (
    Prompt,
    Schema,
    WriterBusyError,
    WriterError,
    WriterTimeoutError,
    WriterUnavailableError,
)
from models.backends.base import DeviceName
from models.backends.torch_graph import torch_device
from models.errors import ConfigurationError, MissingExtraError

EXTRA = "torch"
GGUF_EXTRA = "gguf"
MAX_WAITING = 4
"""Generations that may wait for the one at work; more are refused at once."""
_EDGE = 1024 * 1024
Emit = Callable[[str | WriterError | None], None]


class TransformersModel:
    """A model and its tokenizer; see ``inference.writer.base.LanguageModel``. One generation runs at a time.

    It chats where its tokenizer has a chat template, and else goes on with a text. Greedy: on one machine the same
    prompt gives the same answer. No code of the model's own is run, and nothing is downloaded.

    Args:
        place: A folder of a transformers model, a GGUF file, or an installed package that carries one of these.
        device: Where to run.
        fallback: Run on the CPU where the GPU that ``device`` asks for is absent.
        threads: Threads within one operator on the CPU, of which torch has one number for the whole process; None
            leaves it as it is.

    Raises:
        MissingExtraError: torch, transformers or, for a GGUF file, gguf or accelerate is not installed.
        ConfigurationError: There is no such model, it cannot be loaded, or the GPU is absent.
    """

    def __init__(self, place: str, *, device: DeviceName, fallback: bool, threads: int | None) -> None:
        try:
            import torch  # noqa: PLC0415 - an extra
            import transformers  # noqa: PLC0415
        except ImportError as error:
            raise MissingExtraError(EXTRA) from error
        path = find_model(place)
        if path.is_file() and not all(map(find_spec, ("gguf", "accelerate"))):
            raise MissingExtraError(GGUF_EXTRA)
        self._device = torch_device(device, fallback=fallback)
        if self._device == "cpu" and threads is not None:
            torch.set_num_threads(threads)
        folder = path.parent if path.is_file() else path
        options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        if path.is_file():
            options["gguf_file"] = path.name
        kind = torch.float32 if self._device == "cpu" else torch.bfloat16
        try:
            self.tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder, **options)
            model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=kind, **options)
        except (OSError, ValueError, KeyError) as error:
            msg = f"RIFQ_WRITER={place} cannot be loaded by transformers as a causal language model."
            raise ConfigurationError(msg, field="writer") from error
        self._model: Any = model.to(self._device).eval()
        self.name = path.stem if path.is_file() else path.name
        self.revision = fingerprint(path)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rifq-writer")
        self._jobs: set[Future[None]] = set()

    @property
    def chats(self) -> bool:
        """Whether the tokenizer has a chat template."""
        return self.tokenizer.chat_template is not None

    async def generate(
        self, prompt: Prompt, *, max_tokens: int, seconds: float, schema: Schema | None = None
    ) -> AsyncGenerator[str, None]:
        """Yield the answer word by word; closing the generator stops the model at its next token.

        Args:
            prompt: The chat, or the completion for a model without a chat template.
            max_tokens: Most new tokens.
            seconds: Until the whole answer must be there, waiting for other generations included.
            schema: Not used: nothing holds the model to a form.

        Raises:
            WriterTimeoutError: The time ran out.
            WriterBusyError: Too many generations wait.
            WriterUnavailableError: The prompt is too long for the model, or it failed.
        """
        del schema
        if len(self._jobs) > MAX_WAITING:
            raise WriterBusyError("Too many drafts wait for the language model.")
        loop, stop = asyncio.get_running_loop(), threading.Event()
        pieces: asyncio.Queue[str | WriterError | None] = asyncio.Queue()

        def emit(piece: str | WriterError | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is gone, and nobody listens
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

        job = _Job(prompt, max_tokens, time.monotonic() + seconds, stop, emit)
        future = self._pool.submit(self._run, job)
        self._jobs.add(future)
        future.add_done_callback(self._jobs.discard)
        try:
            while (piece := await pieces.get()) is not None:
                if isinstance(piece, WriterError):
                    raise piece
                yield piece
        finally:
            stop.set()
            future.cancel()

    async def close(self) -> None:
        """Wait for the generation at work, refuse further ones."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    def _run(self, job: "_Job") -> None:
        """Generate in the pool's thread; the last thing emitted is an error or None."""
        try:
            self._generate(job)
            job.emit(None)
        except WriterError as error:
            job.emit(error)
        except Exception as error:  # noqa: BLE001 - torch raises many kinds; the caller falls back on each
            job.emit(WriterUnavailableError(f"The language model failed ({type(error).__name__})."))

    def _generate(self, job: "_Job") -> None:
        import torch  # noqa: PLC0415 - an extra

        if job.over():
            return
        fed = self._encode(job.prompt)
        room = int(getattr(self._model.config, "max_position_embeddings", 0) or 1_000_000)
        if fed["input_ids"].shape[1] + job.max_tokens > room:
            raise WriterUnavailableError(f"The prompt and the answer do not fit into the model's {room} tokens.")
        if not self.chats:
            job.emit(job.prompt.opening)
        with torch.inference_mode():
            self._model.generate(
                **fed,
                max_new_tokens=job.max_tokens,
                do_sample=False,
                temperature=None,
                top_p=None,
                top_k=None,
                pad_token_id=self.tokenizer.pad_token_id or self.tokenizer.eos_token_id,
                streamer=_streamer(self.tokenizer, job.emit),
                stopping_criteria=[_until(job)],
            )
        if job.late():
            raise WriterTimeoutError("The language model's time ran out: raise RIFQ_WRITER_SECONDS.")

    def _encode(self, prompt: Prompt) -> Mapping[str, Any]:
        if not self.chats:
            return dict(self.tokenizer(prompt.completion, return_tensors="pt").to(self._device))
        chat = [{"role": item.role, "content": item.content} for item in prompt.chat]
        try:
            fed = self._templated(chat)
        except Exception:  # noqa: BLE001 - a template's own refusal: some know no system message
            first = {"role": "user", "content": f"{chat[0]['content']}\n\n{chat[1]['content']}"}
            fed = self._templated([first, *chat[2:]])
        return fed

    def _templated(self, chat: list[dict[str, str]]) -> Mapping[str, Any]:
        return dict(
            self.tokenizer.apply_chat_template(
                chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
            ).to(self._device)
        )


class _Job:
    """One generation on its way through the pool."""

    def __init__(self, prompt: Prompt, max_tokens: int, deadline: float, stop: threading.Event, emit: Emit) -> None:
        self.prompt = prompt
        self.max_tokens = max_tokens
        self.emit = emit
        self._deadline = deadline
        self._stop = stop

    def late(self) -> bool:
        """Whether its time has run out."""
        return time.monotonic() > self._deadline

    def over(self) -> bool:
        """Whether it need not go on."""
        return self._stop.is_set() or self.late()


def _streamer(tokenizer: Any, emit: Emit) -> Any:  # noqa: ANN401 - transformers has no types here
    from transformers import TextStreamer  # noqa: PLC0415 - an extra

    class Streamer(TextStreamer):  # type: ignore[misc] # its base is untyped
        def on_finalized_text(self, text: str, stream_end: bool = False) -> None:  # noqa: ARG002 - the hook's shape
            if text:
                emit(text)

    return Streamer(tokenizer, skip_prompt=True, skip_special_tokens=True)


def _until(job: _Job) -> Callable[..., Any]:
    import torch  # noqa: PLC0415 - an extra

    def over(ids: Any, scores: Any, **_: Any) -> Any:  # noqa: ANN401, ARG001 - transformers' shape
        return torch.full((ids.shape[0],), job.over(), device=ids.device, dtype=torch.bool)

    return over


def find_model(place: str) -> Path:
    """Return the folder or GGUF file that a path or an installed package means.

    Raises:
        ConfigurationError: There is none, or a package holds several.
    """
    path = Path(place).expanduser()
    if path.is_dir() and (path / "config.json").is_file():
        return path.resolve()
    if path.suffix == ".gguf" and path.is_file():
        return path.resolve()
    if place.isidentifier() and (spec := find_spec(place)) and spec.submodule_search_locations:
        root = Path(next(iter(spec.submodule_search_locations)))
        found = [*root.rglob("*.gguf"), *(config.parent for config in root.rglob("config.json"))]
        if len(found) == 1:
            return found[0]
    msg = (
        f"RIFQ_WRITER=transformers:{place} names no model: give the folder of one (with its config.json), one GGUF "
        "file, or an installed package that carries exactly one of these."
    )
    raise ConfigurationError(msg, field="writer")


def fingerprint(path: Path) -> str:
    """Hash a model's files by name, size and first and last MiB: whole weights would take minutes to read."""
    sha = hashlib.sha256()
    for file in sorted([path] if path.is_file() else (item for item in path.iterdir() if item.is_file())):
        size = file.stat().st_size
        sha.update(f"{file.name}\0{size}\0".encode())
        with file.open("rb") as opened:
            sha.update(opened.read(_EDGE))
            opened.seek(max(0, size - _EDGE))
            sha.update(opened.read(_EDGE))
    return sha.hexdigest()[:12]
