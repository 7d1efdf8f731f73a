"""The safety case: the hazard log, and what must be done before the first patient."""
