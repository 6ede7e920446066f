from pathlib import Path

import pytest

from inference.writer import LanguageModel, open_model
from inference.writer.openai_api import OpenAiServer
from models.errors import ConfigurationError


def opened(writer: str, key: str | None = None) -> LanguageModel | None:
    return open_model(writer, key=key, device="cpu", fallback=False, threads=1)


def test_the_composer_needs_no_model() -> None:
    assert opened("composer") is None


async def test_a_server_with_a_model() -> None:
    model = opened("openai:http://127.0.0.1:8080/v1#qwen2.5:7b", "key")
    assert isinstance(model, OpenAiServer)
    assert (model.name, model.host) == ("qwen2.5:7b", "127.0.0.1")
    await model.close()


@pytest.mark.parametrize(
    "writer", ["", "gpt", "openai", "openai:", "openai:http://127.0.0.1/v1", "openai:#m", "transformers:", "Composer"]
)
def test_anything_else_is_named(writer: str) -> None:
    with pytest.raises(ConfigurationError, match="RIFQ_WRITER"):
        opened(writer)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="needs the torch extra")
    with pytest.raises(ConfigurationError, match="RIFQ_WRITER=transformers"):
        opened(f"transformers:{tmp_path / 'absent'}")
