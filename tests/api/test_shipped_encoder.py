"""The whole path once with the encoder that is shipped."""

import pytest

from api.copilot import open_copilot
from api.settings import Settings
from inference.types import Message, Status
from models.encoder import Encoder
from models.errors import ArtifactError
from models.registry import load_encoder
from tests.api.fakes import TODAY


@pytest.fixture(scope="module")
def shipped() -> Encoder:
    try:
        return load_encoder(threads=1)
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
