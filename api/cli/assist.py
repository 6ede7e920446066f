"""``rifq analyze``, ``rifq search`` and ``rifq draft``: texts as arguments, or NDJSON lines on standard input."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import CountOption, StoreOption, settings_for

if TYPE_CHECKING:
    from api.cli.lines import Line
    from api.copilot import Copilot
    from api.settings import Settings
    from inference.types import Message, Wish

TextArguments = Annotated[
    list[str] | None, typer.Argument(metavar="[TEXT]...", help="Messages; NDJSON on standard input if left out.")
]
ChannelOption = Annotated[str, typer.Option("--channel", help="Channel of TEXT: chat, email, whatsapp, sms ...")]


def analyze(text: TextArguments = None, channel: ChannelOption = "chat", store: StoreOption = None) -> None:
    """Say how a customer feels: language, sentiment, anger, signals."""

    async def answer(copilot: "Copilot", messages: "Sequence[Message]") -> list[dict[str, Any]]:
        return [{"analysis": item.model_dump(mode="json")} for item in await copilot.analyze(messages)]

    _run(text, channel, settings_for(store), answer)


def search(
    text: TextArguments = None, channel: ChannelOption = "chat", store: StoreOption = None, k: CountOption = 10
) -> None:
    """Find how such problems were solved before."""

    async def answer(copilot: "Copilot", messages: "Sequence[Message]") -> list[dict[str, Any]]:
        from api.shapes import search_answer  # noqa: PLC0415 - heavy

        return [search_answer(found) for found in await copilot.search(messages, k=k)]

    _run(text, channel, settings_for(store), answer)


def draft(
    text: TextArguments = None,
    *,
    channel: ChannelOption = "chat",
    store: StoreOption = None,
    wish: Annotated[str | None, typer.Option("--as", help="shorter, warmer or simpler.")] = None,
    language: Annotated[str | None, typer.Option(help="Language to answer in: ar, en.")] = None,
    source: Annotated[str | None, typer.Option("--from", help="Id of the resolution to answer from.")] = None,
) -> None:
    """Draft a reply for an agent to accept, edit or reject."""

    async def answer(copilot: "Copilot", messages: "Sequence[Message]") -> list[dict[str, Any]]:
        wished = _wish(wish)
        if language is not None:
            messages = [_in_language(item, language) for item in messages]
        drafts = await copilot.draft(messages, wish=wished, source=source)
        return [{"draft": item.model_dump(mode="json")} for item in drafts]

    _run(text, channel, settings_for(store), answer)


def _in_language(message: "Message", language: str) -> "Message":
    from pydantic import ValidationError  # noqa: PLC0415 - heavy

    try:
        return type(message).model_validate(dict(message) | {"language": language})
    except ValidationError as error:
        raise typer.BadParameter("give a code such as ar or en", param_hint="--language") from error


def _wish(name: str | None) -> "Wish | None":
    from inference.types import Wish  # noqa: PLC0415 - heavy

    if name is not None and name not in set(Wish):
        raise typer.BadParameter(f"choose {', '.join(Wish)}", param_hint="--as")
    return None if name is None else Wish(name)


Answer = Callable[["Copilot", "Sequence[Message]"], Awaitable[list[dict[str, Any]]]]


def _run(texts: list[str] | None, channel: str, settings: "Settings", answer: Answer) -> None:
    rows = [{"text": text, "channel": channel} for text in texts or ()]
    answer_all(
        rows, settings, answer, missing='Give a TEXT, or lines like {"id": "1", "text": "..."} on standard input.'
    )


def answer_all(
    rows: Sequence[dict[str, str]],
    settings: "Settings",
    answer: Answer,
    *,
    missing: str,
    shape: "type[Message] | None" = None,
) -> None:
    """Answer the arguments; without any, standard input line by line.

    Args:
        rows: the arguments as messages.
        settings: of the Copilot that answers.
        answer: answers messages, or what ``shape`` adds to them, in their order.
        missing: what to say where there are no arguments and standard input is a terminal.
        shape: what a line is, if more than a message.

    Raises:
        typer.Exit: with 1 where a line was refused, with 2 where there is nothing to answer.
    """
    if rows:
        asyncio.run(_answer_arguments(rows, settings, answer, shape))
        return
    if sys.stdin.isatty():
        typer.echo(missing, err=True)
        raise typer.Exit(2)
    if asyncio.run(_answer_lines(settings, answer, shape)):
        raise typer.Exit(1)


async def _answer_arguments(
    rows: Sequence[dict[str, str]], settings: "Settings", answer: Answer, shape: "type[Message] | None"
) -> None:
    from pydantic import ValidationError  # noqa: PLC0415 - heavy

    from api.cli.show import show  # noqa: PLC0415 - heavy
    from api.opening import open_copilot  # noqa: PLC0415 - heavy
    from inference.types import Message  # noqa: PLC0415 - heavy
    from models.errors import InputError  # noqa: PLC0415 - heavy

    try:
        messages = [(shape or Message).model_validate(row) for row in rows]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        msg = f"The {first['loc'][0]} is not valid: {first['msg']}."
        raise InputError(msg) from error
    async with open_copilot(settings, progress=_index_progress()) as copilot:
        answers = await answer(copilot, messages)
        for number, (message, result) in enumerate(zip(messages, answers, strict=True), start=1):
            show(number, message, result)


async def _answer_lines(settings: "Settings", answer: Answer, shape: "type[Message] | None") -> bool:
    """Tell whether any line was refused."""
    from api.cli.lines import read_batches, write  # noqa: PLC0415 - heavy
    from api.cli.progress import LineProgress  # noqa: PLC0415 - heavy
    from api.opening import open_copilot  # noqa: PLC0415 - heavy
    from inference.types import Message  # noqa: PLC0415 - heavy

    refused = False
    batches = read_batches(sys.stdin.buffer, shape or Message)
    async with open_copilot(settings, progress=_index_progress()) as copilot:
        with LineProgress() as progress:
            while (batch := await asyncio.to_thread(next, batches, None)) is not None:
                for record in await _answer_batch(copilot, batch, answer):
                    refused |= "error" in record
                    write(record)
                sys.stdout.flush()
                progress.advance(len(batch))
    return refused


async def _answer_batch(copilot: "Copilot", batch: "list[Line]", answer: Answer) -> list[dict[str, Any]]:
    from api.cli.lines import failure  # noqa: PLC0415 - heavy
    from models.errors import InputError  # noqa: PLC0415 - heavy

    good = [(line, line.message) for line in batch if line.message is not None]
    try:
        answers = await answer(copilot, [message for _, message in good]) if good else []
        given = {id(line): {"id": line.id} | found for (line, _), found in zip(good, answers, strict=True)}
    except InputError as error:
        given = {id(line): failure(line, error) for line, _ in good}
    return [given.get(id(line)) or line.error() for line in batch]


def _index_progress() -> Callable[[int, int], None] | None:
    from api.cli.progress import index_progress  # noqa: PLC0415 - heavy

    return index_progress()
