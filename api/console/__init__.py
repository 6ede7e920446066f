"""The console: server-rendered pages for agents, in Arabic and English, with and without JavaScript."""

from fastapi import FastAPI

from api.console import (
    commitments,
    complaints,
    review,
    review_deciding,
    review_figures,
    review_rounds,
    routes,
    sent,
    signing,
)


def install_console(app: FastAPI) -> None:
    """Add the pages and their static files to the application."""
    app.include_router(commitments.router)
    app.include_router(sent.router)
    app.include_router(complaints.router)
    app.include_router(review_deciding.router)  # before the rounds: its addresses are not the ids of any
    app.include_router(review_figures.router)
    app.include_router(review_rounds.router)
    app.include_router(review.router)
    app.include_router(signing.router)
    signing.install_refusals(app)
    routes.install_console(app)


__all__ = ["install_console"]
