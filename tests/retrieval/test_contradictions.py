from collections.abc import Callable

import pytest

from inference.types import DifferenceKind
from retrieval.knowledge import KnowledgeBase
from retrieval.store import ResolutionStore
from tests.retrieval.conftest import TODAY, fake_encode, make

Open = Callable[..., KnowledgeBase]
PROBLEM = "How long does a new card take to arrive"


async def built(store: ResolutionStore, open_knowledge: Open) -> KnowledgeBase:
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    return knowledge


async def test_close_resolutions_with_other_figures_are_listed_to_their_owners(
    store: ResolutionStore, open_knowledge: Open
) -> None:
    await store.put_many(
        [
            make("b", PROBLEM, answer="A new card arrives within 5 to 7 working days.", owner="Cards"),
            make("a", PROBLEM + " to me", answer="A new card arrives within 10 working days.", owner="Post"),
            make("c", "Why was I charged a fee", answer="A withdrawal costs 20 riyals."),
            make("d", PROBLEM, answer="A new card arrives within 5 to 7 working days.", product="other"),
        ]
    )
    knowledge = await built(store, open_knowledge)
    pairs = {(pair.first, pair.second): pair for pair in knowledge.contradictions()}
    assert set(pairs) == {("a", "b"), ("a", "d")}
    pair = pairs["a", "b"]
    assert (pair.first_owner, pair.second_owner) == ("Post", "Cards")
    assert pair.differences[0].kind is DifferenceKind.PERIOD
    assert "10 working days" in pair.differences[0].first
    assert "5 to 7" in pair.differences[0].second
    assert knowledge.contradictions_of("b") == (pair,)
    assert knowledge.contradictions_of("c") == knowledge.contradictions_of("nobody") == ()
    assert knowledge.contradictions(tenant="other") == knowledge.contradictions_of("a", tenant="other") == ()


async def test_a_dismissed_pair_comes_back_when_a_text_changes(store: ResolutionStore, open_knowledge: Open) -> None:
    await store.put_many(
        [make("a", PROBLEM, answer="It costs 20 riyals."), make("b", PROBLEM, answer="It costs 30 riyals.")]
    )
    knowledge = await built(store, open_knowledge)
    assert len(knowledge.contradictions()) == 1
    await store.dismiss("a", "b", by="me", on=TODAY)
    await knowledge.refresh(fake_encode)
    assert knowledge.contradictions() == knowledge.contradictions_of("a") == ()
    await store.replace(make("b", PROBLEM, answer="It costs 35 riyals."))
    await knowledge.refresh(fake_encode)
    assert len(knowledge.contradictions()) == 1


async def test_what_is_retired_is_not_found_and_contradicts_nothing(
    store: ResolutionStore, open_knowledge: Open
) -> None:
    await store.put_many(
        [make("a", PROBLEM, answer="It costs 20 riyals."), make("b", PROBLEM, answer="It costs 30 riyals.")]
    )
    await store.retire("a", by="me", reason="old", on=TODAY)
    knowledge = await built(store, open_knowledge)
    found = knowledge.search(fake_encode([PROBLEM])[0], text=PROBLEM, today=TODAY)
    assert [hit.resolution.id for hit in found.hits] == ["b"]
    assert knowledge.contradictions() == ()
    assert knowledge.size() == 1


@pytest.mark.parametrize("only", ["en", "ar"])
async def test_a_store_without_pairs(store: ResolutionStore, open_knowledge: Open, only: str) -> None:
    await store.add(make("a", PROBLEM, language=only))
    assert (await built(store, open_knowledge)).contradictions() == ()
