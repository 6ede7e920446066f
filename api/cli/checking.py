"""``rifq check``: a reply judged before it is sent, or NDJSON lines of replies on standard input."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.assist import answer_all
from api.cli.options import StoreOption, settings_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.copilot import Copilot
    from inference.types import Message

_MISSING = 'Give a REPLY, or lines like {"id": "1", "text": "...", "reply": "..."} on standard input.'


def check(
    reply: Annotated[str | None, typer.Argument(help="The reply; NDJSON on standard input if left out.")] = None,
    to: Annotated[str, typer.Option("--to", help="The customer's message that REPLY answers.")] = "",
    channel: Annotated[
        str, typer.Option("--channel", help="Channel of REPLY: chat, email, whatsapp, sms ...")
    ] = "chat",
    role: Annotated[str, typer.Option(help="Who sends REPLY, as the policy's authority names roles.")] = "agent",
    store: StoreOption = None,
) -> None:
    """Find what should not go out in a reply: unsupported facts and promises, wrong tone, leaked data."""
    from api.checking import CheckBody, check_reply  # noqa: PLC0415 - heavy

    async def answer(copilot: "Copilot", messages: "Sequence[Message]") -> list[dict[str, Any]]:
        bodies = [message for message in messages if isinstance(message, CheckBody)]
        found = [await check_reply(copilot, body.message(), body.answered()) for body in bodies]
        return [{"checked": item.model_dump(mode="json")} for item in found]

    rows = [] if reply is None else [{"text": to, "channel": channel, "reply": reply, "role": role}]
    answer_all(rows, settings_for(store), answer, missing=_MISSING, shape=CheckBody)
