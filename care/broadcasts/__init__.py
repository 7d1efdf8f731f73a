"""Telling many patients something: written, counted, tried, approved, planned person by person, sent at pace, accounted for."""
