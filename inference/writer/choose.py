"""Open the language model that the setting RIFQ_WRITER names."""

from inference.writer.base import LanguageModel
from inference.writer.openai_api import OpenAiServer
from inference.writer.transformers_lm import TransformersModel
from models.backends.base import DeviceName
from models.errors import ConfigurationError

COMPOSER = "composer"


def open_model(
    writer: str, *, key: str | None, device: DeviceName, fallback: bool, threads: int | None
) -> LanguageModel | None:
    """Open a language model; None for the composer, which needs none. Loading weights takes seconds: use a thread.

    Args:
        writer: ``composer``, ``transformers:<folder, GGUF file or package>`` or ``openai:<url>#<model>``.
        key: A server's bearer token.
        device: Where a model of this process runs.
        fallback: Run on the CPU where the GPU that ``device`` asks for is absent.
        threads: Threads within one operator on the CPU; None leaves torch's own number.

    Raises:
        ConfigurationError: ``writer`` is none of these, or names what is not there.
        MissingExtraError: The backend needs a package that is not installed.
    """
    kind, _, place = writer.partition(":")
    if writer == COMPOSER:
        return None
    if kind == "transformers" and place:
        return TransformersModel(place, device=device, fallback=fallback, threads=threads)
    url, _, model = place.rpartition("#")
    if kind == "openai" and url and model:
        return OpenAiServer(url, model, key=key)
    msg = (
        f"RIFQ_WRITER={kind}... is not known: it is composer, transformers:FOLDER (or a GGUF file or a package), or "
        "openai:URL#MODEL."
    )
    raise ConfigurationError(msg, field="writer")
