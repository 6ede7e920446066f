"""How far people agree with each other, and machines with people: coefficients with intervals, and what they allow.

Everything here is pure: ratings in, numbers out. Scores of people, of checks and of a judge are never averaged
together; the machine's stand beside the people's.
"""

from evaluation.agreement.coefficients import alpha, bias, kappa, mean, percent_agreement, spearman
from evaluation.agreement.machine import machine_against_people
from evaluation.agreement.records import (
    FEWEST,
    Agreement,
    Answered,
    Coefficient,
    Level,
    MachineAgreement,
    Note,
    Pair,
    Question,
    Rating,
    Reliance,
    Scale,
    Value,
    Verdict,
)
from evaluation.agreement.report import agreement, between_people

__all__ = [
    "FEWEST",
    "Agreement",
    "Answered",
    "Coefficient",
    "Level",
    "MachineAgreement",
    "Note",
    "Pair",
    "Question",
    "Rating",
    "Reliance",
    "Scale",
    "Value",
    "Verdict",
    "agreement",
    "alpha",
    "between_people",
    "bias",
    "kappa",
    "machine_against_people",
    "mean",
    "percent_agreement",
    "spearman",
]
