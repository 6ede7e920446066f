"""How many planted faults the checks find, and how often they cry wolf: ``rifq eval run checks``."""
