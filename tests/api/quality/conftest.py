"""The whole service with sign-in required: fixtures ``serving`` and ``service``."""

from tests.api.access.conftest import _cheap_passwords, limits_clock, service, serving

__all__ = ["_cheap_passwords", "limits_clock", "service", "serving"]
