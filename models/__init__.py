"""Shipped model artefacts, the registry that loads them, our open corpora, data loaders and training."""
