"""The console: server-rendered pages for agents, in Arabic and English, with and without JavaScript."""

from fastapi import FastAPI

from api.console import commitments, routes


def install_console(app: FastAPI) -> None:
    """Add the pages and their static files to the application."""
    app.include_router(commitments.router)
    routes.install_console(app)


__all__ = ["install_console"]
