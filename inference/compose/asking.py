"""Questions back to the customer, where nothing answers surely."""

from collections.abc import Sequence

from inference.bereavement import deaths
from inference.compose.brief import Brief
from inference.compose.heard import has_told
from inference.compose.writing import GLOSSARY, as_name
from inference.plain.explain import explain
from inference.signs import asked_about, is_weary, says_wanted, speaks_of_own, speaks_of_theirs
from inference.triage import greets_with_salam
from inference.types import AngerLevel, DraftStep, Hit, StepName


def question(brief: Brief, rivals: Sequence[Hit]) -> str:
    """One good question: between two likely readings, to confirm one, or an open one; regret first for the unhappy.

    A reading is put as we would say that we understood it: a title in quotation marks is a form to fill in. Whoever is
    unhappy is asked what it is about, with a word of regret: they have written too little to have told it.
    """
    pick = brief.phrasing.pick
    angry = brief.analysis.anger.level in {AngerLevel.ANGRY, AngerLevel.FURIOUS}
    if not rivals:
        unhappy = brief.analysis.anger.level is not AngerLevel.CALM or is_weary(brief.words)
        return pick("ask_open_angry" if unhappy else "ask_open")
    first, *others = [_understood(brief, rival) for rival in rivals]
    asked = pick("ask_between", first=first, second=others[0]) if others else pick("ask_confirm", first=first)
    return f"{pick('ask_heard')} {asked}" if angry else asked


def why_asked(brief: Brief, rivals: Sequence[Hit]) -> str:
    """Tell the agent why there is a question and no answer."""
    if len(rivals) == 1:
        return brief.note("likely", problem=as_name(rivals[0].resolution.problem))
    return brief.note("ambiguous" if rivals else "unanswered")


def wants_whose(brief: Brief) -> bool:
    """Tell whether it must be asked whose account a message with a death in it is about: not where "mine" says so."""
    own = speaks_of_own(brief.words) and not speaks_of_theirs(brief.words)
    return bool(deaths(brief.words)) and not own and not brief.channel.private


def bereaved_question(brief: Brief) -> str | None:
    """Ask whose account it is or, where "his account" says so, what they need; None where they have said both."""
    if not speaks_of_theirs(brief.words):
        return brief.phrasing.pick("ask_bereaved")
    return None if has_told(brief) or says_wanted(brief.words) else brief.phrasing.pick("ask_bereaved_need")


def ask_step(brief: Brief, asked: str) -> DraftStep:
    """Return a question behind the greeting or condolence that it is owed, with at most one term explained."""
    opening = ["greet_salam"] * greets_with_salam(brief.words) + ["condolence"] * bool(deaths(brief.words))
    text = " ".join([*map(brief.phrasing.pick, opening), asked])
    level, most = brief.analysis.technical_level, min(1, brief.policy.manners.explain_terms)
    plain = explain(text, brief.language, level=level, most=most, known=brief.words)
    terms = dict.fromkeys(f"{GLOSSARY}{term.id}" for term in plain.terms)
    return DraftStep(name=StepName.ASK, text=plain.text, sources=("policy:ask", *terms))


def _understood(brief: Brief, rival: Hit) -> str:
    """Return what a customer with this problem says, "that your card has not arrived yet", or asks about."""
    resolution = rival.resolution
    if matter := resolution.restatement and asked_about(resolution.restatement):
        return brief.phrasing.pick("ask_matter", matter=matter)
    return resolution.restatement or brief.phrasing.pick("ask_about", problem=as_name(resolution.problem))
