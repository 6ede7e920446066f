"""Precision and recall of each verdict on labelled pairs, with intervals, and what each kind of edit was taken for."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import BaseModel

from evaluation.sent.pairs import Pair
from inference.matching import compare, foreign, nearness, plain, sentences
from inference.types import Verdict
from models.encoder import Encoder

_VERDICTS = (Verdict.ACCEPTED, Verdict.EDITED, Verdict.UNUSED)
_Z = 1.959964
_HEAD = """# Matching sent replies to their drafts

Labelled pairs of a draft and what an agent sent: hand-written edits on drafts of the sample helpdesk, Arabic (standard
and dialects) and English. The cuts were chosen on the development half; the test half has other drafts, other edits and
another seed, and was measured once. 95 % Wilson intervals; pairs of one draft are not independent, so the true ones are
somewhat wider. Agents of a real desk edit in more ways than these."""


class Share(BaseModel):
    """A share of ``count``, with its 95 % Wilson interval."""

    value: float
    low: float
    high: float
    count: int


class Figures(BaseModel):
    """What was measured of a half."""

    pairs: int
    precision: dict[str, Share]
    recall: dict[str, Share]
    by_kind: dict[str, Share]
    by_language: dict[str, Share]
    wrong: list[str]


def judge(pair: Pair, encoder: Encoder | None) -> Verdict:
    """Return the verdict on a pair; without an encoder no translation is known."""
    sent, near = plain(pair.sent), None
    if encoder is not None and foreign(pair.draft.text, sent):
        near = nearness(*(encoder.encode(sentences(text)).search for text in (pair.draft.text, sent)))
    return compare(pair.draft, sent, near=near).verdict


def measure(pairs: Sequence[Pair], encoder: Encoder | None) -> Figures:
    """Judge all pairs and count."""
    told = [judge(pair, encoder) for pair in pairs]
    right = [verdict == pair.verdict for verdict, pair in zip(told, pairs, strict=True)]
    return Figures(
        pairs=len(pairs),
        precision=_by_verdict(told, right),
        recall=_by_verdict([pair.verdict for pair in pairs], right),
        by_kind=_grouped([pair.kind for pair in pairs], right),
        by_language=_grouped([pair.language for pair in pairs], right),
        wrong=[
            f"{pair.language} {pair.kind}: {pair.verdict.value} taken for {verdict.value}"
            for pair, verdict, ok in zip(pairs, told, right, strict=True)
            if not ok
        ],
    )


def page(halves: Mapping[str, Figures], machine: str) -> str:
    """Return the report as Markdown."""
    lines = [*_HEAD.splitlines(), "", f"Made by `python -m evaluation.sent all`: {machine}.", ""]
    for name, figures in halves.items():
        lines += [f"## {name} ({figures.pairs} pairs)", "", "| verdict | precision | recall |", "|---|---|---|"]
        lines += [
            f"| {key} | {_said(figures.precision[key])} | {_said(figures.recall[key])} |" for key in figures.recall
        ]
        lines += ["", "| what the agent did | right |", "|---|---|"]
        shares = figures.by_kind | figures.by_language
        lines += [f"| {key} | {_said(value)} |" for key, value in shares.items()]
        wrong = Counter(figures.wrong)
        lines += ["", *(f"- {line} ({count})" for line, count in sorted(wrong.items())), ""]
    return "\n".join(lines)


def _by_verdict(verdicts: Sequence[Verdict], right: Sequence[bool]) -> dict[str, Share]:
    return {
        item.value: _share([ok for ok, verdict in zip(right, verdicts, strict=True) if verdict == item])
        for item in _VERDICTS
    }


def _grouped(keys: Sequence[str], right: Sequence[bool]) -> dict[str, Share]:
    return {
        key: _share([ok for ok, other in zip(right, keys, strict=True) if other == key]) for key in sorted(set(keys))
    }


def _share(right: Sequence[bool]) -> Share:
    count = len(right)
    value = float(np.mean(right)) if count else 0.0
    base = 1 + _Z**2 / count if count else 1.0
    middle = (value + _Z**2 / (2 * count)) / base if count else 0.0
    half = _Z * (value * (1 - value) / count + _Z**2 / (4 * count**2)) ** 0.5 / base if count else 0.0
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Share(value=round(value, 4), low=round(low, 4), high=round(high, 4), count=count)


def _said(share: Share) -> str:
    return f"{share.value:.3f} ({share.low:.3f} to {share.high:.3f}, n = {share.count})"
