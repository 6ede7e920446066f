"""Runs that are kept, so that any two can be compared row by row, and a gate that says when one is worse."""
