"""Any number of resolutions that resemble real ones: their words recombined, their vectors perturbed.

A million real resolutions are not to be had. What decides speed, memory and the recall of an approximate index is kept
from a few thousand real texts: the space that the encoder puts them in, the frequencies of words, the lengths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.types import Resolution
from models.space import unit
from retrieval import sample
from retrieval.vectors import Vectors

BATCH = 2_000
"""Resolutions that are made, and put into the index, at once."""
NOISE = 0.6
"""Length of the noise on a unit vector: the cosine with where it came from is about 0.86, of two such copies 0.74."""
PRODUCTS, TAGS = 10, 100
"""A filter by product lets pass one resolution in 10, one by tag one in 100."""
_NUMBERED = 0.2
"""Share of problems that name an order: words that no other text has make a dictionary grow as real ones do."""
_QUESTIONS = 2**31
_TODAY = date(2026, 1, 15)


@dataclass(frozen=True)
class Material:
    """Real texts to make others of.

    Attributes:
        questions: customers' words.
        languages: of the questions.
        vectors: of the questions, in the search space [questions, dimension].
        answers: of resolutions, by language.
    """

    questions: tuple[str, ...]
    languages: tuple[str, ...]
    vectors: Vectors
    answers: dict[str, tuple[str, ...]]

    def save(self, path: Path) -> None:
        """Write it to one ``.npz`` file, for the processes that measure."""
        answers = {f"answers_{language}": np.array(texts) for language, texts in self.answers.items()}
        names = {"questions": np.array(self.questions), "languages": np.array(self.languages)}
        np.savez(path, allow_pickle=False, vectors=self.vectors, **names, **answers)

    @classmethod
    def load(cls, path: Path) -> "Material":
        """Read what ``save`` wrote."""
        with np.load(path, allow_pickle=False) as file:
            answers = {name[-2:]: tuple(file[name].tolist()) for name in file.files if name.startswith("answers_")}
            questions, languages = tuple(file["questions"].tolist()), tuple(file["languages"].tolist())
            return cls(questions, languages, file["vectors"], answers)


def sample_texts() -> tuple[list[tuple[str, str]], dict[str, tuple[str, ...]]]:
    """Return the sample helpdesk's problems and cases, each with its language, and its answers by language."""
    asked: list[tuple[str, str]] = []
    answers: dict[str, list[str]] = {}
    for item in sample.load(_TODAY):
        asked += [(text, item.language) for text in (item.problem, *item.cases)]
        answers.setdefault(item.language, []).append(item.answer)
    return asked, {language: tuple(texts) for language, texts in answers.items()}


@dataclass(frozen=True)
class Asked:
    """A question put to the index: its words, its unit search vector [dimension], its language."""

    text: str
    vector: Vectors
    language: str


class Corpus:
    """Resolutions by batch number, the same whenever they are asked for; each has two keys, problem and answer.

    Args:
        material: what they are made of.
        seed: of all draws.
    """

    def __init__(self, material: Material, seed: int) -> None:
        self.material = material
        self._seed = seed
        languages = np.array(material.languages)
        self._of = {language: np.flatnonzero(languages == language) for language in sorted(material.answers)}

    def batch(self, number: int, count: int = BATCH) -> tuple[list[Resolution], Vectors]:
        """Return the first ``count`` resolutions of a batch, and their keys' vectors [2 x count, dimension]."""
        rng = np.random.default_rng([self._seed, number])
        bases = rng.integers(len(self.material.questions), size=2 * BATCH)
        vectors = self._near(bases, rng)[: 2 * count]
        texts: set[str] = set()
        return [self._resolution(number * BATCH + at, int(bases[2 * at]), rng, texts) for at in range(count)], vectors

    def asked(self, count: int) -> list[Asked]:
        """Return questions made like problems; none of them is in a batch."""
        rng = np.random.default_rng([self._seed, _QUESTIONS])
        bases = rng.integers(len(self.material.questions), size=count)
        vectors = self._near(bases, rng)
        return [
            Asked(self._problem(int(base), rng), vector, self.material.languages[base])
            for base, vector in zip(bases, vectors, strict=True)
        ]

    def _near(self, bases: NDArray[np.int64], rng: np.random.Generator) -> Vectors:
        centres = self.material.vectors[bases]
        noise = rng.standard_normal(centres.shape, dtype=np.float32)
        return unit(centres + noise * np.float32(NOISE / np.sqrt(centres.shape[1])))

    def _resolution(self, number: int, base: int, rng: np.random.Generator, texts: set[str]) -> Resolution:
        """Make a resolution; ``texts`` are those that are taken, for no two texts of a batch are alike."""
        language = self.material.languages[base]
        problem = self._problem(base, rng)
        answer = _recombined(*self._two(self.material.answers[language], rng), rng)[:9_000]
        problem, answer = (f"{text} {number}" if text in texts else text for text in (problem, answer))
        texts |= {problem, answer}
        return Resolution(
            id=str(number),
            problem=problem,
            answer=answer,
            language=language,
            product=f"product {number % PRODUCTS}",
            tags=(f"tag {number % TAGS}",),
        )

    def _problem(self, base: int, rng: np.random.Generator) -> str:
        others = self._of[self.material.languages[base]]
        other = self.material.questions[int(others[rng.integers(len(others))])]
        text = _recombined(self.material.questions[base], other, rng)[:900]
        return f"{text} {rng.integers(10**9):09d}" if rng.random() < _NUMBERED else text

    @staticmethod
    def _two(texts: Sequence[str], rng: np.random.Generator) -> tuple[str, str]:
        first, second = rng.integers(len(texts), size=2)
        return texts[int(first)], texts[int(second)]


def _recombined(first: str, second: str, rng: np.random.Generator) -> str:
    """Return the beginning of one text and the end of another, each at least one word."""
    words, others = first.split(), second.split()
    return " ".join(words[: rng.integers(1, len(words) + 1)] + others[rng.integers(len(others)) :])
