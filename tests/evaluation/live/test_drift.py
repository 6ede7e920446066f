from datetime import UTC, timedelta

import numpy as np

from evaluation.live import DraftRecord, drift_chart
from evaluation.live.control import threshold, watch
from evaluation.live.drift import DAYS_NOISE, arcsine, counting
from evaluation.live.worlds import shares
from inference.types import Verdict
from tests.evaluation.live.made import START, case, draft

BEGINS = START.date()


def days(count: int, each: int, *, since: int | None = None, seed: int = 1) -> list[DraftRecord]:
    """Drafts in which, from a day on, twice as many customers write English."""
    rng, found = np.random.default_rng(seed), list[DraftRecord]()
    for day in range(count):
        chance = 0.5 if since is not None and day >= since else 0.25
        for number in range(each):
            english = rng.random() < chance
            verdict = (Verdict.ACCEPTED, Verdict.EDITED, Verdict.UNUSED)[rng.integers(3)]
            at = START + timedelta(days=day, minutes=number)
            found.append(
                draft(
                    day * 1_000 + number,
                    made_at=at,
                    verdict=verdict,
                    case=case(language="en" if english else "ar", dialect=None, length=int(rng.integers(5, 60))),
                )
            )
    return found


def test_a_change_is_found_with_its_levels_and_its_begin() -> None:
    chart = drift_chart(days(90, 60, since=60), BEGINS, BEGINS + timedelta(days=89), UTC)
    assert (chart.look, chart.looks, chart.note) == ("day", 90, None)
    names = {item.name for item in chart.series}
    assert {"length", "language.ar", "language.en", "accepted", "edited", "unused"} <= names
    assert not names & {"urgent", "no_safe_draft", "rejected", "channel.chat"}, "what never varies is not watched"
    assert {item.series for item in chart.alarms} == {"language.ar", "language.en"}
    english = next(item for item in chart.alarms if item.series == "language.en")
    assert abs((english.since - BEGINS).days - 60) <= 7
    assert (english.found - BEGINS).days <= 75
    assert (round(english.before, 1), round(english.after, 1)) in {(0.2, 0.5), (0.3, 0.5), (0.2, 0.4), (0.3, 0.4)}
    assert english.before_n > english.after_n > 0


def test_nothing_changes_and_nothing_is_told() -> None:
    chart = drift_chart(days(90, 60, seed=3), BEGINS, BEGINS + timedelta(days=89), UTC)
    assert chart.alarms == ()
    assert chart.false_alarms_a_year == 1.0


def test_more_series_raise_the_threshold() -> None:
    few = drift_chart(days(40, 30), BEGINS, BEGINS + timedelta(days=39), UTC)
    rarer = drift_chart(days(40, 30), BEGINS, BEGINS + timedelta(days=39), UTC, a_year=0.1)
    assert rarer.threshold > few.threshold + 1.5


def test_small_desks_are_looked_at_by_whole_weeks() -> None:
    chart = drift_chart(days(7 * 20 + 3, 6), BEGINS, BEGINS + timedelta(days=7 * 20 + 2), UTC)
    assert (chart.look, chart.looks) == ("week", 20)
    assert all(item.n == 20 * 7 * 6 for item in chart.series)


def test_too_few_looks_say_so() -> None:
    chart = drift_chart(days(10, 60), BEGINS, BEGINS + timedelta(days=9), UTC)
    assert chart.note is not None
    assert (chart.series, chart.alarms) == ((), ())
    assert drift_chart([], BEGINS, BEGINS, UTC).note is not None


def test_rare_events_raise_no_more_false_alarms_than_common_ones() -> None:
    values, sizes = shares(np.random.default_rng(3), series=15 * 12, days=365 * 2, noise=0.1, levels=(0.01, 0.04))
    weights = 1 / (1 / sizes + 1 / DAYS_NOISE)
    weekdays = (np.arange(values.shape[1]) % 7).astype(np.intp)
    alarms = list(watch(arcsine(values, sizes), weights, weekdays, threshold(365.0 * 15), counting(weights)))
    assert len(alarms) / 12 / 2 <= 1.0
