"""The care team's pages: server-rendered, kept live by the event stream."""
