"""An answer in another language leads to what gives the same answer in the customer's own."""

from collections.abc import Callable

from inference.types import SearchResult
from retrieval.knowledge import KnowledgeBase
from retrieval.store import ResolutionStore
from tests.retrieval.conftest import TODAY, fake_encode, make

Open = Callable[..., KnowledgeBase]
PROBLEM, ANSWER = "visa card not arrived yet", "Open Cards and tap Track card"
TWIN, SAME = "visa card not arrived yet لم تصل البطاقة", "Open Cards and tap Track card تتبع"
OTHERS = [make(f"other{number}.ar", f"card visa رسوم {number}", language="ar", answer="رسوم") for number in range(3)]


async def found(store: ResolutionStore, open_knowledge: Open, language: str, **filters: object) -> SearchResult:
    knowledge = open_knowledge()
    await knowledge.refresh(fake_encode)
    query = fake_encode([PROBLEM])[0]
    return knowledge.search(query, text=PROBLEM, language=language, today=TODAY, **filters)  # type: ignore[arg-type]


async def test_the_translation_of_the_best_hit_stands_right_behind_it_with_its_score(
    store: ResolutionStore, open_knowledge: Open
) -> None:
    await store.put_many(
        [
            make("card.en", PROBLEM, answer=ANSWER),
            make("card.ar", TWIN, language="ar", answer=SAME, tags=["x"]),
            *OTHERS,
        ]
    )
    best, second, *rest = (await found(store, open_knowledge, "ar")).hits
    assert (best.resolution.id, second.resolution.id) == ("card.en", "card.ar")
    assert second.score == best.score
    assert second.parts["translation"] > 0
    assert all("translation" not in hit.parts for hit in (best, *rest))
    english = (await found(store, open_knowledge, "en")).hits
    assert "translation" not in english[0].parts | english[1].parts, "nothing is lifted where the best hit is theirs"


async def test_nothing_passes_for_a_translation_that_is_not_one_or_that_a_filter_leaves_out(
    store: ResolutionStore, open_knowledge: Open
) -> None:
    await store.put_many([make("card.en", PROBLEM, answer=ANSWER, tags=["x"]), *OTHERS])
    assert all("translation" not in hit.parts for hit in (await found(store, open_knowledge, "ar")).hits)
    await store.put_many([make("card.ar", TWIN, language="ar", answer=SAME)])
    shown = (await found(store, open_knowledge, "ar", tags=["x"])).hits
    assert [hit.resolution.id for hit in shown] == ["card.en"]
