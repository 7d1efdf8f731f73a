"""Attempts to break the clinic: what a stranger, a forwarded link, a tampered button, a low key or bad luck could do."""
