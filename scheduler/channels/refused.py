"""What a channel says when it will never take an alert."""


class Refused(Exception):
    """Trying again would not help; the message says why, and holds no secret."""
