"""COPD. Version 1, 2026-11-21; not yet reviewed by a clinician.

Oxygen is held against what is usual for this patient: with COPD, 88 to 92 % may be what is wanted.
"""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import Choice, Several
from bot.flows.vitals import Oxygen
from bot.flows.wording import (
    BLUE_LIPS,
    BREATHING,
    CHEST_PAIN,
    CONFUSED,
    FEVER,
    GOODBYE,
    HAS_ANY,
    INHALER,
    NONE_OF_THESE,
)
from care.heart.language import _

SYMPTOMS = {**CHEST_PAIN, **CONFUSED, **BLUE_LIPS, "poor_sleep": _("Slept badly, breathless")}

COPD = Flow(
    name="copd",
    version=1,
    command="",
    about=_("Lungs (COPD)"),
    opening=_("A few questions about your breathing."),
    items=(
        BREATHING,
        Ask("oxygen", _("What is your oxygen? Sit still for a minute first. If you have no oximeter, tap Skip."), Oxygen(),
            optional=True),
        Ask("phlegm", _("What is your phlegm like?"), Choice({
            "usual": _("As usual"), "more": _("More or thicker"), "colour": _("Another colour"), "blood": _("With blood")})),
        INHALER,
        *FEVER,
        Ask("symptoms", HAS_ANY, Several(SYMPTOMS, none=NONE_OF_THESE)),
    ),
    closing=GOODBYE,
)
