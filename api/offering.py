"""What an agent finds by words of their own, to answer a customer's message from."""

from pydantic import ValidationError

from api.copilot import Copilot
from api.drafts import StoredDraft, storable
from inference.compose import offered
from inference.types import Message, Offer
from models.errors import InputError

MOST_SOUGHT = 2_000
"""Longest words to look for."""


async def find_offers(copilot: Copilot, stored: StoredDraft, text: str) -> tuple[Offer, ...]:
    """Return the nearest reliable resolutions in the language of a stored draft.

    Raises:
        InputError: there are no words to look for, or too many.
        OverloadedError: as for ``Copilot.search``.
    """
    if not 0 < len(text.strip()) <= MOST_SOUGHT:
        msg = f"Look for words of your own: 1 to {MOST_SOUGHT} characters."
        raise InputError(msg, field="sought")
    language = stored.draft.language
    try:
        sought = storable(Message(text=text, language=language))
    except ValidationError as error:
        raise InputError(str(error.errors(include_url=False)[0]["msg"]), field="sought") from error
    found = (await copilot.search([sought], languages=[language]))[0]
    # Who looks for something by words of their own sees what is nearest, however far it is.
    return offered(found, language, least=float("-inf")) if stored.draft.may_choose else ()
