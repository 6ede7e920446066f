"""Choice of policy phrases: one variant per message, by the message itself, so that drafts vary without chance."""

import hashlib

from inference.policy import Policy


class Phrasing:
    """Policy phrases in one language, with the variants fixed by the customer's text."""

    def __init__(self, policy: Policy, language: str, text: str) -> None:
        self._policy = policy
        self.language = language
        self._text = text.encode("utf-8", "replace")

    def pick(self, key: str, /, **values: str) -> str:
        """Return one variant of a phrase with its placeholders filled; each phrase is chosen for itself."""
        variants = self._policy.variants(self.language, key)
        if len(variants) == 1:
            return variants[0].format_map(values)
        seed = hashlib.sha256(key.encode() + b"\0" + self._text).digest()
        return variants[int.from_bytes(seed[:4], "big") % len(variants)].format_map(values)

    @property
    def signature(self) -> str:
        """The closing formula, with the brand where policy names one."""
        return self.pick("sign", brand=self._policy.brand_suffix(self.language))
