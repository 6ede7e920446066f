"""From public weights to the shipped encoder: convert, trim, train heads, export, measure, write the card.

Run ``python -m models.training --help``. Nothing outside this package imports torch, onnx or transformers.
"""
