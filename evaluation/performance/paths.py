"""In-process timings: the encoder on one message, and the whole draft path with its phases."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from evaluation.helpdesk import open_knowledge
from evaluation.performance.raw import TEXTS, RawSession
from evaluation.performance.timing import Timing, time_in_turns, timing
from inference.analysis import Analyzer
from inference.compose import compose
from inference.encoder import open_encoder
from inference.policy import load_policy
from inference.types import Message
from models.sets.catalogue import load_set

TOKENS = 32
HITS = 10
"""Hits that the composer chooses among, as in the service."""


def encoder_timings(*, threads: int, rounds: int) -> list[Timing]:
    """Time one message of 32 tokens, in each language, through the encoder and through the raw session in turns."""
    encoder, raw = open_encoder(threads=threads), RawSession(threads=threads)
    found = []
    for language in TEXTS:
        text = raw.message(language, TOKENS)
        seconds = time_in_turns([raw.call(text), _encoding(encoder.encode, text)], rounds=rounds)
        what = f"{TOKENS} tokens ({language}), {threads} thread{'s' if threads > 1 else ''}"
        session = timing(f"raw session, {what}", seconds[0])
        found += [session, timing(f"Encoder.encode, {what}", seconds[1]).beside(session)]
    return found


def messages(count: int) -> list[str]:
    """Return support messages of our own, in Arabic, English and Arabizi, of every length and anger level."""
    return [row.text for row in load_set("support_messages") if row.split == "test"][:count]


async def draft_path_timings(store: Path, *, today: date, threads: int, count: int) -> list[Timing]:
    """Time analysis, search and composition of one draft at a time, beside the raw session on the same messages.

    Args:
        store: a data directory with resolutions.
        today: the day at which freshness is judged.
        threads: of the encoder.
        count: messages.
    """
    encoder, policy, raw = open_encoder(threads=threads), load_policy(), RawSession(threads=threads)
    analyzer = Analyzer(encoder, policy)
    knowledge = await open_knowledge(store, encoder)

    def draft(text: str) -> tuple[float, float, float]:
        message, start = Message(text=text), time.perf_counter()
        understood = analyzer.analyze([message])[0]
        analysed = time.perf_counter()
        language = understood.analysis.language
        result = knowledge.search(understood.vector, text=text, k=HITS, language=language, today=today)
        searched = time.perf_counter()
        compose(message, understood.analysis, result, policy)
        return analysed - start, searched - analysed, time.perf_counter() - searched

    return _by_phase(messages(count), raw, draft)


def _by_phase(
    texts: Sequence[str], raw: RawSession, draft: Callable[[str], tuple[float, float, float]]
) -> list[Timing]:
    # The first calls load lexicons and the language detector.
    for text in texts[:5]:
        raw.call(text)()
        draft(text)
    alone, phases = [], []
    for text in texts:
        call, start = raw.call(text), time.perf_counter()
        call()
        alone.append(time.perf_counter() - start)
        phases.append(draft(text))
    session = timing("raw session, the same messages", alone)
    names = ("analyse", "search", "compose")
    parts = [
        timing(f"draft path: {name}", seconds) for name, seconds in zip(names, zip(*phases, strict=True), strict=True)
    ]
    return [session, *parts, timing("draft path, whole", [sum(phase) for phase in phases]).beside(session)]


def _encoding(encode: Callable[[Sequence[str]], object], text: str) -> Callable[[], object]:
    return lambda: encode([text])
