"""Search by words: Arabic-aware analysis of text into terms, and an incremental BM25 index over them."""

from retrieval.words.index import LexicalIndex

__all__ = ["LexicalIndex"]
