"""Fakes of the vendors' APIs, one module each: for tests, and as a process of their own (``all.FAKES``)."""
