"""Chaos: the real bot in processes that are killed at every moment, then everything counted against the patients' phones."""
