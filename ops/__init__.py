"""Running it: the command line, the demo, the doctor; the only place that wires doors together."""
