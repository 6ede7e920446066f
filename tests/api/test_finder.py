import math
from typing import Any

import pytest

from api.copilot import Copilot
from api.finder import AGREEING, DISSENTING, combine
from inference.types import Hit, Match, MatchKind, Message, SearchResult
from models.errors import InputError
from tests.api.fakes import TODAY, resolution

ARRIVAL = "My new card has not arrived yet"
FEE = "Why was I charged a fee abroad"


def finding(*names: str, relevance: float) -> SearchResult:
    hits = tuple(
        Hit(
            resolution=item,
            score=0.9 - 0.1 * place,
            match=Match(kind=MatchKind.PROBLEM, text=item.problem),
            freshness=item.freshness(TODAY),
        )
        for place, item in enumerate(resolution(name, f"problem {name}", "An answer.", "en") for name in names)
    )
    return SearchResult(hits=hits, relevance=relevance, answerable=relevance >= 0.5, generation="1")


def ids(found: SearchResult) -> list[str]:
    return [hit.resolution.id for hit in found.hits]


def joined(whole: SearchResult, *views: SearchResult, **changes: Any) -> SearchResult:
    return combine(whole, views, **{"threshold": 0.5, "k": 10} | changes)


def log_odds(relevance: float) -> float:
    return math.log(relevance / (1 - relevance))


def test_view_that_answers_leads_where_the_whole_does_not() -> None:
    found = joined(finding("a", "b", relevance=0.2), finding("c", "a", relevance=0.97))
    assert ids(found) == ["c", "a"]
    assert found.answerable
    assert math.isclose(log_odds(found.relevance), log_odds(0.97) + DISSENTING)


def test_view_that_agrees_with_the_whole_is_believed_more_easily_than_one_that_does_not() -> None:
    whole = finding("a", "b", relevance=0.2)
    agreeing, dissenting = joined(whole, finding("b", relevance=0.8)), joined(whole, finding("c", relevance=0.8))
    assert agreeing.answerable
    assert not dissenting.answerable
    assert math.isclose(log_odds(agreeing.relevance), log_odds(0.8) + AGREEING)


def test_whole_that_answers_leads_whatever_its_views_find() -> None:
    whole = finding("a", relevance=0.6)
    found = joined(whole, finding("b", relevance=0.99))
    assert (ids(found), found.relevance) == (["a", "b"], whole.relevance)


def test_whole_leads_where_no_view_is_more_relevant() -> None:
    found = joined(finding("a", relevance=0.3), finding("b", relevance=0.51))
    assert (ids(found), found.relevance, found.answerable) == (["a"], 0.3, False)


def test_second_issue_follows_the_leading_hits() -> None:
    whole = finding("a", "a2", "a3", "a4", "a5", relevance=0.9)
    found = joined(
        whole, finding("a", "x", relevance=0.9), finding("b", "y", relevance=0.97), finding("z", relevance=0.1)
    )
    assert ids(found) == ["a", "a2", "a3", "a4", "b", "a5"]


def test_at_most_k_hits() -> None:
    found = joined(finding("a", "b", relevance=0.9), finding("c", relevance=0.9), k=1)
    assert ids(found) == ["a"]


def test_nothing_found_stays_nothing() -> None:
    empty = SearchResult(hits=(), relevance=0.0, answerable=False, generation="1")
    assert joined(empty, empty) == empty


@pytest.mark.parametrize("anger", ["This is ridiculous! {}. Answer me, you thieves!", "{} and nobody answers me"])
async def test_anger_does_not_hide_the_problem(copilot: Copilot, anger: str) -> None:
    found = (await copilot.search([Message(text=anger.format(ARRIVAL))], k=3))[0]
    assert found.answerable
    assert found.hits[0].resolution.id == "card.en"


async def test_both_of_two_problems_are_found(copilot: Copilot) -> None:
    found = (await copilot.search([Message(text=f"{ARRIVAL}. {FEE}")], k=5))[0]
    assert {"card.en", "fee.en"} <= set(ids(found))


async def test_relevance_does_not_depend_on_k(copilot: Copilot) -> None:
    message = Message(text=f"This is ridiculous! {ARRIVAL}. {FEE}, you thieves!")
    one, many = [(await copilot.search([message], k=k))[0] for k in (1, 5)]
    assert (one.relevance, one.hits) == (many.relevance, many.hits[:1])


async def test_k_must_be_positive(copilot: Copilot) -> None:
    with pytest.raises(InputError):
        await copilot.search([Message(text=ARRIVAL)], k=0)


async def test_views_of_a_batch_do_not_mix(copilot: Copilot) -> None:
    messages = [Message(text=f"This is ridiculous! {text}. Answer me!") for text in (ARRIVAL, FEE)]
    together = await copilot.search(messages, k=2)
    assert together == [(await copilot.search([message], k=2))[0] for message in messages]
    assert [ids(found)[0] for found in together] == ["card.en", "fee.en"]


async def test_only_a_product_that_no_resolution_names_is_dropped(copilot: Copilot) -> None:
    named = resolution("app.en", "The app does not open", "Install it again.", "en").model_copy(
        update={"product": "app"}
    )
    await copilot.resolutions.put_many([named])
    await copilot.keeper.refresh()
    by_product = {}
    for product in ("app", "spaceship"):
        messages = [Message(text=ARRIVAL, product=product)]
        both = [(await copilot.search(messages, languages=languages))[0] for languages in ((), ["ar"])]
        by_product[product] = [ids(found) for found in both]
    assert by_product["app"] == [["app.en"], []]
    assert [found[0] for found in by_product["spaceship"]] == ["card.en", "card.ar"]


def test_a_second_question_is_kept_apart() -> None:
    whole, sure, unsure = finding("a", "b", relevance=0.7), finding("b", relevance=0.9), finding("c", relevance=0.6)
    assert [hit.resolution.id for hit in joined(whole, sure, unsure, finding("a", relevance=0.95)).also] == ["b"]
    assert joined(finding("a", relevance=0.1), finding("c", relevance=0.2)).also == ()
