"""Any server that speaks the OpenAI chat API (llama.cpp, vLLM, Ollama, TGI ...), streamed over SSE.

Nothing of a prompt, an answer or the key is logged or put into an error: a server's error body may quote any of them.
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from inference.writer.base import (
    Prompt,
    Schema,
    WriterBusyError,
    WriterTimeoutError,
    WriterUnavailableError,
)
from models.errors import ConfigurationError, MissingExtraError

if TYPE_CHECKING:
    import httpx

EXTRA = "llm"
MAX_AT_ONCE = 16
"""Requests of ours that one server answers at the same time; more are refused at once."""
CONNECT_SECONDS = 5.0
_MAX_LINE = 1024 * 1024
_UNSTATED = "unstated"


class OpenAiServer:
    """A chat model behind a server; see ``inference.writer.base.LanguageModel``.

    Args:
        url: The API's root, as in ``http://127.0.0.1:8080/v1``.
        model: The model's name as the server knows it.
        key: Sent as a bearer token; None where the server asks for none.

    Raises:
        MissingExtraError: httpx is not installed.
        ConfigurationError: The address is no http address, or holds a user name or password.
    """

    def __init__(self, url: str, model: str, *, key: str | None = None) -> None:
        try:
            import httpx  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise MissingExtraError(EXTRA) from error
        self.host = _host(url)
        self.name = model
        self.revision = _UNSTATED
        self._url = f"{url.rstrip('/')}/chat/completions"
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.AsyncClient(headers=headers, limits=httpx.Limits(max_connections=MAX_AT_ONCE))
        self._running = 0
        self._not_before = 0.0
        self._takes_schema = True

    async def generate(
        self, prompt: Prompt, *, max_tokens: int, seconds: float, schema: Schema | None = None
    ) -> AsyncGenerator[str, None]:
        """Yield the answer; closing the generator closes the connection, at which servers stop generating.

        A server that is too busy is asked again after its Retry-After, where that fits into ``seconds``, and is left
        alone until then. One that refuses the schema is asked without it from then on.

        Raises:
            WriterTimeoutError: The answer was not there in time.
            WriterBusyError: The server, or this client, has too much to do.
            WriterUnavailableError: The server cannot be reached, refuses, or broke off.
        """
        import httpx  # noqa: PLC0415 - an extra

        deadline = time.monotonic() + seconds
        self._check_room()
        self._running += 1
        try:
            while True:
                body = self._body(prompt, max_tokens, schema)
                async with self._client.stream("POST", self._url, json=body, timeout=_timeout(deadline)) as response:
                    if response.status_code == httpx.codes.OK:
                        async with aclosing(self._pieces(response)) as pieces:
                            async for piece in pieces:
                                yield piece
                        return
                    wait = self._refusal(response, schema)
                await self._wait(wait, deadline)
        except httpx.TimeoutException as error:
            msg = "The language model's server did not answer in time: raise RIFQ_WRITER_SECONDS or look at its load."
            raise WriterTimeoutError(msg) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            msg = f"The language model's server cannot be used ({type(error).__name__}): is it running at RIFQ_WRITER?"
            raise WriterUnavailableError(msg) from error
        finally:
            self._running -= 1

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _check_room(self) -> None:
        left = self._not_before - time.monotonic()
        if left > 0:
            raise WriterBusyError("The language model's server asked to be left alone for a while.", retry_after=left)
        if self._running >= MAX_AT_ONCE:
            raise WriterBusyError("Too many drafts are being worded already.")

    def _body(self, prompt: Prompt, max_tokens: int, schema: Schema | None) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.name,
            "messages": [{"role": item.role, "content": item.content} for item in prompt.chat],
            "max_tokens": max_tokens,
            "temperature": 0,
            "stream": True,
        }
        if schema is not None and self._takes_schema:
            form = {"name": "reply", "schema": schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body

    def _refusal(self, response: "httpx.Response", schema: Schema | None) -> float:
        """Return the seconds after which to ask again.

        Raises:
            WriterUnavailableError: Asking again would not help.
        """
        status = response.status_code
        if status in {429, 503}:
            return retry_after(response.headers.get("retry-after"))
        if status in {400, 422} and schema is not None and self._takes_schema:
            self._takes_schema = False
            return 0.0
        remedy = {
            401: "check RIFQ_WRITER_KEY",
            403: "check RIFQ_WRITER_KEY",
            404: "check the address and the model's name in RIFQ_WRITER",
        }
        advice = remedy.get(status, "look into its own log")
        raise WriterUnavailableError(f"The language model's server answered {status}: {advice}.")

    async def _wait(self, seconds: float, deadline: float) -> None:
        now = time.monotonic()
        if seconds > 0:
            self._not_before = max(self._not_before, now + seconds)
        if now + seconds >= deadline:
            raise WriterBusyError("The language model's server is too busy.", retry_after=seconds)
        await asyncio.sleep(seconds)

    async def _pieces(self, response: "httpx.Response") -> AsyncGenerator[str, None]:
        """Yield the text of each event."""
        async with aclosing(_lines(response)) as lines:
            async for line in lines:
                if not line.startswith("data:"):
                    continue
                data = line.removeprefix("data:").strip()
                if data == "[DONE]":
                    return
                if piece := self._piece(data):
                    yield piece

    def _piece(self, data: str) -> str:
        """Read one event; empty where it holds no text."""
        try:
            event = json.loads(data)
            choices = event.get("choices") or []
            piece = choices[0].get("delta", {}).get("content") if choices else None
        except (ValueError, AttributeError, TypeError, LookupError, RecursionError) as error:
            raise WriterUnavailableError("The language model's server sent an event that is no chat.") from error
        if "error" in event:
            raise WriterUnavailableError("The language model's server broke off with an error: see its own log.")
        if isinstance(stated := event.get("system_fingerprint"), str):
            self.revision = stated[:40]
        return piece if isinstance(piece, str) else ""


async def _lines(response: "httpx.Response") -> AsyncGenerator[str, None]:
    """Yield the lines of a response, each within a bound: a server is not trusted to end one."""
    held = b""
    async for chunk in response.aiter_bytes():
        *whole, held = (held + chunk).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace").rstrip("\r")
        if len(held) > _MAX_LINE:
            raise WriterUnavailableError("The language model's server sent a line without an end.")
    if held:
        yield held.decode("utf-8", "replace")


def retry_after(header: str | None) -> float:
    """Read a Retry-After header (RFC 9110: seconds, or a date) as seconds from now, at least 1."""
    if header is None:
        return 1.0
    if header.strip().isdecimal():
        return max(1.0, float(header))
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return 1.0
    return max(1.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _timeout(deadline: float) -> "httpx.Timeout":
    import httpx  # noqa: PLC0415 - an extra

    left = max(0.1, deadline - time.monotonic())
    return httpx.Timeout(left, connect=min(CONNECT_SECONDS, left))


def _host(url: str) -> str:
    """Return the address's host.

    Raises:
        ConfigurationError: It is no address of a server, or carries secrets.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        parts, host = None, None
    if parts is None or parts.scheme not in {"http", "https"} or not host:
        msg = "RIFQ_WRITER needs an address like openai:http://127.0.0.1:8080/v1#model."
        raise ConfigurationError(msg, field="writer")
    if parts.username or parts.password or parts.query:
        msg = "RIFQ_WRITER holds a user name, password or query: put the server's key into RIFQ_WRITER_KEY."
        raise ConfigurationError(msg, field="writer")
    return host
