"""The fakes by vendor: add yours here."""

from tests.api.helpdesks.fakes.base import FakeHelpdesk
from tests.api.helpdesks.fakes.chatwoot import FakeChatwoot
from tests.api.helpdesks.fakes.freshdesk import FakeFreshdesk
from tests.api.helpdesks.fakes.front import FakeFront
from tests.api.helpdesks.fakes.generic import FakeGeneric
from tests.api.helpdesks.fakes.help_scout import FakeHelpScout
from tests.api.helpdesks.fakes.intercom import FakeIntercom
from tests.api.helpdesks.fakes.zammad import FakeZammad
from tests.api.helpdesks.fakes.zendesk import FakeZendesk

FAKES: dict[str, type[FakeHelpdesk]] = {
    fake.vendor: fake
    for fake in (
        FakeGeneric,
        FakeChatwoot,
        FakeFreshdesk,
        FakeFront,
        FakeHelpScout,
        FakeIntercom,
        FakeZammad,
        FakeZendesk,
    )
}
