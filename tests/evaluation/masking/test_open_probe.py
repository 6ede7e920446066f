"""The messages that the rules' author wrote: what they hold, and an alarm on how well they are read."""

from evaluation.masking.__main__ import run_probe
from evaluation.masking.measure import ALL
from evaluation.masking.probe import probe
from inference.personal import Kind


def test_the_messages_are_many_varied_and_a_quarter_name_nothing() -> None:
    messages = list(probe("open"))
    assert len(messages) >= 120
    assert {message.language for message in messages} == {"ar", "en", "arabizi", "mixed"}
    assert sum(not message.truth for message in messages) >= len(messages) / 4
    assert all(Kind(truth.kind) for message in messages for truth in message.truth)


def test_no_message_is_in_another_probe() -> None:
    texts = {message.text for message in probe("open")}
    assert not texts & {message.text for half in ("dev", "test") for message in probe(half)}


def test_what_is_found_stays_found() -> None:
    figures = {item.kind: item for item in run_probe("open", seed=0).figures}
    for kind, least in {"address": 0.9, "secret": 0.9, "phone": 0.95, "name": 0.85, ALL: 0.9}.items():
        recall, precision = figures[kind].recall, figures[kind].precision
        assert recall is not None
        assert precision is not None
        assert recall.point >= least, kind
        assert precision.point >= least, kind
