"""After an operation. Version 1, 2026-11-21; not yet reviewed by a clinician."""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import Photo, Several
from bot.flows.wording import (
    AFTER_HOSPITAL,
    BREATHING,
    CHEST_PAIN,
    FAINTED,
    FEVER,
    GOODBYE,
    HAS_ANY,
    NONE_OF_THESE,
    PAIN,
    SUDDEN,
)
from care.conditions import HasAny
from care.heart.language import _

WOUND = {
    "bleeding": _("Bleeds and will not stop"), "red": _("Red, and it spreads"), "pus": _("Pus, or a bad smell"),
    "open": _("It has opened")}

POST_SURGERY = Flow(
    name="post_surgery",
    version=1,
    command="",
    about=_("After your operation"),
    opening=_("A few questions about how you are healing."),
    items=(
        PAIN,
        Ask("wound", _("Look at your wound. Do you see any of this?"), Several(WOUND, none=NONE_OF_THESE)),
        Ask("wound_photo", _("You can send a photo of the wound for your team, or skip this."), Photo(),
            when={"wound": HasAny(tuple(WOUND))}, optional=True),
        *FEVER,
        BREATHING,
        Ask("symptoms", HAS_ANY, Several({**CHEST_PAIN, **FAINTED, **SUDDEN, **AFTER_HOSPITAL}, none=NONE_OF_THESE)),
    ),
    closing=GOODBYE,
)
