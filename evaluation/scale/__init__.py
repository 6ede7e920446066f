"""How search, memory, changes and snapshots grow with the number of resolutions."""
