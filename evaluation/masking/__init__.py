"""Benchmark of ``inference.personal``: generated sentences with near misses, and messages written by hand."""
