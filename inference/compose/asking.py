"""Questions back to the customer, where nothing answers surely."""

from collections.abc import Sequence

from inference.compose.brief import Brief
from inference.compose.writing import as_name
from inference.signs import speaks_of_theirs
from inference.types import AngerLevel, Hit


def question(brief: Brief, rivals: Sequence[Hit]) -> str:
    """One good question: between two likely readings, to confirm one, or an open one; regret first, if not calm.

    A reading is put as we would say that we understood it: a title in quotation marks is a form to fill in.
    """
    pick = brief.phrasing.pick
    calm = brief.analysis.anger.level is AngerLevel.CALM
    if not rivals:
        return pick("ask_open" if calm else "ask_open_angry")
    first, *others = [_understood(brief, rival) for rival in rivals]
    asked = pick("ask_between", first=first, second=others[0]) if others else pick("ask_confirm", first=first)
    return asked if calm else f"{pick('ask_heard')} {asked}"


def bereaved_question(brief: Brief) -> str:
    """Ask whose account it is, unless "his account" says so."""
    return brief.phrasing.pick("ask_bereaved_need" if speaks_of_theirs(brief.words) else "ask_bereaved")


def _understood(brief: Brief, rival: Hit) -> str:
    """Return what a customer with this problem says: "that your card has not arrived yet"."""
    resolution = rival.resolution
    return resolution.restatement or brief.phrasing.pick("ask_about", problem=as_name(resolution.problem))
