import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ArtifactError, ConflictError, StorageError
from retrieval.engine.base import Where
from retrieval.words.analysis import Family
from retrieval.words.index import LexicalIndex

NONE: frozenset[str] = frozenset()
TEXTS = ("بطاقتي لم تصل بعد", "I was charged twice for one payment", "نسيت الرقم السري", "my card never arrived")


def index_of(texts: Sequence[str], facets: Sequence[frozenset[str]] | None = None) -> LexicalIndex:
    index = LexicalIndex()
    index.add(range(len(texts)), texts, facets or [NONE] * len(texts))
    index.commit()
    return index


def search(
    index: LexicalIndex, text: str, *, count: int, where: Where = (), beside: Sequence[int] = ()
) -> dict[int, float]:
    """Return the shares of the documents found, and of others beside, the greatest first."""
    found = index.search(text, count=count, where=where)
    shares = found.exact([*found.rows, *(row for row in beside if row not in found.rows)])
    return dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))


def test_best_first_with_scores_between_zero_and_one() -> None:
    found = search(index_of(TEXTS), "my card never arrived", count=4)
    assert next(iter(found)) == 3
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert all(0 < score <= 1 for score in found.values())


def test_a_word_that_no_document_has_lowers_the_score() -> None:
    index = index_of(TEXTS)
    plain, longer = (search(index, text, count=1)[1] for text in ("charged twice", "charged twice zanzibar"))
    assert longer < plain


def test_repeating_the_store_keeps_the_scale() -> None:
    small = search(index_of(TEXTS), "charged twice", count=1)[1]
    unrelated = [f"nothing to see here number {number}" for number in range(200)]
    assert abs(search(index_of([*TEXTS, *unrelated]), "charged twice", count=1)[1] - small) < 0.15


def test_additions_and_removals_are_seen_after_commit() -> None:
    index = index_of(TEXTS)
    index.add([9], ["the escalator swallowed my umbrella"], [NONE])
    assert 9 not in search(index, "umbrella escalator", count=5)
    index.commit()
    assert next(iter(search(index, "umbrella escalator", count=5))) == 9
    assert len(index) == 5
    index.remove([9, 77])
    index.commit()
    assert 9 not in search(index, "umbrella escalator", count=5)
    assert len(index) == 4


def test_all_removed() -> None:
    index = index_of(TEXTS)
    index.remove(range(4))
    index.commit()
    assert search(index, "card", count=5) == {}
    assert search(index, "card", count=5, beside=[0, 1]) == {0: 0.0, 1: 0.0}


def test_filters_act_inside_the_search() -> None:
    texts = ["card lost"] * 30 + ["a card"]
    facets = [frozenset({"language:en", "tag:a"})] * 30 + [frozenset({"language:ar", "tag:b"})]
    index = index_of(texts, facets)
    assert list(search(index, "card lost", count=1, where=(frozenset({"language:ar"}),))) == [30]
    either = (frozenset({"language:ar", "language:en"}), frozenset({"tag:b"}))
    assert list(search(index, "card lost", count=5, where=either)) == [30]
    assert search(index, "card lost", count=5, where=(frozenset({"language:fr"}),)) == {}
    assert search(index, "card lost", count=5, where=(frozenset({"language:ar"}), frozenset({"tag:a"}))) == {}


def test_a_filter_adds_nothing_to_the_score() -> None:
    index = index_of(TEXTS, [frozenset({"tag:any"})] * 4)
    assert search(index, "card", count=4) == search(index, "card", count=4, where=(frozenset({"tag:any"}),))


@pytest.mark.parametrize("together", [0, 50_000])
def test_scores_of_rows_beside_are_those_of_the_search(monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    monkeypatch.setattr("retrieval.words.index._MOST_TOGETHER", together)
    index = index_of(TEXTS)
    found = search(index, "card payment", count=4)
    beside = search(index, "card payment", count=1, beside=[3, 2, 1])
    assert beside == {row: found.get(row, 0.0) for row in (3, 2, 1)}
    assert list(beside.values()) == sorted(beside.values(), reverse=True)


@pytest.mark.parametrize("together", [0, 50_000])
def test_scores_of_a_long_text_are_those_of_the_search(monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    monkeypatch.setattr("retrieval.words.index._MOST_TOGETHER", together)
    texts = [" ".join(f"w{number % modulus}" for number in range(90)) for modulus in (7, 31, 90)]
    index, asked = index_of([*TEXTS, *texts]), f"{texts[2]} {TEXTS[3]}"
    found = search(index, asked, count=9)
    assert set(found) >= {3, 4, 5, 6}
    assert search(index, asked, count=1, beside=sorted(found)) == pytest.approx(found, abs=2e-6)


def test_many_documents_are_chosen_by_their_weightiest_words(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["my card and my money"] * 40 + ["my card and the umbrella", "the umbrella is here", "nothing else"]
    index = index_of(texts, [frozenset({f"tag:{place % 2}"}) for place in range(len(texts))])
    asked, even = "my card, my umbrella", (frozenset({"tag:0"}),)
    whole = {where: search(index, asked, count=50, where=where) for where in ((), even)}
    monkeypatch.setattr("retrieval.words.index._MOST_READ", 2)
    for where, best in (((), [41, 40]), (even, [40])):
        chosen = search(index, asked, count=50, where=where)
        assert list(chosen) == best == list(whole[where])[: len(best)]
        assert chosen == pytest.approx({row: whole[where][row] for row in best}, abs=2e-6)


@pytest.mark.parametrize("read", [0, 20, 50_000])
def test_shares_lie_between_their_bounds(monkeypatch: pytest.MonkeyPatch, read: int) -> None:
    monkeypatch.setattr("retrieval.words.index._MOST_READ", read)
    texts = [f"{first} {second}" for first in TEXTS for second in ("my card", "payment", "السري بعد", "zanzibar")]
    index, rows = index_of(texts), range(len(texts))
    for asked in (*TEXTS, "my card, my card: no payment", "unheard of", ""):
        for count in (1, 3, 30):
            found = index.search(asked, count=count)
            least, most = found.bounds(rows)
            exact = np.array(list(found.exact(rows).values()))
            assert (least <= exact).all()
            assert (exact <= most).all()


def test_bounds_hold_where_documents_were_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.words.index._MOST_READ", 50)
    texts = ["the umbrella" if place < 20 else "card" for place in range(400)]
    index, rows = index_of(texts), list(range(400))
    changed = range(20)
    for turn in range(1, 7):  # a replacement is a removal and a new row; the engine still counts what is gone
        index.remove([rows[place] for place in changed])
        for place in changed:
            rows[place] = 400 * turn + place
        index.add([rows[place] for place in changed], [texts[place] for place in changed], [NONE] * len(changed))
        index.commit()
    found = index.search("card umbrella", count=50, written=2_800)
    least, most = found.bounds(rows)
    exact = np.array(list(found.exact(rows).values()))
    assert (least <= exact).all()
    assert (exact <= most).all()


def test_which_terms_a_document_holds() -> None:
    numbered = [((Family.WORD, f"w{number}"),) for number in range(60)]
    index = index_of(["w0 w23 w24 w59", "w1", "nothing"])
    held = index.holding([0, 1, 2, 7], numbered)
    assert held[0] == {numbered[place] for place in (0, 23, 24, 59)}
    assert (held[1], held[2], held[7]) == (frozenset({numbered[1]}), frozenset(), frozenset())
    either = ((Family.WORD, "w2"), (Family.WORD, "w59"))
    assert index.holding([0, 1], [either]) == {0: {either}, 1: frozenset()}
    assert index.holding([0], []) == {0: frozenset()}
    assert index.holding([], numbered) == {}


def test_a_facet_is_there_as_long_as_a_document_has_it() -> None:
    index = index_of(TEXTS, [frozenset({"product:app"}), NONE, NONE, NONE])
    assert index.has_facet("product:app")
    assert not index.has_facet("product:apps")
    index.remove([0])
    index.commit()
    assert not index.has_facet("product:app")


@pytest.mark.parametrize(
    "text", ['"(*)AND', "card AND NOT (payment", "row:1 facet:x", "word:card~2 ^5", "\\", "*", "🙂🙂", ""]
)
def test_hostile_text_is_plain_text(text: str) -> None:
    found = search(index_of(TEXTS), text, count=4)
    assert all(0 < score <= 1 for score in found.values())


def test_query_syntax_has_no_meaning() -> None:
    index = index_of(TEXTS)
    assert search(index, "card -arrived", count=4) == search(index, "card arrived", count=4)


def test_a_very_long_message() -> None:
    assert 3 in search(index_of(TEXTS), "card " * 2_000 + "ا" * 10_000 + "\x01\x02", count=4)


@settings(max_examples=30)
@given(st.text(max_size=200))
def test_any_text_can_be_stored_and_found(text: str) -> None:
    index = index_of([*TEXTS, text])
    found = search(index, text, count=5)
    assert all(0 <= score <= 1 for score in found.values())
    assert not found or 4 in found


def test_snapshot_and_open(tmp_path: Path) -> None:
    index = index_of(TEXTS)
    index.save(tmp_path / "snapshot")
    index.add([4], ["new umbrella"], [NONE])
    index.commit()
    opened = LexicalIndex.open(tmp_path / "snapshot", tmp_path / "work")
    assert len(opened) == 4
    assert search(opened, "card payment", count=4) == search(index_of(TEXTS), "card payment", count=4)
    opened.remove([3])
    opened.commit()
    again = LexicalIndex.open(tmp_path / "snapshot")
    assert len(again) == 4


def test_a_folder_keeps_what_was_committed(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.add([7], ["my card"], [NONE])
    index.commit()
    index.add([8], ["my card"], [NONE])
    index.close()
    assert list(search(LexicalIndex(tmp_path), "card", count=5)) == [7]


def test_two_writers_are_refused(tmp_path: Path) -> None:
    first = LexicalIndex(tmp_path)
    first.add([1], ["card"], [NONE])
    second = LexicalIndex(tmp_path)
    with pytest.raises(ConflictError, match="Another process"):
        second.add([2], ["card"], [NONE])
    first.close()
    second.add([2], ["card"], [NONE])


def test_a_snapshot_goes_to_a_new_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="not empty"):
        index_of(TEXTS).save(tmp_path)


def test_an_absent_snapshot_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="rebuild"):
        LexicalIndex.open(tmp_path / "absent")


def test_an_index_of_another_analysis_is_refused(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.add([1], ["card"], [NONE])
    index.commit()
    index.close()
    (tmp_path / "analysis.json").write_text(json.dumps({"revision": "older"}), encoding="utf-8")
    with pytest.raises(ArtifactError, match="another analysis"):
        LexicalIndex(tmp_path)


def test_a_damaged_folder_is_refused(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.add([1], ["card"], [NONE])
    index.commit()
    index.close()
    (tmp_path / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(ArtifactError, match="rebuild"):
        LexicalIndex(tmp_path)
