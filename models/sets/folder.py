"""Where the public data sets lie: the folder in ``RIFQ_SETS``, else ``../shared/data`` beside the repository."""

import os
from pathlib import Path

from models.errors import ConfigurationError


def sets_folder() -> Path:
    """Return the folder that holds one folder a data set.

    Raises:
        ConfigurationError: It does not exist.
    """
    chosen = os.environ.get("RIFQ_SETS")
    folder = Path(chosen) if chosen else Path(__file__).parents[2].parent / "shared" / "data"
    if not folder.is_dir():
        raise ConfigurationError(f"The data sets are not in {folder}: set RIFQ_SETS to the folder that holds them.")
    return folder
