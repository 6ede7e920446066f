import pytest
from hypothesis import settings

from tests.databases import address, database, postgres, postgres_template

__all__ = ["address", "database", "postgres", "postgres_template"]

# No test is timed: the first example of some loads a lexicon, and a busy machine is no fault.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "databases(*kinds): runs on these databases, 'sqlite' and 'postgres'")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each database that its closest mark names."""
    mark = metafunc.definition.get_closest_marker("databases")
    if mark is not None and "address" in metafunc.fixturenames:
        metafunc.parametrize("address", mark.args, indirect=True)
