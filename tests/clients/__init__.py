"""Clients in Python and TypeScript, generated from the API's own document: they compile, and speak with a running door."""
