"""Choice of policy phrases: one variant per message, by the message itself, so that drafts vary without chance."""

import hashlib

from inference.policy import Policy


class Phrasing:
    """Policy phrases in one language, with the variants fixed by the customer's text."""

    def __init__(self, policy: Policy, language: str, text: str) -> None:
        self._policy = policy
        self.language = language
        self._seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:4], "big")

    def pick(self, key: str, /, **values: str) -> str:
        """Return one variant of a phrase with its placeholders filled."""
        variants = self._policy.variants(self.language, key)
        return variants[self._seed % len(variants)].format_map(values)

    @property
    def signature(self) -> str:
        """The closing formula, with the brand where policy names one."""
        return self.pick("sign", brand=self._policy.brand_suffix(self.language))
