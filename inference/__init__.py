"""From text to Analysis, and from Message, Analysis and sources to a checked Draft; pure."""
