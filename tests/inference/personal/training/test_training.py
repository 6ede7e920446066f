"""What the tagger learns from: sentences whose names lie where they say, and a fit that learns a toy task."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml

from inference.personal.tagger import TAGS, Weights, buckets, window
from inference.personal.training.fit import Vocabulary, fit, lay, store
from inference.personal.training.pools import Pool, arabised, romanised
from inference.personal.training.sentences import DATA, Example, Writer, contexts, own, own_rows

_POOL = Pool(
    ("مزنة", "قتيبة"),
    ("الكمشيري",),
    ("Muznah",),
    ("Al Qmshiri",),
    ("Zofia", "Tunde"),
    ("Kowalczyk",),
    ("هيا",),
    ("Grace",),
)
_BODIES = [("english", "my parcel is late"), ("gulf", "طلبي متأخر")]


def test_contexts_are_many_and_their_slots_are_known() -> None:
    lines = contexts()
    assert len(lines) >= 600
    assert len({line for _, line in lines}) == len(lines)
    written = list(Writer(_POOL, _BODIES, 1).write(lines, 2_000))
    assert not any("{" in example.text for example in written)


def test_written_names_lie_where_they_say() -> None:
    for example in Writer(_POOL, _BODIES, 2).write(contexts(), 500):
        for start, end in example.names:
            assert example.text[start:end].strip() == example.text[start:end] != ""
    plain = Writer(_POOL, _BODIES, 2).write([("en", "I am {f}, hi")], 40)
    assert {example.text[slice(*example.names[0])].casefold() for example in plain if example.source == "en"} & {
        "zofia"
    }


def test_a_near_miss_names_nobody() -> None:
    lines = [line for line in contexts() if line[0] == "nobody"]
    assert not any(example.names for example in Writer(_POOL, _BODIES, 3).write(lines, 200))


def test_the_rows_that_name_people_are_there_and_do() -> None:
    named = yaml.safe_load((DATA / "own.yaml").read_text(encoding="utf-8"))
    assert named.keys() <= {row for part in ("train", "dev") for row, _, _ in own_rows(part)}
    examples = [example for part in ("train", "dev") for example in own(part) if example.names]
    assert len(examples) == len(named)


def test_tags_follow_the_names() -> None:
    def tags(example: Example) -> list[str]:
        laid = lay(example, Vocabulary())
        assert laid is not None
        return [TAGS[item] for item in laid.tags]

    assert tags(Example("call Zofia Kot now", ((5, 14),), "")) == ["outside", "begin", "inside", "outside"]
    assert tags(Example("حولت لمزنة امس", ((6, 10),), "")) == ["outside", "behind", "outside"]
    assert lay(Example("12 34", (), ""), Vocabulary()) is None


def test_spellings_are_made_of_names() -> None:
    assert romanised("حسن", 1)[0] == "H"
    assert arabised("Emily Santos") == "ايميلي سانتوس"


def test_a_fit_learns_which_word_a_cue_announces(tmp_path: Path) -> None:
    vocabulary = Vocabulary()
    names = ["zofia", "tunde", "bakare", "muznah", "qutaiba", "jomar"]
    rows = [Example(f"ask {name} now", ((4, 4 + len(name)),), "") for name in names]
    rows += [Example(f"the {name} now", (), "") for name in names]
    laid = [item for row in rows * 12 if (item := lay(row, vocabulary)) is not None]
    learned = fit(laid, vocabulary.matrix(), rounds=30, seed=0, batch=24)
    store(learned, tmp_path / "weights.npz")
    with np.load(tmp_path / "weights.npz") as stored:
        grams = stored["grams"].astype(np.float32) * stored["scales"].astype(np.float32)[:, None]
    kept = replace(learned, grams=grams)
    assert [_middle(kept, row) for row in (rows[0], rows[6])] == ["begin", "outside"]


def _middle(learned: Weights, example: Example) -> str:
    laid = lay(example, Vocabulary())
    assert laid is not None
    parts = [buckets(word) for word in example.text.split()]
    vectors = np.stack([learned.grams[list(part)].sum(axis=0) / len(part) ** 0.5 for part in parts])
    read = window(np.concatenate([vectors, laid.flags.astype(np.float32)], axis=1))
    logits = np.maximum(read @ learned.hidden + learned.hidden_bias, 0) @ learned.out + learned.out_bias
    return TAGS[int(logits[1].argmax())]
