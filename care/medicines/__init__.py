"""Medicines: what is ordered, when each dose is due, what patients say became of it, and what of that staff must see."""
