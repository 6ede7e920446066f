import pytest
from pydantic import ValidationError

from tests.inference.builders import resolution


@pytest.mark.parametrize("identifier", ["a\nb", "\u200b", "x\u202ey", "   ", "", "\x00", "x" * 201])
def test_an_id_that_cannot_be_seen_or_addressed_is_refused(identifier: str) -> None:
    with pytest.raises(ValidationError):
        resolution(id=identifier)


@pytest.mark.parametrize("identifier", ["1", "تأخر البطاقة/2026", "a b", "🙂"])
def test_other_ids_are_taken_as_they_are(identifier: str) -> None:
    assert resolution(id=identifier).id == identifier
