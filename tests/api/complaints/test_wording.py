"""References within texts: in Arabic their numbers keep their order, whatever their format."""

import pytest

from api.complaints import load_country
from api.complaints.records import ComplaintState
from api.complaints.wording import agent_note
from inference.policy import ComplaintRules
from models.errors import MissingWordingError
from tests.api.complaints.conftest import SAUDI, Office

FORMATS = [
    ("C-{year}-{number}-{check}", False),
    ("{year}-{number}-{check}", True),
    ("{number}/{check}", True),
    ("#C-{year}-{number}-{check}", True),
    ("ش-{year}-{number}-{check}", True),
    ("C-{number}-({check})", True),
]


@pytest.mark.parametrize(("written", "turns"), FORMATS)
def test_agents_read_a_reference_in_its_order(written: str, turns: bool) -> None:
    reference = ComplaintRules(country="sa", reference=written).numbered(1, 2026)
    calendar = load_country("sa").calendar
    arabic, english = (
        agent_note(language, reference=reference, state="open", duty=None, due=None, calendar=calendar)
        for language in ("ar", "en")
    )
    assert (f"\u2066{reference}\u2069" in arabic) is turns
    assert reference in arabic
    assert f"\u2066{reference}" not in english


@pytest.mark.parametrize(("written", "turns"), FORMATS)
async def test_customers_read_it_so_too_and_the_locked_wording_may_come_without_marks(
    office: Office, written: str, turns: bool
) -> None:
    office.policy = SAUDI.model_copy(update={"complaints": ComplaintRules(country="sa", reference=written)})
    found = await office.raised()
    texts = [found.acknowledgement, *found.locked]
    arabic = [item.text["ar"] for item in texts if item is not None and found.reference in item.text["ar"]]
    assert arabic
    assert all((f"\u2066{found.reference}\u2069" in text) is turns for text in arabic)
    response = "\n".join(item.text["ar"] for item in found.locked)
    with pytest.raises(MissingWordingError):
        await office.tell(found.id, "responded", text=response.replace(found.reference, "0"), language="ar")
    bare = response.replace("\u2066", "").replace("\u2069", "")
    assert (await office.tell(found.id, "responded", text=bare, language="ar")).state is ComplaintState.RESPONDED
