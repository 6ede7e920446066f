"""The sidebar: a small page that a helpdesk shows beside a conversation, with the draft, its checks and its buttons."""

from api.sidebar.routes import install_sidebar

__all__ = ["install_sidebar"]
