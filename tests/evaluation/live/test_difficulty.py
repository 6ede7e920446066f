from dataclasses import replace

import numpy as np

from evaluation.live import agent_report
from evaluation.live.casemix import NOTE, gaps_of, shrink
from evaluation.live.difficulty import Expected, Measure, expect, expectations, features
from evaluation.live.records import Conversation
from evaluation.live.worlds import team
from inference.types import SignalName
from tests.evaluation.live.made import case, conversation


def test_an_agents_own_cases_never_fit_their_own_expectation() -> None:
    made = team(np.random.default_rng(1), agents=8, cases=1_500)
    own = made.agents == 3
    for outcomes, binary in ((made.seconds, False), (made.reopened, True)):
        changed = outcomes.copy()
        changed[own] = 1.0 - changed[own] if binary else changed[own] + 5.0
        before, after = (expect(given, made.table, made.agents, binary=binary) for given in (outcomes, changed))
        assert np.allclose(before[own], after[own])
        assert not np.allclose(before[~own], after[~own])


def test_planted_effects_are_recovered_and_case_mix_is_not_taken_for_them() -> None:
    rng, raw_errors, errors, apart = np.random.default_rng(2), [], [], []
    for _ in range(10):
        made = team(rng, spread=0.0)
        means = expect(made.seconds, made.table, made.agents, binary=False)
        gaps, deviations = gaps_of(Expected(np.arange(6_000), made.seconds, means, made.agents, made.table), 20)
        middle, spread = shrink(gaps, deviations)
        raw = np.bincount(made.agents, weights=made.seconds) / np.bincount(made.agents) - made.seconds.mean()
        raw_errors.append(np.abs(raw).mean())
        errors.append(np.abs(middle).mean())
        apart.append((np.abs(middle) > 1.96 * spread).mean())
    assert np.mean(errors) < 0.1 * np.mean(raw_errors)
    assert np.mean(apart) <= 0.05
    made = team(rng, spread=0.3)
    means = expect(made.seconds, made.table, made.agents, binary=False)
    gaps, _ = gaps_of(Expected(np.arange(6_000), made.seconds, means, made.agents, made.table), 20)
    assert np.corrcoef(gaps, made.effects)[0, 1] > 0.95


def test_agents_whose_effects_go_with_their_cases_are_told_apart_from_them() -> None:
    """Whoever gets the hard cases is also slow: the slope must not swallow the effect."""
    rng = np.random.default_rng(3)
    own = np.repeat(np.arange(12), 400)
    level = np.linspace(-1, 1, 12)
    table = rng.normal(size=(4_800, 1)) + level[own][:, None]
    outcomes = 0.3 * table[:, 0] + 0.4 * level[own] + rng.normal(scale=0.5, size=4_800)
    table = (table - table.mean()) / table.std()
    means = expect(outcomes, table, own, binary=False)
    gaps, _ = gaps_of(Expected(np.arange(4_800), outcomes, means, own, table), 12)
    assert np.polyfit(level, gaps, 1)[0] > 0.3


def test_shrinkage_is_strong_where_little_is_known() -> None:
    gaps = np.array([0.4, 0.4, -0.3, -0.5, 0.1, 0.0])
    middle, spread = shrink(gaps, np.array([0.05, 0.4, 0.05, 0.05, 0.05, 0.05]))
    assert middle[0] > 0.35
    assert 0.0 < middle[1] < 0.25
    assert spread[1] > spread[0]
    nothing, _ = shrink(np.array([0.02, -0.03, 0.01, 0.0]), np.full(4, 0.1))
    assert np.abs(nothing).max() < 0.015


def months(agents: int = 6, each: int = 90, hard: str = "a0", seed: int = 5) -> list[Conversation]:
    """Angry cases take three times as long; one agent gets mostly those, and nobody is slower than others."""
    rng, found = np.random.default_rng(seed), list[Conversation]()
    for number in range(agents * each):
        agent = f"a{number % agents}"
        angry = rng.random() < (0.8 if agent == hard else 0.2)
        signals = frozenset({SignalName.REPEAT_CONTACT}) if angry else frozenset[SignalName]()
        found.append(
            conversation(
                number,
                agent=agent,
                case=case(anger="angry" if angry else "calm", intensity=0.8 if angry else 0.1, signals=signals),
                handling_seconds=300.0 * (3.0 if angry else 1.0) * float(rng.lognormal(0, 0.4)),
                reopened=int(rng.random() < (0.4 if angry else 0.15)),
            )
        )
    return found


def test_the_report_stands_by_name_and_explains_hard_cases() -> None:
    report = agent_report(months())
    assert [item.agent for item in report.agents] == [f"a{number}" for number in range(6)]
    assert report.order == "name"
    assert report.note == NOTE
    hardest = report.agents[0]
    assert hardest.difficulty is not None
    assert hardest.difficulty > 0.5
    handling = next(item for item in hardest.measures if item.measure is Measure.HANDLING)
    others = [next(i for i in item.measures if i.measure is Measure.HANDLING) for item in report.agents[1:]]
    assert handling.observed.point is not None
    assert all(item.observed.point and item.observed.point < 0.7 * handling.observed.point for item in others)
    low, high = handling.difference.low, handling.difference.high
    assert low is not None
    assert high is not None
    assert low <= 0 <= high
    assert [item.measure for item in report.models] == [Measure.HANDLING, Measure.REOPENED]
    model = report.models[0]
    assert model.explained > 0.3
    assert all(0.6 < item.observed / item.expected < 1.6 for item in model.calibration)


def test_a_slow_agent_with_ordinary_cases_is_told_apart() -> None:
    slowed = [
        replace(item, handling_seconds=(item.handling_seconds or 0) * 1.6, reopened=0) if item.agent == "a2" else item
        for item in months(each=150)
    ]
    measures = {item.measure: item for item in agent_report(slowed).agents[2].measures}
    slower, fewer = measures[Measure.HANDLING].difference.point, measures[Measure.REOPENED].difference.high
    assert slower is not None
    assert fewer is not None
    assert 0.3 < slower < 0.9
    assert fewer < 0


def test_who_opted_out_is_not_shown_and_still_tells_what_is_usual() -> None:
    all_, without = agent_report(months()), agent_report(months(), unnamed=frozenset({"a1"}))
    assert "a1" not in {item.agent for item in without.agents}
    assert without.agents[0] == all_.agents[0]


def test_too_few_show_nothing() -> None:
    assert agent_report(months(agents=4)).models == ()
    few = agent_report(months(agents=6, each=30))
    assert few.models == ()
    assert all(item.measures == () for item in few.agents)
    uneven = [item for item in months(each=100) if item.agent != "a4" or int(item.id[1:]) < 120]
    rows = {item.agent: item for item in agent_report(uneven).agents}
    assert {(item.observed.point, item.expected) for item in rows["a4"].measures} == {(None, None)}
    assert rows["a4"].difficulty is None


def test_rare_values_are_no_features() -> None:
    cases = [case(language="ar" if number < 50 else "en", dialect=None) for number in range(100)]
    cases += [case(language="fr", dialect=None)] * 3
    table, names = features(cases)
    assert {"language.ar", "language.en"} <= set(names)
    assert "language.fr" not in names
    assert np.allclose(table.mean(axis=0), 0)


def test_conversations_without_an_outcome_are_left_out() -> None:
    known = months(each=80)
    unknown = [conversation(9_000 + number, agent=f"a{number % 6}") for number in range(200)]
    agents = [f"a{number}" for number in range(6)]
    first, second = (expectations(given, agents) for given in (known, [*known, *unknown]))
    assert np.array_equal(first[Measure.HANDLING].means, second[Measure.HANDLING].means)
