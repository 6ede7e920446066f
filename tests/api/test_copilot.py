import asyncio

import pytest

from api.copilot import Copilot
from api.settings import Settings
from inference.query import build_query
from inference.types import Author, Channel, Feedback, Message, Status, Turn, Verdict
from models.errors import ConflictError, InputError, NotFoundError, OverloadedError
from retrieval.store import database_url, open_database
from tests.api.conftest import open_fake
from tests.api.fakes import resolution

pytestmark = pytest.mark.databases("sqlite", "postgres")
ARRIVAL = "My new card has not arrived yet"


async def test_draft_rests_on_the_best_verified_source(copilot: Copilot) -> None:
    draft = (await copilot.draft([Message(text=ARRIVAL)]))[0]
    assert draft.status is Status.READY
    assert draft.sources[0].id == "card.en"
    assert draft.index_generation == copilot.knowledge.generation
    assert draft.policy_revision == copilot.policy.revision
    assert draft.model_revision == "fake-1"


async def test_reply_is_in_the_customers_language(copilot: Copilot) -> None:
    arabic, english = await copilot.draft([Message(text="بطاقتي الجديدة لم تصل بعد"), Message(text=ARRIVAL)])
    assert (arabic.language, arabic.direction) == ("ar", "rtl")
    assert (english.language, english.direction) == ("en", "ltr")


async def test_answers_do_not_depend_on_the_batch(copilot: Copilot) -> None:
    texts = [Message(text=text) for text in (ARRIVAL, "thanks a lot", "Why was I charged a fee abroad", "بطاقتي")]
    together = await copilot.draft(texts)
    alone = [(await copilot.draft([message]))[0] for message in texts]
    assert together == alone


async def test_short_follow_up_is_searched_with_what_was_said_before(copilot: Copilot) -> None:
    history = (Turn(author=Author.CUSTOMER, text=ARRIVAL), Turn(author=Author.AGENT, text="Please wait"))
    message = Message(text="still nothing", history=history)
    assert build_query(message).text == f"{ARRIVAL}\nstill nothing"
    found = (await copilot.search([message], k=1))[0]
    assert found.hits[0].resolution.id == "card.en"
    long = message.model_copy(update={"text": "I asked you something quite different this time"})
    assert build_query(long).text == long.text


QUOTED = "\n\nOn Tue, 3 Jun 2025 at 10:12, Care <care@x.example> wrote:\n> لماذا خصمتم رسوم السحب في الخارج"


async def test_only_the_customers_own_words_are_searched(copilot: Copilot) -> None:
    mail = Message(text=ARRIVAL + QUOTED, channel=Channel.EMAIL)
    assert build_query(mail).text == ARRIVAL
    assert (await copilot.search([mail], k=3)) == (await copilot.search([Message(text=ARRIVAL)], k=3))
    history = (Turn(author=Author.CUSTOMER, text=ARRIVAL + QUOTED),)
    short = Message(text="still nothing" + QUOTED, channel=Channel.EMAIL, history=history)
    assert build_query(short).text == f"{ARRIVAL}\nstill nothing"
    plain, quoting = await copilot.draft([Message(text=ARRIVAL, channel=Channel.EMAIL), mail])
    assert (quoting.status, quoting.language) == (plain.status, "en")
    assert quoting.sources[0] == plain.sources[0]


async def test_search_gives_k_hits_and_prefers_the_language(copilot: Copilot) -> None:
    found = (await copilot.search([Message(text=ARRIVAL)], k=3))[0]
    assert len(found.hits) == 3
    only = (await copilot.search([Message(text=ARRIVAL)], languages=["ar"]))[0]
    assert {hit.resolution.language for hit in only.hits} == {"ar"}


async def test_unknown_product_does_not_hide_general_knowledge(copilot: Copilot) -> None:
    draft = (await copilot.draft([Message(text=ARRIVAL, product="spaceship")]))[0]
    assert draft.sources[0].id == "card.en"


async def test_proposal_survives_a_restart(settings: Settings) -> None:
    async with open_fake(settings) as copilot:
        stored = await copilot.propose(Message(text=ARRIVAL))
        given = await copilot.drafts.add_feedback(
            stored.id, Feedback(verdict=Verdict.EDITED, final_text="It is on its way."), tenant="default"
        )
    async with open_fake(settings) as copilot:
        again = await copilot.drafts.get(stored.id, tenant="default")
    assert again == stored.model_copy(update={"feedback": (given,)})
    assert again.draft.sources[0].quote


async def test_stored_text_holds_no_bidi_controls(copilot: Copilot) -> None:
    stored = await copilot.propose(Message(text="My card \u202eyad eno\u202c is \u2067late\u2069, ridiculous!"))
    assert stored.message.text == "My card yad eno is late, ridiculous!"
    for item in stored.analysis.evidence:
        assert stored.message.text[item.span.start : item.span.end] == item.span.text


async def test_another_tenant_sees_nothing(copilot: Copilot) -> None:
    stored = await copilot.propose(Message(text=ARRIVAL))
    with pytest.raises(NotFoundError):
        await copilot.drafts.get(stored.id, tenant="other")
    with pytest.raises(NotFoundError):
        await copilot.drafts.add_feedback(stored.id, Feedback(verdict=Verdict.ACCEPTED), tenant="other")


async def test_feedback_is_checked(copilot: Copilot) -> None:
    ready = await copilot.propose(Message(text=ARRIVAL))
    with pytest.raises(InputError, match="final_text"):
        await copilot.drafts.add_feedback(ready.id, Feedback(verdict=Verdict.EDITED, final_text=" "), tenant="default")
    bad = Feedback(verdict=Verdict.EDITED, final_text="a\0b")
    with pytest.raises(InputError, match="NUL"):
        await copilot.drafts.add_feedback(ready.id, bad, tenant="default")
    empty = await copilot.propose(Message(text=""))
    assert empty.draft.status is Status.NO_SAFE_DRAFT
    with pytest.raises(ConflictError):
        await copilot.drafts.add_feedback(empty.id, Feedback(verdict=Verdict.ACCEPTED), tenant="default")


async def test_index_follows_what_another_process_writes(settings: Settings) -> None:
    async with open_fake(settings) as copilot, copilot.keeper.running():
        database = await open_database(settings.database_url or database_url(settings.data))
        fresh = resolution("pin.en", "How do I change my PIN code", "In the app.", "en")
        await type(copilot.resolutions)(database).add(fresh)
        await database.close()
        for _ in range(100):
            found = (await copilot.search([Message(text=fresh.problem)], k=1))[0]
            if found.hits[0].resolution.id == "pin.en":
                return
            await asyncio.sleep(0.05)
    pytest.fail("the index never followed")


async def test_before_the_index_is_built_the_answer_is_try_again(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(copilot.knowledge), "generation", "")
    with pytest.raises(OverloadedError):
        await copilot.draft([Message(text=ARRIVAL)])
    with pytest.raises(OverloadedError):
        await copilot.check()


async def test_check_runs_the_model(copilot: Copilot) -> None:
    await copilot.check()
