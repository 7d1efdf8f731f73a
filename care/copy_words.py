"""What the page behind a link to a copy of the record says, to whoever opens it."""

from datetime import time

from care.heart.language import Msg, _

TITLE = _("A copy of the record")
WHY = _("To be sure that this link is for you: what is the patient's date of birth?")
FILES = (("pdf", _("To read (PDF)")), ("fhir", _("For other programs")), ("rows", _("Every row")))
KEEP = _("Keep them where only you can read them. Then close this page.")
DEAD = _("This link does not work any more. To get a new one, write /privacy in the chat.")


def until(at: time) -> Msg:
    return _("You can get these files until {time}.", time=at)
