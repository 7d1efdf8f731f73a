"""Asthma. Version 1, 2026-11-21; not yet reviewed by a clinician. The questions are our own, not a validated test."""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import YES_NO, Several
from bot.flows.vitals import PeakFlow
from bot.flows.wording import BLUE_LIPS, BREATHING, GOODBYE, HAS_ANY_NOW, INHALER, NONE_OF_THESE
from care.heart.language import _

SYMPTOMS = {"sentences": _("Too breathless to talk"), **BLUE_LIPS, "no_relief": _("Inhaler does not help")}

ASTHMA = Flow(
    name="asthma",
    version=1,
    command="",
    about=_("Asthma"),
    opening=_("A few questions about your asthma."),
    items=(
        BREATHING,
        Ask("peak_flow", _("What is your best peak flow of three? If you have no meter, tap Skip."), PeakFlow(), optional=True),
        Ask("woke", _("Did your asthma wake you last night?"), YES_NO),
        INHALER,
        Ask("symptoms", HAS_ANY_NOW, Several(SYMPTOMS, none=NONE_OF_THESE)),
    ),
    closing=GOODBYE,
)
