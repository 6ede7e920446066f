"""The sample helpdesk: a fictional bank's resolutions in Arabic and English, one YAML file per intent."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib import resources
from typing import Any

import yaml

from inference.types import Resolution
from models.errors import InputError
from retrieval.rows import RowFault, make_row
from retrieval.store.resolutions import Kept, ResolutionStore

LANGUAGES = ("ar", "en")
PROVENANCE = "Rifq sample helpdesk"


def intents() -> tuple[str, ...]:
    """Return the names of the intents that have a file, sorted."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


def intent_of(identifier: str) -> str:
    """Return the intent of a sample resolution's id: ``card_arrival`` for ``card_arrival.ar``."""
    return identifier.rpartition(".")[0]


def load(today: date, *, tenant: str = "default") -> Iterator[Resolution]:
    """Yield the resolutions ``<intent>.ar`` and ``<intent>.en``, checked like an import; dates count from ``today``.

    Raises:
        InputError: a file breaks the format; names the file.
    """
    for intent in intents():
        text = resources.files(__package__).joinpath(f"{intent}.yaml").read_text(encoding="utf-8")
        page = yaml.safe_load(text)
        try:
            for language in LANGUAGES:
                row = _row(intent, language, page, today)
                yield make_row(row, tenant=tenant, today=today, detect=row.__getitem__)
        except (KeyError, TypeError, RowFault) as error:
            msg = f"The sample file {intent}.yaml is at fault: {error}."
            raise InputError(msg, field=intent) from error


async def fill(store: ResolutionStore, today: date, *, tenant: str = "default") -> Kept:
    """Put the whole sample helpdesk into a store, in one transaction; doing it again renews the dates."""
    return await store.put_many(list(load(today, tenant=tenant)), tenant=tenant)


def _row(intent: str, language: str, page: Mapping[str, Any], today: date) -> dict[str, Any]:
    verified_at = today - timedelta(days=int(page["verified_days_ago"]))
    text = dict(page[language])
    answer = text.pop("explanation")
    return text | {
        "id": f"{intent}.{language}",
        "answer": answer,
        "language": language,
        "product": page["product"],
        "tags": list(page["tags"]),
        "owner": page["owner"],
        "verified_by": page["owner"],
        "verified_at": verified_at.isoformat(),
        "review_by": (today + timedelta(days=int(page["review_in_days"]))).isoformat(),
        "provenance": PROVENANCE,
    }
