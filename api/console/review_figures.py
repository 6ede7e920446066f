"""The page of a round's agreement: readers with each other, and the machine beside them."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from api.access.principal import Scope
from api.console.review_forms import failed
from api.console.routes import Page, PageDep
from api.console.strings import say
from api.http.dependencies import CopilotDep, FiguresDep, PrincipalDep, needs
from api.review import RoundAgreement
from evaluation.agreement import FEWEST, Answered, Level, Reliance, Verdict
from evaluation.scorecard import LEVELS, Rubric
from models.errors import ForbiddenError, RifqError

router = APIRouter(include_in_schema=False, dependencies=[needs(Scope.REVIEW)])
_SHADES = 4
_BADGES = {
    Reliance.RELIABLE: "good",
    Reliance.TENTATIVE: "warn",
    Reliance.UNRELIABLE: "stop",
    Verdict.BELIEVE: "good",
    Verdict.DISBELIEVE: "stop",
}


@dataclass(frozen=True)
class Asked:
    """A question with its title in the page's language; ``levels`` are those that it can be answered with."""

    title: str
    kind: str
    found: Answered
    levels: tuple[str, ...]

    @property
    def quiet(self) -> bool:
        """Whether it is a fault that neither the machine nor anybody else saw."""
        machine = self.found.machine
        return self.kind == "auto_fail" and machine is not None and not any(_seen(level) for level in machine.levels)


@router.get("/review/{id}/agreement")
async def page(
    id: str,  # noqa: A002 - the path's name
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
    figures: FiguresDep,
) -> Response:
    """How far a round's readers agree, where the machine should not be believed, and how the items were drawn."""
    found: RoundAgreement | None = None
    try:
        shown = await copilot.reviews.rounds.get(id, by=principal)
        async with figures.turn():
            found = await copilot.reviews.results.agreement(id, by=principal)
    except ForbiddenError:
        pass  # a reader of an open round: the page says why there are no figures
    except RifqError as error:
        return failed(page, error)
    asked = () if found is None else tuple(_asked(page, one, shown.rubric_text) for one in found.questions)
    return page.render(
        "review_agreement.html",
        round=shown,
        found=found,
        asked=asked,
        badge=lambda name: _BADGES.get(name, "quiet"),
        shade=shade,
        reader=lambda name: _reader(found, name),
        few=FEWEST,
        written=written,
        at=scale,
    )


def shade(level: Level, value: str) -> int:
    """Return how dark a cell of the calibration view is, 0 to 4: the value's share of what people said there."""
    total = sum(level.counts.values())
    return 0 if not total else -(-_SHADES * level.counts.get(value, 0) // total)


def scale(value: float, span: tuple[float, float], width: float = 168.0) -> float:
    """Return where a value lies on a line that begins at 6 and is ``width`` long; what lies beyond ends at its ends."""
    share = (value - span[0]) / (span[1] - span[0])
    return round(6.0 + width * min(1.0, max(0.0, share)), 1)


def written(value: float, percent: bool = False) -> str:
    """Return a figure to two places, or in whole percent; never a nought below nought."""
    text = f"{100 * value:.0f}%" if percent else f"{value:.2f}"
    return text.lstrip("-") if float(text.rstrip("%")) == 0 else text


def _seen(level: Level) -> bool:
    return level.machine == "yes" or "yes" in level.counts


def _asked(page: Page, found: Answered, rubric: Rubric) -> Asked:
    kind, _, name = found.name.partition(":")
    if kind == "choice":
        return Asked(say(page.language, "review_chosen"), kind, found, ())
    if kind == "auto_fail":
        return Asked(rubric.auto_fail(name).title.in_(page.language), kind, found, ("no", "yes"))
    return Asked(rubric.criterion(name).title.in_(page.language), kind, found, tuple(map(str, LEVELS)))


def _reader(found: RoundAgreement | None, name: str) -> str:
    return (found.raters.get(name) if found is not None else None) or name
