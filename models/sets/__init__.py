"""Loaders of the public data sets that training and evaluation read; the sets themselves are not in the repository."""
