"""What stands around the questions on a page of our own, to whoever opened its link. It tells nothing of what is asked."""

from care.heart.language import Msg, _

TITLE = _("Something short for you")
WHY = _("To be sure that this link is for you: what is the patient's date of birth?")
DEAD = _("This link does not work any more. What you answered is kept. For a new one, tap “New link” in the chat.")
PASSED_ON = _("This page is closed. I have passed on to your care team what you wrote.")
NOT_SENT = _("This page is closed, and what you wrote was not sent. Please write it in the chat.")
LATER = _("Too many tries. Please wait an hour, or write in the chat.")
UNSAVED = _("That could not be saved. Please go back and try again. If it is urgent, call your clinic.")
ANSWER = _("Your answer")
SEND = _("Send")
BESIDE = _("Write something instead")
PHOTO = _("To send a photo, go back to the chat and send it there. You can also skip this.")
OVER = _("You can close this page now, and go back to the chat.")
ANY_TIME = _("You can close this page at any time. Your answers are kept.")


def emergency(number: str) -> Msg:
    return _("In an emergency, call {number}.", number=number)
