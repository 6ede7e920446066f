import pytest

from models.encoder import Encoder
from models.errors import ConfigurationError
from models.registry import load_encoder
from models.sets.folder import sets_folder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return load_encoder(threads=1)


@pytest.fixture(scope="session")
def sets() -> None:
    try:
        sets_folder()
    except ConfigurationError as error:
        pytest.skip(error.message)
