from datetime import date, timedelta
from pathlib import Path

from evaluation.data import load_data
from evaluation.helpdesk import arbanking_resolutions, hold_out, open_helpdesk, revision_of, with_stories
from evaluation.suite import Data, Index
from retrieval import sample
from retrieval.store import ResolutionStore, database_url, open_database

TODAY = date(2026, 1, 15)


def test_held_out_cases_leave_the_index_and_nothing_else_does() -> None:
    whole = list(sample.load(TODAY))
    kept, asked = hold_out(whole, 2, seed=3)

    assert len(asked) == 2 * len(whole)
    for before, after in zip(whole, kept, strict=True):
        gone = set(before.cases) - set(after.cases)
        assert len(gone) == 2
        assert gone <= {row.text for row in asked if row.columns["true_intent"] == sample.intent_of(before.id)}
        assert after.model_copy(update={"cases": before.cases}) == before


def test_told_stories_become_further_cases_in_their_language() -> None:
    whole = list(sample.load(TODAY))
    taught = with_stories(whole, 3)
    told = load_data(Data(set="bank_stories", split="train"), seed=0).examples
    languages = {row.text: row.columns["language"] for row in told}
    for before, after in zip(whole, taught, strict=True):
        more = after.cases[len(before.cases) :]
        assert after.cases[: len(before.cases)] == before.cases
        assert len(more) == 3
        assert {languages[text] for text in more} == {after.language}
    assert with_stories(whole, 0) == whole


async def test_a_temporary_store_holds_the_sample_and_goes_away() -> None:
    async with open_helpdesk(Index(), seed=0, today=TODAY, sets=None, store=None) as desk:
        database = await open_database(database_url(desk.directory))
        stored = (await ResolutionStore(database).snapshot()).resolutions
        await database.close()

    assert desk.revision == revision_of(stored)
    assert dict(desk.sizes) == dict.fromkeys(sample.intents(), 2)
    assert len(stored) == 2 * len(sample.intents())
    assert not desk.directory.exists()


async def test_a_users_own_store_is_used_as_it_is(tmp_path: Path) -> None:
    database = await open_database(database_url(tmp_path))
    await sample.fill(ResolutionStore(database), TODAY)
    await database.close()

    async with open_helpdesk(Index(), seed=0, today=TODAY, sets=None, store=tmp_path) as desk:
        assert desk.directory == tmp_path
        assert desk.revision == revision_of(list(sample.load(TODAY)))


def test_the_revision_follows_the_content_not_the_order() -> None:
    whole = list(sample.load(TODAY))

    assert revision_of(whole) == revision_of(whole[::-1])
    assert revision_of(whole) != revision_of(whole[1:])
    assert revision_of(whole) != revision_of(list(sample.load(TODAY + timedelta(days=1))))


def test_a_training_question_is_a_resolution_of_its_intent_and_names_no_label(banking_sets: Path) -> None:
    made = list(arbanking_resolutions(banking_sets))

    assert [item.id for item in made] == ["first_one.0", "first_one.1", "second_one.2", "second_one.3"]
    assert [sample.intent_of(item.id) for item in made[1:3]] == ["first_one", "second_one"]
    assert all(item.answer == item.problem for item in made)
