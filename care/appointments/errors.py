"""What stands against a booking, in words for whoever wanted it."""


class Refused(ValueError):
    """It cannot be done. The message says why, and what would be right, for staff."""


class Taken(Refused):
    """Somebody else was first, or it is not free for another reason that may have come about meanwhile."""
