"""The suites, as data: see ``evaluation.suite`` for their schema."""
