"""Reports for people: one self-contained HTML file a run, in Arabic or English, without scripts or a network."""
