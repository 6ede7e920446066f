"""Renders the sidebar's page and its parts, in one language."""

from typing import Any

from fastapi import Request
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from api.access.cookies import FRAME
from api.console import view
from api.console.strings import Language, choose_language
from api.sidebar.frame import Place, frame_headers, origin_of
from api.sidebar.words import said
from inference.types import MAX_TEXT, FeedbackReason, Wish

_templates = Environment(
    loader=ChoiceLoader([PackageLoader("api.sidebar"), PackageLoader("api.console")]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals |= {
    "numbered_sources": view.numbered_sources,
    "direction": view.direction,
    "lean": view.lean,
    "reasons": tuple(FeedbackReason),
    "wishes": tuple(Wish),
    "max_text": MAX_TEXT,
}
SAID_BY_SCRIPT = (
    "no_context", "inserted", "copied", "copy_by_hand", "failed", "busy", "signed_out", "forbidden", "composer_empty",
)  # fmt: skip


class SidebarPage:
    """One request of the sidebar: whose it is, and its language (``lang``, which the page keeps in its addresses).

    Args:
        request: of the page or a part of it.
        place: the connection.
    """

    def __init__(self, request: Request, place: Place) -> None:
        asked = request.query_params.get("lang")
        accepted = request.headers.get("accept-language", "")
        self.language: Language = choose_language(asked, None, accepted)
        self.place = place
        self._request = request

    def render(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - template values
        """Render a template."""
        inserting = self.place.vendor == "zendesk"
        html = _templates.get_template(template).render(
            t=lambda key: said(self.language, key),
            ui=self.language,
            ui_dir=view.direction(self.language),
            place=self.place,
            host=origin_of(self.place),
            inserting=inserting,
            framed=FRAME in self._request.cookies,
            spoken={name: said(self.language, name) for name in SAID_BY_SCRIPT},
            **({"sought": None, "found": None} | values),
        )
        return HTMLResponse(html, status, headers=frame_headers(self.place))
