"""Suites, metrics, statistics and reports; measures any Copilot-shaped callable."""
