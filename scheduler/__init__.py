"""Door 2: the clock's."""
