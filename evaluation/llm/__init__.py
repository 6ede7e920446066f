"""How a language model does as the writer: ``python -m evaluation.llm --writer transformers:... --out ...``."""
