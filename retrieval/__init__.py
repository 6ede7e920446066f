"""Resolutions: validate, store, index and search."""
