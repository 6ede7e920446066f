"""The console: one server-rendered page for agents, in Arabic and English, with and without JavaScript."""

from api.console.routes import install_console

__all__ = ["install_console"]
