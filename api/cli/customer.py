"""The options by which commands name a customer, in one place."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from api.privacy.subject import Subject

Many = list[str] | None
_OPTIONS: dict[str, tuple[str, Any]] = {
    "customer": (
        "customers",
        typer.Option("--customer", metavar="ID", help="The helpdesk's id of the customer; CONNECTION:ID where unsure."),
    ),
    "conversation": ("conversations", typer.Option("--conversation", metavar="ID", help="As Rifq shows it.")),
    "draft": ("drafts", typer.Option("--draft", metavar="ID", help="A draft, with what it answers.")),
    "email": ("emails", typer.Option("--email", metavar="ADDRESS", help="An e-mail address.")),
    "phone": ("phones", typer.Option("--phone", metavar="NUMBER", help="A phone number.")),
    "name": ("names", typer.Option("--name", metavar="NAME", help="A full name.")),
    "text": (
        "texts",
        typer.Option("--text", metavar="TEXT", help="Anything else: an order, an IBAN, a street."),
    ),
}
"""By name: the field of ``Subject`` that it fills, and what the command line shows."""
WholeOption = Annotated[
    bool, typer.Option("--whole", help="Take conversations and drafts in which a value stands for the customer's.")
]


def of_customer(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that name a customer.

    Args:
        command: takes a ``Subject`` first, and ``whole``; its other parameters stay options of its own.
    """

    @wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401 - options of any type
        named = {field: given.pop(name) for name, (field, _) in _OPTIONS.items()}
        command(_subject(named), **given)

    own = list(inspect.signature(command).parameters.values())[1:]
    options = {name: Annotated[Many, option] for name, (_, option) in _OPTIONS.items()}
    types: dict[str, Any] = {**options, **{item.name: item.annotation for item in own}, "whole": WholeOption}
    given = {**dict.fromkeys(options), **{item.name: item.default for item in own}, "whole": False}
    run.__annotations__ = types
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=given[name], annotation=type_)
            for name, type_ in types.items()
        ]
    )
    return run


def _subject(named: dict[str, list[str] | None]) -> "Subject":
    """Return the subject that options name.

    Raises:
        InputError: nothing was given, or a value is none; says which and why.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - heavy

    from api.privacy.subject import Subject  # noqa: PLC0415 - heavy
    from models.errors import InputError  # noqa: PLC0415 - heavy

    try:
        return Subject.model_validate({name: tuple(values or ()) for name, values in named.items()})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = str(first["loc"][0]) if first["loc"] else "customer"
        raise InputError(f"{place}: {first['msg'].removeprefix('Value error, ')}.", field=place) from error
