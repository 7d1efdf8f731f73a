"""Whether the API keeps to its own document: Schemathesis against a running door, as several roles, in a full clinic."""
