"""How well the plainness score orders texts of known difficulty, and the fit of its weights."""
