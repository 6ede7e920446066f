"""Trains the tagger of names: names and sentences of our own, real messages, and the fit; nothing here runs in use."""
