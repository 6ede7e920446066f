"""The raw ONNX Runtime session: what the encoder's graph costs by itself, without tokenizer and evidence."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import onnxruntime

from models.encoder import PREFIX, feed
from models.errors import ConfigurationError
from models.normalise import normalise
from models.registry import DEFAULT, load_tokenizer

TEXTS = {
    "ar": (
        "السلام عليكم، حولت مبلغا إلى أخي قبل ثلاثة أيام ولم يصله شيء حتى الآن، والتطبيق يقول إن التحويل مكتمل. "
        "اتصلت مرتين ولم يرد علي أحد، أرجو أن تخبروني أين المال ومتى يصل لأن عليه إيجارا يدفعه هذا الأسبوع"
    ),
    "en": (
        "Hello, I sent money to my brother three days ago and nothing has reached him yet, although the app says that "
        "the transfer is complete. I have called twice and nobody answered, so please tell me where the money is and "
        "when it will arrive because his rent is due this week"
    ),
}
"""Plain sentences of our own; the benchmark takes a stretch of them that has the wanted number of tokens."""


class RawSession:
    """The artefact's graph, opened as the registry opens it, and its tokenizer."""

    def __init__(self, *, threads: int, folder: Path = DEFAULT) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_mem_pattern = False
        model = str(folder / "model.onnx")
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = load_tokenizer(folder)
        self._tokenizer.no_padding()

    def tokens(self, text: str) -> list[int]:
        """Return the ids that the encoder would feed for a text."""
        ids: list[int] = self._tokenizer.encode(PREFIX + normalise(text).text).ids
        return ids

    def call(self, text: str) -> Callable[[], object]:
        """Return a function that runs the graph on a text whose tokens are ready."""
        inputs = feed([self.tokens(text)])
        return lambda: self._session.run(None, inputs)

    def message(self, language: str, tokens: int) -> str:
        """Return a stretch of the language's text that has exactly this many tokens.

        Raises:
            ConfigurationError: there is none, since the tokenizer changed: change the text.
        """
        words = TEXTS[language].split()
        stretches = (" ".join(words[start:end]) for start, end in combinations(range(len(words) + 1), 2))
        found = next((text for text in stretches if len(self.tokens(text)) == tokens), None)
        if found is None:
            msg = f"No stretch of the benchmark's text in '{language}' has {tokens} tokens: change the text."
            raise ConfigurationError(msg)
        return found
