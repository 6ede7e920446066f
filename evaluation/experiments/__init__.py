"""Experiments on the encoder: each turns examples into answers, one mapping a row, that metrics read."""
