"""The figures of live quality as lines of text, for the command line."""

from collections.abc import Iterator

from api.quality.records import AgentQualityReport, DriftReport, Period, QualitySummary
from evaluation.live.casemix import AgentMeasure, AgentQuality
from evaluation.live.drafts import DraftSlice
from evaluation.live.figures import LiveFigure
from evaluation.live.picking import PickingWarning

OFF = (
    "Figures of single agents are off for this tenant. Before they are switched on (RIFQ_QUALITY_AGENTS), ask the "
    "agents' representatives: in many countries they must agree. See docs/quality.md."
)
_CUT = "The period has more than 20,000 drafts: these are the figures of the latest."


def written_summary(found: QualitySummary) -> str:
    """Return a summary as text."""
    return "\n".join(_summary(found))


def written_agents(found: AgentQualityReport) -> str:
    """Return the agents' report as text: by name, whatever the figures are."""
    return "\n".join(_agents(found))


def written_drift(found: DriftReport) -> str:
    """Return a drift chart as text."""
    return "\n".join(_drift(found))


def _summary(found: QualitySummary) -> Iterator[str]:
    yield from _heading(found.period, cut=found.cut)
    for part in found.drafts:
        yield from _slice(part)
    team = found.support
    yield f"\nconversations: {team.conversations:,}, agents: {team.agents}"
    if team.per_agent is not None:
        yield f"for each agent: {team.per_agent:g}, for each agent and day: {team.per_agent_day:g}"
    yield from _figures(team.figures)
    known = [cell for cell in team.responses if cell.figures[0].point is not None]
    if known:
        yield "\nfirst response by when the customer wrote (median, 90th percentile)"
    for cell in known:
        median, p90 = (_said(item) for item in cell.figures[:2])
        hours = f"{cell.first_hour:02}-{cell.last_hour:02} h"
        yield f"  {cell.weekday.value:<10} {hours}  {median:<34} {p90:<34} n {cell.figures[0].n:,}"


def _slice(part: DraftSlice) -> Iterator[str]:
    yield f"\n{'drafts' if part.value is None else part.value}: {part.drafts:,}"
    yield from _figures(part.figures)


def _figures(figures: tuple[LiveFigure, ...]) -> Iterator[str]:
    """Yield the figures that say something; those of no rows at all are left out."""
    for item in figures:
        if item.n:
            yield f"  {item.name:<34} {_said(item):<34} n {item.n:,}"


def _agents(found: AgentQualityReport) -> Iterator[str]:
    yield from _heading(found.period, cut=found.cut)
    report = found.report
    if report is None:
        yield OFF
        return
    yield report.note
    if not report.models:
        yield f"Too few conversations with a known agent, draft and outcome: {report.conversations:,}."
    for model in report.models:
        yield (
            f"expected {model.measure.value}: from {model.n:,} conversations of {model.agents} agents; "
            f"explains {model.explained:.0%} of what varies in cases of agents that it never saw"
        )
    for agent in report.agents:
        yield from _agent(agent)
    for item in report.picking:
        yield from _warning(item)


def _agent(agent: AgentQuality) -> Iterator[str]:
    hard = "not known" if agent.difficulty is None else f"{agent.difficulty:+.2f} SD"
    yield f"\n{agent.agent}: {agent.conversations:,} conversations, difficulty of the cases {hard}"
    yield from (_measure(item) for item in agent.measures)


def _measure(item: AgentMeasure) -> str:
    if item.expected is None:
        return f"  {item.measure.value:<14} too few                            n {item.observed.n:,}"
    seconds = item.observed.unit == "seconds"
    expected = f"{item.expected:,.0f} s" if seconds else f"{item.expected:.1%}"
    apart = item.difference
    low, high, point = apart.low or 0.0, apart.high or 0.0, apart.point or 0.0
    between = "nothing can be told" if low <= 0 <= high else "not as expected"
    unit = "%" if seconds else " points"
    gap = f"{100 * point:+.1f}{unit} ({100 * low:+.1f} to {100 * high:+.1f}): {between}"
    return f"  {item.measure.value:<14} {_said(item.observed):<34} expected {expected:<10} {gap}  n {item.observed.n:,}"


def _warning(item: PickingWarning) -> Iterator[str]:
    yield (
        f"\nAsk how cases are handed out: {item.agent} took {item.share_before:.0%} of a day's conversations and now "
        f"takes {item.share_after:.0%}, while their cases went from {item.difficulty_before:+.2f} to "
        f"{item.difficulty_after:+.2f} SD beside their colleagues' ({_chance(item.p)} among all agents, {item.days} "
        "days). At most one report in twenty says this of anybody by chance."
    )


def _drift(found: DriftReport) -> Iterator[str]:
    yield from _heading(found.period, cut=found.cut)
    chart = found.chart
    if chart.note is not None:
        yield chart.note
        return
    yield (
        f"{len(chart.series)} series, {chart.looks} looks, one a {chart.look}; while nothing changes, "
        f"{chart.false_alarms_a_year:g} false alarm a year is expected of all together."
    )
    for series in chart.series:
        yield f"  {series.name:<28} {series.level:<10.4g} n {series.n:,}"
    for alarm in chart.alarms:
        yield (
            f"{alarm.series}: {alarm.before:.4g} (n {alarm.before_n:,}) until {alarm.since}, then {alarm.after:.4g} "
            f"(n {alarm.after_n:,}); found on {alarm.found}"
        )
    if not chart.alarms:
        yield "Nothing has drifted."


def _heading(period: Period, *, cut: bool) -> Iterator[str]:
    yield f"{period.begins} to {period.ends}, {period.timezone}"
    if cut:
        yield _CUT


def _chance(p: float) -> str:
    return "p under 0.001" if p < 0.001 else f"p {p:.3f}"


def _said(item: LiveFigure) -> str:
    if item.point is None or item.low is None or item.high is None:
        return item.note or "-"
    values = (item.point, item.low, item.high)
    if item.unit == "share":
        point, low, high = (f"{value:.1%}" for value in values)
    elif item.unit == "seconds":
        point, low, high = (_span(value) for value in values)
    else:
        point, low, high = (f"{value:.4g}" for value in values)
    return f"{point} ({low} to {high})"


def _span(seconds: float) -> str:
    """Return a span of time in the unit that it is read in."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"
