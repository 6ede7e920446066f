"""A language model as judge: scores replies by the rubric, prefers one of two, and its biases are reported beside.

Its cards are of the kind ``judge``: shown beside those of checks and people, never averaged with them.
"""

from evaluation.judge.biases import Biases, biases_of
from evaluation.judge.judge import Compared, Judge, Judged, Pair, Scored

__all__ = ["Biases", "Compared", "Judge", "Judged", "Pair", "Scored", "biases_of"]
