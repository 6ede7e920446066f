"""The whole path with the encoder that is shipped: what a retrained one must not break."""

from pathlib import Path

import pytest

from api.opening import open_copilot
from api.settings import Settings
from inference.encoder import open_encoder
from inference.types import Message, Status
from models.encoder import Encoder
from models.errors import ArtifactError
from retrieval import sample
from retrieval.knowledge import KnowledgeBase
from retrieval.store import ResolutionStore, database_url, open_database
from tests.api.fakes import TODAY

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def shipped() -> Encoder:
    try:
        return open_encoder(threads=1)
    except ArtifactError as error:
        pytest.skip(f"no encoder artefact: {error}")


async def test_both_languages_reach_a_grounded_draft(settings: Settings, shipped: Encoder) -> None:
    async with open_copilot(settings, today=lambda: TODAY, encoder=shipped) as copilot:
        await copilot.check()
        english, arabic = await copilot.draft(
            [Message(text="my new card still has not arrived"), Message(text="بطاقتي الجديدة ما وصلت")]
        )
    assert (english.status, english.sources[0].id) == (Status.READY, "card.en")
    assert (arabic.status, arabic.sources[0].id) == (Status.READY, "card.ar")
    assert english.model_revision == shipped.revision


async def test_the_sample_helpdesk_agrees_with_itself_until_one_figure_changes(
    tmp_path: Path, shipped: Encoder
) -> None:
    database = await open_database(database_url(tmp_path))
    store = ResolutionStore(database)
    await sample.fill(store, TODAY)
    knowledge = KnowledgeBase(store, revision=shipped.revision, dimension=shipped.dimension, space=shipped.space)
    await knowledge.refresh(lambda texts: shipped.encode(texts).search)
    assert knowledge.contradictions() == ()
    twin = await store.get("card_arrival.en")
    changed = {name: value.replace("5 to 7", "8 to 9") for name, value in twin if isinstance(value, str)}
    await store.replace(twin.model_copy(update=changed))
    await knowledge.refresh(lambda texts: shipped.encode(texts).search)
    assert ("card_arrival.ar", "card_arrival.en") in {(pair.first, pair.second) for pair in knowledge.contradictions()}
    await database.close()


async def test_the_readmes_first_message_gets_its_draft(settings: Settings, shipped: Encoder) -> None:
    database = await open_database(database_url(settings.data))
    await sample.fill(ResolutionStore(database), TODAY)
    await database.close()
    async with open_copilot(settings, today=lambda: TODAY, encoder=shipped) as copilot:
        (draft,) = await copilot.draft([Message(text="وين بطاقتي؟ صارلي أسبوعين أنتظر")])
    assert (draft.status, draft.sources[0].id) == (Status.READY, "card_arrival.ar")
    assert draft.text in README.read_text(encoding="utf-8"), (
        "the README shows another draft than it gets: put this one in"
    )


async def test_a_message_is_answered_in_the_other_language_from_the_same_resolution(
    settings: Settings, shipped: Encoder
) -> None:
    database = await open_database(database_url(settings.data))
    await sample.fill(ResolutionStore(database), TODAY)
    await database.close()
    texts = (
        "I was charged twice for the same payment",
        "my contactless payment does not work",
        "فلوسي انسرقت من البطاقة",
        "نسيت الرقم السري",
    )
    async with open_copilot(settings, today=lambda: TODAY, encoder=shipped) as copilot:
        own = await copilot.draft([Message(text=text) for text in texts])
        other = {"ar": "en", "en": "ar"}
        asked = [Message(text=text, language=other[draft.language]) for text, draft in zip(texts, own, strict=True)]
        translated = await copilot.draft(asked)
    for first, second in zip(own, translated, strict=True):
        assert (first.status, second.status, second.language) == (Status.READY, Status.READY, other[first.language])
        name, code = first.sources[0].id.rsplit(".", 1)
        assert second.sources[0].id == f"{name}.{other[code]}"
