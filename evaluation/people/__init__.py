"""How far our measures agree with what people said of the same texts, on public sets with human labels."""
