"""Shapes of a thread that a person holds, and of questions that the bot is asking meanwhile."""

from pydantic import Field

from care import holds
from staff_api.shapes.forms import At, Given, Sent


class NewHold(Sent):
    minutes: int = Field(
        holds.USUAL, ge=holds.SHORTEST, le=holds.LONGEST, description="It ends by itself so long after your last reply.")


class Hold(Given):
    """While it lasts the bot keeps quiet, but for doses and safety."""

    id: int
    patient_id: int
    staff_id: int
    by: str
    began_at: At
    minutes: int
    ends_at: At


class Asking(Given):
    """Questions that the bot is asking."""

    flow: str
    opened_at: At
    heard_at: At = Field(description="When the patient last answered.")
    paused_at: At | None


class Chat(Given):
    """Who talks with the patient now."""

    hold: Hold | None
    asking: Asking | None
