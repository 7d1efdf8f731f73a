"""Door 3, the care team's: JSON over HTTP, and the web console that uses it."""
