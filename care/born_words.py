"""What a page says that asks for the date of birth, before it opens what its link is for."""

from care.heart.language import Lines, Text, _, n_
from care.secret_links import Wrong

PARTS = (("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4))
OPEN = _("Open")


def tries(wrong: Wrong) -> Text:
    """That was not it; so many more may be tried."""
    return Lines((_("That is not the date of birth that your clinic has."),
                  n_("You can try {count} more time.", "You can try {count} more times.", wrong.left)), " ")

