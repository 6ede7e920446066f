"""Vector indexes behind one small interface: in memory (exact, or a graph), or in a remote store."""
