"""A reason: what a patient reads who asks why a message came."""

from dataclasses import dataclass

from care.heart.language import Text, _
from care.heart.screen import Button


@dataclass(frozen=True)
class Reason:
    """`cause` says what made us write, and whose wish it was; `change` how to change or stop just this, with buttons for it."""

    cause: Text
    change: Text = ""
    buttons: tuple[Button, ...] = ()


def ask_why(patient_id: int) -> Button:
    """A button for a message that may surprise."""
    return Button(_("Why this message?"), f"why:{patient_id}")
