"""How often the customer's real next question is among those offered: ``python -m evaluation.follow_ups``."""
