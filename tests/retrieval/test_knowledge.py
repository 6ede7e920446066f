from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.types import Freshness, SearchResult
from models.errors import ArtifactError, InputError
from retrieval.knowledge import KnowledgeBase
from retrieval.store import ResolutionStore
from tests.retrieval.conftest import DIMENSION, TODAY, fake_encode, make

Open = Callable[..., KnowledgeBase]


class Counting:
    """A fake encoder that remembers what it encoded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts.extend(texts)
        return fake_encode(texts)


def search(knowledge: KnowledgeBase, text: str, **options: object) -> SearchResult:
    return knowledge.search(fake_encode([text])[0], text=text, today=TODAY, **options)  # type: ignore[arg-type]


def ids(result: SearchResult) -> list[str]:
    return [hit.resolution.id for hit in result.hits]


async def test_before_and_without_knowledge(open_knowledge: Open) -> None:
    knowledge = open_knowledge()
    empty = search(knowledge, "anything")
    assert (empty.hits, empty.relevance, empty.answerable, empty.generation) == ((), 0.0, False, "")
    assert await knowledge.refresh(fake_encode)
    assert not await knowledge.refresh(fake_encode)
    assert search(knowledge, "anything").generation == await knowledge.store.generation()


async def test_the_best_key_leads(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.put_many(
        [
            make("pin", "How do I change my PIN", cases=["نسيت الرقم السري", "forgot the pin"]),
            make("card", "Where is my card", cases=["وين بطاقتي"]),
            make("fee", "Why was I charged a fee"),
        ]
    )
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    for text, first in (("وين بطاقتي للحين", "card"), ("i forgot the pin", "pin"), ("why a fee?", "fee")):
        result = search(knowledge, text, k=3)
        assert ids(result)[0] == first
        assert len(result.hits) == 3, "k hits when the store has k"
    hit = search(knowledge, "وين بطاقتي").hits[0]
    assert hit.match.text == "وين بطاقتي"
    assert hit.score == pytest.approx(sum(hit.parts.values()), abs=1e-3)


async def test_changes_are_visible_to_the_next_search(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.put_many([make("a", "where is my card"), make("b", "my top up failed")])
    knowledge, encode = open_knowledge(), Counting()
    await knowledge.refresh(encode)
    assert len(encode.texts) == 4
    await store.delete("a")
    await store.add(make("c", "where is my phone"))
    assert await knowledge.refresh(encode)
    assert ids(search(knowledge, "where is my card")) == ["c", "b"]
    assert knowledge.size() == 2
    assert len(encode.texts) == 6, "known texts are not encoded again"


async def test_tenants_never_mix(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.add(make("mine", tenant="one"))
    await store.add(make("theirs", "where is my secret card", tenant="two"))
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    assert ids(search(knowledge, "where is my secret card", tenant="one")) == ["mine"]
    assert ids(search(knowledge, "where is my secret card", tenant="two")) == ["theirs"]
    assert search(knowledge, "card", tenant="three").hits == ()


async def test_filters_act_inside_the_search(store: ResolutionStore, open_knowledge: Open) -> None:
    near = [make(f"near{number:03}", "where is my card", tags=["card"], product="card") for number in range(300)]
    far = [make(f"far{number}", f"رسوم التحويل {number}", language="ar", tags=["fee", "x"]) for number in range(5)]
    await store.put_many([*near, *far])
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    query = "where is my card"
    assert len(search(knowledge, query, k=10, tags=["fee"]).hits) == 5
    assert len(search(knowledge, query, k=3, tags=["fee", "x"], languages=["ar", "fr"]).hits) == 3
    assert ids(search(knowledge, query, k=3, product="card", languages=["ar"])) == []
    assert len(search(knowledge, query, k=100).hits) == 100
    assert search(knowledge, query, tags=["none"]).answerable is False


@pytest.mark.parametrize("k", [0, -1, 101])
async def test_k_is_bounded(open_knowledge: Open, k: int) -> None:
    with pytest.raises(InputError):
        search(open_knowledge(), "x", k=k)


async def test_the_preferred_language_comes_first_among_twins(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.put_many(
        [
            make("card.ar", "My visa card", language="ar"),
            make("card.en", "My visa card"),
            make("x.ar", "zzz", language="ar"),
        ]
    )
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    assert ids(search(knowledge, "visa card", language="en"))[0] == "card.en"
    assert ids(search(knowledge, "visa card", language="ar"))[:2] == ["card.ar", "card.en"], "a preference, no filter"


async def test_freshness_is_shown_and_parts_equals(store: ResolutionStore, open_knowledge: Open) -> None:
    day = timedelta(days=1)
    dates = {
        "a-expired": {"verified_by": "me", "verified_at": TODAY - 99 * day, "review_by": TODAY - day},
        "b-unverified": {},
        "c-verified": {"verified_by": "me", "verified_at": TODAY - day, "review_by": TODAY + 99 * day},
    }
    await store.put_many([make(name, "where is my card", answer="x", **fields) for name, fields in dates.items()])
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    found = {hit.resolution.id: hit.freshness for hit in search(knowledge, "where is my card").hits}
    assert next(iter(found)) == "c-verified"
    assert found == {
        "c-verified": Freshness.VERIFIED,
        "a-expired": Freshness.EXPIRED,
        "b-unverified": Freshness.UNVERIFIED,
    }
    later = knowledge.search(fake_encode(["x"])[0], today=TODAY + 200 * day)
    assert {hit.freshness for hit in later.hits} == {Freshness.EXPIRED, Freshness.UNVERIFIED}


async def test_relevance_and_answerable(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.add(make("a", "where is my card"))
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    near, far = search(knowledge, "where is my card"), search(knowledge, "كم عمر القمر؟")
    assert near.answerable
    assert not far.answerable
    assert near.relevance > 0.9
    assert far.relevance < 0.1
    assert len(far.hits) == 1


async def test_searching_by_vector_alone(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.put_many([make("a", "where is my card"), make("b", "my top up failed")])
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    result = knowledge.search(fake_encode(["top up failed"])[0], today=TODAY)
    assert ids(result) == ["b", "a"]
    assert result.hits[0].parts["lexical"] == 0.0


@pytest.mark.parametrize("bad", [np.zeros((1, 3), np.float32), np.full((2, DIMENSION), np.nan, np.float32)])
async def test_a_faulty_encoder_is_a_typed_error(
    store: ResolutionStore, open_knowledge: Open, bad: NDArray[np.float32]
) -> None:
    await store.add(make("a"))
    knowledge = open_knowledge()
    with pytest.raises(ArtifactError):
        await knowledge.refresh(lambda _texts: bad)
    assert knowledge.generation == ""
    assert await knowledge.refresh(fake_encode), "the next try can succeed"


async def test_progress_is_told(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.put_many([make(f"r{number}", f"problem {number}") for number in range(50)])
    told: list[tuple[int, int]] = []
    await open_knowledge().refresh(fake_encode, lambda done, total: told.append((done, total)))
    assert told == [(32, 50), (50, 50)]


async def test_a_change_of_other_fields_encodes_nothing(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.put_many([make("a"), make("b", "my top up failed")])
    knowledge, encode = open_knowledge(), Counting()
    await knowledge.refresh(encode)
    before = len(encode.texts)
    await store.verify("a", by="Amal", on=TODAY, review_by=TODAY + timedelta(days=30))
    tagged = (await store.get("b")).model_copy(update={"tags": ("money",), "cases": ("top up gone",)})
    await store.replace(tagged)
    await knowledge.refresh(encode)
    assert encode.texts[before:] == ["top up gone"]
    assert search(knowledge, "where is my card").hits[0].freshness is Freshness.VERIFIED
    assert ids(search(knowledge, "card", tags=["money"])) == ["b"]
    assert search(knowledge, "top up gone").hits[0].match.text == "top up gone"


async def test_what_is_retired_leaves_and_comes_back(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.put_many([make("a"), make("b", "my top up failed")])
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    await store.retire("a", by="Amal", reason="old", on=TODAY)
    await knowledge.refresh(fake_encode)
    assert ids(search(knowledge, "where is my card")) == ["b"]
    await store.restore("a")
    await knowledge.refresh(fake_encode)
    assert ids(search(knowledge, "where is my card"))[0] == "a"


async def test_a_refresh_that_failed_is_made_up_for(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.put_many([make(f"r{number:04}", f"problem {number}") for number in range(600)])
    knowledge, calls = open_knowledge(), 0

    def failing(texts: Sequence[str]) -> NDArray[np.float32]:
        nonlocal calls
        calls += 1
        if calls == 18:
            raise ArtifactError("the model broke")
        return fake_encode(texts)

    with pytest.raises(ArtifactError):
        await knowledge.refresh(failing)
    await store.delete("r0001")
    assert await knowledge.refresh(fake_encode)
    assert knowledge.size() == 599


async def test_what_repeats_a_better_hit_stands_behind_the_others(store: ResolutionStore, open_knowledge: Open) -> None:
    same = {"answer": "Cards arrive within 5 to 7 days."}
    await store.put_many(
        [make("a", **same), make("b", **same), make("c", "where is my new card, please", answer="Ask the shop.")]
    )
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    assert ids(search(knowledge, "where is my card", k=3)) == ["a", "c", "b"]


async def test_a_good_outcome_parts_equals(store: ResolutionStore, open_knowledge: Open) -> None:
    outcomes = {"a": {"solved": 1, "reopened": 9}, "b": None, "c": {"solved": 9, "reopened": 1}}
    await store.put_many(
        [make(name, answer=f"{name * 9} answers.", outcome=outcome) for name, outcome in outcomes.items()]
    )
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    assert ids(search(knowledge, "where is my card")) == ["c", "b", "a"]
