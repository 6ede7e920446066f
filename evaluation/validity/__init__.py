"""Whether figures can be believed: planted faults, labels that say nothing, a perfect oracle, simulated intervals."""
