import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.sampling import POOLED, RISK, Candidate, Risk, risk_weighted, weighted_mean


def _candidates(counts: dict[str, int], risky: int = 0) -> list[Candidate]:
    rest = [Candidate(f"{name}-{number}", (name,)) for name, count in counts.items() for number in range(count)]
    return rest + [Candidate(f"r-{number}", ("en",), (Risk.FRAUD,)) for number in range(risky)]


def test_all_that_can_do_harm_is_taken_and_a_share_of_the_rest() -> None:
    drawn, report = risk_weighted(_candidates({"ar": 60, "en": 40}, risky=7), limit=100, share=0.1, seed=3)
    taken = [item.candidate.id for item in drawn]
    assert sum(name.startswith("r-") for name in taken) == 7
    assert {item.stratum: item.probability for item in drawn} == {RISK: 1.0, "ar": 0.1, "en": 0.1}
    assert (report.candidates, report.taken, report.risks) == (107, 17, {Risk.FRAUD: 7})
    assert report.left_out == {"chance": 90}
    assert {item.name: (item.all, item.taken) for item in report.strata} == {
        RISK: (7, 7), "ar": (60, 6), "en": (40, 4),
    }  # fmt: skip


def test_a_small_stratum_is_heard_too_and_says_with_which_chance() -> None:
    drawn, _ = risk_weighted(_candidates({"ar": 97, "en": 3}), limit=10, share=1.0, seed=0)
    assert {item.stratum: item.probability for item in drawn} == {"ar": 9 / 97, "en": 1 / 3}


def test_more_strata_than_places_are_one() -> None:
    drawn, report = risk_weighted(_candidates({f"s{n}": 2 for n in range(20)}), limit=5, share=1.0, seed=0)
    assert {item.stratum for item in drawn} == {POOLED}
    assert {item.probability for item in drawn} == {5 / 40}
    assert report.left_out == {"chance": 35}


def test_where_harm_alone_is_more_than_the_limit_it_is_drawn_too() -> None:
    drawn, report = risk_weighted(
        _candidates({"ar": 10}, risky=50), limit=20, share=1.0, seed=0, set_aside={"no_text": 4}
    )
    assert len(drawn) == 20
    assert {item.probability for item in drawn} == {0.4}
    assert report.left_out == {"chance": 10, "limit": 30, "no_text": 4}


def test_without_a_share_the_rest_is_left_and_counted() -> None:
    drawn, report = risk_weighted(_candidates({"ar": 10}, risky=2), limit=20, share=0.0, seed=0)
    assert [item.stratum for item in drawn] == [RISK, RISK]
    assert report.left_out == {"chance": 10}


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1),
    st.integers(0, 20),
    st.integers(1, 60),
    st.floats(0, 1),
    st.integers(0, 5),
)
def test_the_sample_is_the_seeds_alone_and_adds_up(
    counts: dict[str, int], risky: int, limit: int, share: float, seed: int
) -> None:
    candidates = _candidates(counts, risky)
    drawn, report = risk_weighted(candidates, limit=limit, share=share, seed=seed)
    again, _ = risk_weighted(candidates[::-1], limit=limit, share=share, seed=seed)
    assert drawn == again
    assert len({item.candidate.id for item in drawn}) == len(drawn) == report.taken <= limit
    assert report.taken + sum(report.left_out.values()) == report.candidates == len(candidates)
    for stratum in report.strata:
        chances = {item.probability for item in drawn if item.stratum == stratum.name}
        assert chances <= {stratum.taken / stratum.all}
    rest = sum(counts.values())
    if share and rest and limit > risky:
        assert all(stratum.taken for stratum in report.strata)
        # Horvitz and Thompson: the weights of a sample add up to what it was drawn from.
        assert sum(1 / item.probability for item in drawn) == pytest.approx(len(candidates))


def test_the_weighted_mean_is_that_of_the_whole_where_the_plain_one_is_not() -> None:
    """Risky items are worse and over-represented; over many draws the weighted mean hits the truth."""
    rng = np.random.default_rng(0)
    quality = {f"r-{n}": float(rng.normal(1.5, 0.3)) for n in range(40)}
    quality |= {f"ar-{n}": float(rng.normal(3.0, 0.3)) for n in range(400)}
    truth = float(np.mean(list(quality.values())))
    candidates = [Candidate(name, ("x",), (Risk.LEGAL,) if name.startswith("r") else ()) for name in quality]
    plain, weighted, covered = [], [], 0
    for seed in range(60):
        drawn, _ = risk_weighted(candidates, limit=100, share=0.1, seed=seed)
        values = [quality[item.candidate.id] for item in drawn]
        found = weighted_mean(values, [item.probability for item in drawn], seed=seed)
        plain.append(float(np.mean(values)))
        weighted.append(found.point)
        covered += found.low <= truth <= found.high
    assert abs(float(np.mean(weighted)) - truth) < 0.02
    assert abs(float(np.mean(plain)) - truth) > 0.4
    assert covered >= 54
