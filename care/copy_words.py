"""What the page behind a link to a copy of the record says, to whoever opens it."""

from datetime import time

from care.copies import Wrong
from care.heart.language import Lines, Msg, Text, _, n_

TITLE = _("A copy of the record")
WHY = _("To be sure that this link is for you: what is the patient's date of birth?")
PARTS = (("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4))
OPEN = _("Open")
FILES = (("pdf", _("To read (PDF)")), ("fhir", _("For other programs")), ("rows", _("Every row")))
KEEP = _("Keep them where only you can read them. Then close this page.")
DEAD = _("This link does not work any more. To get a new one, write /privacy in the chat.")


def tries(wrong: Wrong) -> Text:
    """That was not it; so many more may be tried."""
    return Lines((_("That is not the date of birth that your clinic has."),
                  n_("You can try {count} more time.", "You can try {count} more times.", wrong.left)), " ")


def until(at: time) -> Msg:
    return _("You can get these files until {time}.", time=at)
