"""What a helpdesk answers is untrusted too: an id goes into the addresses of later calls."""

import httpx
import pytest

from api.helpdesks.vendors.calls import answer_id
from models.errors import HelpdeskError


@pytest.mark.parametrize("given", [17, "17", "cnv_55c8", "a-1.2"])
def test_an_id_is_returned_as_text(given: int | str) -> None:
    assert answer_id(httpx.Response(200, json={"id": given}), "id") == str(given)


@pytest.mark.parametrize("given", ["../../admin", "1?private=false", "1#", "a b", "", "1\n", True, None, [], "9" * 101])
def test_what_is_no_id_is_refused(given: object) -> None:
    with pytest.raises(HelpdeskError):
        answer_id(
            httpx.Response(200, json={"id": given}, request=httpx.Request("POST", "https://desk.example/x")), "id"
        )
