"""The scorecard: replies judged by a versioned rubric, by checks, by a language model or by people, kept apart."""

from evaluation.scorecard.card import CriterionScore, Proof, Scorecard, Scorer, Total, require_fit, total
from evaluation.scorecard.checks import HIGHEST, score_by_checks
from evaluation.scorecard.measures import MEASURES, measures
from evaluation.scorecard.rubric import (
    LEVELS,
    AutoFail,
    Criterion,
    Level,
    Rubric,
    Wording,
    load_rubric,
    rubric_schema,
)

__all__ = [
    "HIGHEST",
    "LEVELS",
    "MEASURES",
    "AutoFail",
    "Criterion",
    "CriterionScore",
    "Level",
    "Proof",
    "Rubric",
    "Scorecard",
    "Scorer",
    "Total",
    "Wording",
    "load_rubric",
    "measures",
    "require_fit",
    "rubric_schema",
    "score_by_checks",
    "total",
]
