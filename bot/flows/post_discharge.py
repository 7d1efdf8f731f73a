"""After a stay in hospital. Version 1, 2026-11-21; not yet reviewed by a clinician."""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import Choice, Several
from bot.flows.wording import (
    AFTER_HOSPITAL,
    BREATHING,
    CHEST_PAIN,
    FAINTED,
    FEVER,
    GOODBYE,
    HAS_ANY,
    NONE_OF_THESE,
    SUDDEN,
)
from care.heart.language import _

POST_DISCHARGE = Flow(
    name="post_discharge",
    version=1,
    command="",
    about=_("Back home from hospital"),
    opening=_("A few questions about how you are doing at home."),
    items=(
        Ask("overall", _("How do you feel, compared with yesterday?"), Choice({
            "better": _("Better"), "same": _("About the same"), "worse": _("Worse")})),
        BREATHING,
        *FEVER,
        Ask("symptoms", HAS_ANY, Several({**CHEST_PAIN, **FAINTED, **SUDDEN, **AFTER_HOSPITAL}, none=NONE_OF_THESE)),
        Ask("medicines", _("Do you have all your medicines, and know how to take them?"), Choice({
            "yes": _("Yes"), "lacks": _("I lack some"), "unsure": _("I am not sure how")})),
    ),
    closing=GOODBYE,
)
