"""``rifq serve``: the HTTP service and the console."""

from typing import Annotated

import typer

from api.cli.options import StoreOption, settings_for


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; loopback if left out.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Port; 8000 if left out.")] = None,
    store: StoreOption = None,
) -> None:
    """Start the service on loopback: API, console, health checks."""
    from api.http.serve import run  # noqa: PLC0415 - heavy

    run(settings_for(store, host=host, port=port))
