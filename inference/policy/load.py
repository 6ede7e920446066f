"""Reading a policy file: every fault is told with its line and place."""

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any

from inference.documents import read_document
from inference.policy.policy import Policy
from models.errors import ConfigurationError


def load_policy(path: Path | None = None) -> Policy:
    """Read and validate a policy file (the default one when ``path`` is None).

    Raises:
        ConfigurationError: The file is absent, is not YAML, names a key twice or does not fit the schema; names each
            place at fault with its line.
    """
    source = files("inference.policies") / "default.yaml" if path is None else path
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"The policy file {path} cannot be read ({error.strerror}): set RIFQ_POLICY to a readable file."
        ) from error
    policy = read_document(raw, Policy, "The policy")
    policy._revision = hashlib.sha256(raw).hexdigest()[:12]
    return policy


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a policy file, for editors that complete and check YAML."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Policy.model_json_schema()
