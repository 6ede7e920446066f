from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from evaluation.data import Example
from evaluation.experiments.agreement import batch_answers
from evaluation.experiments.encoding import encode, head_answers, tables
from evaluation.experiments.evidence import deletion_answers, occlusion_answers
from evaluation.experiments.nearest import nearest_answers
from evaluation.experiments.probe import outputs, probe_answers
from evaluation.experiments.surface import surface_answers
from models.errors import ConfigurationError
from models.sets.inspect import surface_features
from tests.evaluation.experiments.fake import FakeEncoder

if TYPE_CHECKING:
    from models.encoder import Encoder

ENCODER = cast("Encoder", FakeEncoder())
ANGRY = "awful service and I will never come here again my friend"


def rows(*texts: str, **columns: str) -> list[Example]:
    return [Example(text, columns) for text in texts]


def test_heads_answer_in_names() -> None:
    (answer,) = head_answers(ENCODER, rows(ANGRY))

    assert answer["sentiment"] == "negative"
    assert answer["anger_called"] is True
    assert answer["level"] == "irritated"
    assert answer["level_confidence"] == answer["irritated"]
    assert (answer["target"], answer["technical"]) == ("us", "comfortable")
    assert (answer["signal:broken_promise"], answer["signal:thanks"]) == (0.0, 1.0)


def test_batches_are_joined_in_order() -> None:
    texts = [f"again {'a' * place}" for place in range(70)]
    joined, alone = encode(ENCODER, texts), ENCODER.encode(texts)

    assert np.array_equal(joined.vectors, alone.vectors)
    assert joined.tokens == alone.tokens
    assert "called" not in tables(joined)
    assert outputs(joined).shape == (70, 16 + sum(table.shape[1] for table in tables(joined).values()))


def test_deleting_the_words_that_count_lowers_anger_more_than_deleting_any() -> None:
    first, short, calm = deletion_answers(ENCODER, rows(ANGRY, "awful", "please tell me where it is thanks"), seed=1)

    assert first["measured"] is True
    assert first["evidence_drops_more"] is True
    assert float(first["evidence_drop"] or 0) > 0.2
    assert (short, calm) == ({"measured": False}, {"measured": False})


def test_random_deletions_do_not_depend_on_the_sample() -> None:
    other = "it is awful that you never answer my letters again"
    alone = deletion_answers(ENCODER, rows(ANGRY), seed=1)
    together = deletion_answers(ENCODER, rows(other, ANGRY), seed=1)

    assert together[1] == alone[0]
    assert deletion_answers(ENCODER, rows(ANGRY), seed=2) != alone


def test_additive_contributions_agree_with_occlusion() -> None:
    first, short = occlusion_answers(ENCODER, rows(ANGRY, "awful"))

    assert float(first["pearson"] or 0) == pytest.approx(1.0, abs=1e-3)
    assert short == {"measured": False}


def test_a_leak_between_batch_mates_is_seen() -> None:
    texts = rows(ANGRY, "thanks a lot")

    assert max(float(answer["largest_gap"] or 0) for answer in batch_answers(ENCODER, texts)) == 0.0
    leaking = batch_answers(cast("Encoder", FakeEncoder(leak=0.5)), texts)
    assert min(float(answer["largest_gap"] or 0) for answer in leaking) > 0.002


def test_the_nearest_row_gives_its_intent() -> None:
    against = [*rows("aaaa", true_intent="a"), *rows("bbbb", true_intent="b")]
    right, wrong = nearest_answers(ENCODER, [*rows("aab", true_intent="a"), *rows("abb", true_intent="a")], against)

    assert (right["found_intent"], right["hit_1"], right["bare_hit_1"]) == ("a", True, True)
    assert (wrong["found_intent"], wrong["hit_1"]) == ("b", False)
    with pytest.raises(ConfigurationError, match="intent on both sides"):
        nearest_answers(ENCODER, rows("a"), against)


def test_a_probe_learns_from_outputs_and_text_and_repeats_itself() -> None:
    rng = np.random.default_rng(1)
    made = []
    for place in range(120):
        filler = " ".join(rng.choice(["card", "phone", "order", "late", "blue", "desk"], 4))
        made += rows(f"awful {filler} never" if place % 2 else f"thanks {filler}", true_intent="xy"[place % 2])
    answers = probe_answers(ENCODER, made)

    for name in ("probe", "tfidf", "both"):
        right = [answer[name] == row.columns["true_intent"] for answer, row in zip(answers, made, strict=True)]
        assert np.mean(right) > 0.95
    assert probe_answers(ENCODER, made) == answers
    with pytest.raises(ConfigurationError, match="10 rows of each"):
        probe_answers(ENCODER, made[:9])


def test_the_surface_knows_length_and_marks_and_nothing_else() -> None:
    train = [Example("x" * (4 + place % 3) + "!" * (place % 2), {"true_rank": place % 2 * 3}) for place in range(80)]
    calm, furious = surface_answers(train, rows("abcde", "fghij!"))

    assert float(calm["surface_rank"] or 0) < 1
    assert float(furious["surface_rank"] or 0) > 2
    assert surface_features("كلمة؟") == surface_features("حروف؟")
    assert len(surface_features("")) == len(surface_features("A, b.\nC 1!"))
    with pytest.raises(ConfigurationError, match="true levels"):
        surface_answers(rows("x"), rows("y"))
