"""Fits the relevance model and measures the search on train-side questions: ``python -m retrieval.calibrate``."""
