"""A month of promises, played against the ledger and reckoned apart from it: does each end once, and rightly?"""
