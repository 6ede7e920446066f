from pathlib import Path

import numpy as np
import pytest

from evaluation.scale.corpus import BATCH, Corpus, Material, sample_texts


def test_a_batch_is_the_same_whenever_it_is_asked_for(material: Material) -> None:
    whole, vectors = Corpus(material, 1).batch(2, 40)
    part, first = Corpus(material, 1).batch(2, 10)

    assert part == whole[:10]
    assert np.array_equal(first, vectors[:20])
    assert Corpus(material, 2).batch(2, 10)[0] != part
    assert [item.id for item in part[:2]] == [str(2 * BATCH), str(2 * BATCH + 1)]


def test_vectors_lie_about_their_question_and_no_two_texts_are_alike(material: Material) -> None:
    made, vectors = Corpus(material, 1).batch(0, 300)
    texts = [text for item in made for text in (item.problem, item.answer)]
    cosines = (vectors @ material.vectors.T).max(axis=1)

    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(600), abs=1e-5)
    assert np.median(cosines) == pytest.approx(0.86, abs=0.04)
    assert len(set(texts)) == len(texts)


def test_words_are_those_of_real_texts_of_one_language(material: Material) -> None:
    made, _ = Corpus(material, 1).batch(0, 100)
    known = {
        language: {
            word
            for text, own in zip(material.questions, material.languages, strict=True)
            if own == language
            for word in text.split()
        }
        for language in ("ar", "en")
    }

    for item in made:
        words = [word for word in item.problem.split() if not word.isdigit()]
        assert len(words) >= 2
        assert set(words) <= known[item.language]


def test_questions_are_in_no_batch(material: Material) -> None:
    corpus = Corpus(material, 1)
    stored = {vector.tobytes() for vector in corpus.batch(0, 100)[1]}

    assert len(corpus.asked(30)) == 30
    assert not stored & {each.vector.tobytes() for each in corpus.asked(30)}


def test_material_is_read_as_it_was_written(material: Material, tmp_path: Path) -> None:
    material.save(tmp_path / "m.npz")
    again = Material.load(tmp_path / "m.npz")

    assert np.array_equal(again.vectors, material.vectors)
    assert (again.questions, again.languages, again.answers) == (
        material.questions,
        material.languages,
        material.answers,
    )


def test_the_sample_gives_questions_and_answers_in_both_languages() -> None:
    asked, answers = sample_texts()

    assert {language for _, language in asked} == set(answers) == {"ar", "en"}
    assert len(asked) > 1_000
