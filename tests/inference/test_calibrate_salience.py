import numpy as np

from inference.calibrate_salience import Clause, clauses_of, fit, nearness
from inference.salience import BUCKETS
from models.sets.rows import Row

PROBLEMS = ("card swallowed machine", "transfer never arrived", "refund missing shop", "passcode forgotten phone")
ANGER = ("you liars", "shame on you", "what a disgrace")


def messages() -> list[Row]:
    return [
        Row(
            f"The {problem}. {ANGER[place % 3]}." if level else f"The {problem}.",
            "support_messages",
            "dev" if place % 4 == 0 else "train",
            "en",
            level=level,
            problem=f"p{number}",
        )
        for number, problem in enumerate(PROBLEMS)
        for level in (0, 2, 3)
        for place in range(8)
    ]


def vectors(clauses: list[Clause]) -> np.ndarray:
    """A direction for each problem; anger lies nearer to another problem than to its own."""
    table = np.zeros((len(clauses), len(PROBLEMS)), np.float32)
    for row, clause in enumerate(clauses):
        own = int((clause.row.problem or "p0")[1:])
        table[row, own if PROBLEMS[own] in clause.text else (own + 1) % len(PROBLEMS)] = 1.0
    return table


def test_a_clause_near_its_own_problem_tells_it() -> None:
    clauses = clauses_of(messages())
    near = nearness(clauses, vectors(clauses))
    told = np.array([any(problem in clause.text for problem in PROBLEMS) for clause in clauses])
    assert near[told].min() > near[~told].max()


def test_models_learn_words_of_problems_and_of_anger() -> None:
    clauses = clauses_of(messages())
    weights, constants, figures = fit(clauses, nearness(clauses, vectors(clauses)))
    assert weights.shape == (2, BUCKETS)
    assert constants.shape == (2,)
    assert figures["problem"]["auroc"] > 0.9
    assert figures["anger"]["auroc"] > 0.6
