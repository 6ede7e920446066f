"""What the sample helpdesk's verified resolutions say is never withheld by the checks."""

import pytest

from inference.compose import compose
from inference.types import AngerLevel, Channel, Message, Reason, Resolution
from retrieval.sample import load
from tests.inference.builders import POLICY, TODAY, analysis, found

CHANNELS = (Channel.CHAT, Channel.EMAIL, Channel.SMS, Channel.REVIEW, Channel.PHONE_NOTE)


@pytest.mark.parametrize("item", tuple(load(TODAY)), ids=lambda item: item.id)
def test_no_draft_from_a_verified_resolution_fails_its_own_checks(item: Resolution) -> None:
    for channel in CHANNELS:
        for level in (AngerLevel.CALM, AngerLevel.FURIOUS):
            message = Message(text=item.problem, channel=channel)
            draft = compose(message, analysis(item.problem, level), found(item), POLICY)
            assert draft.reason is not Reason.FAILED_CHECKS, [finding.code for finding in draft.findings]
