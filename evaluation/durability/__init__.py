"""What survives: processes killed while they write, damaged snapshots, and what must not survive an erasure."""
