"""Chronic kidney disease, with dialysis or without. Version 1, 2026-11-21; not yet reviewed by a clinician."""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import Choice, Several
from bot.flows.vitals import Weight
from bot.flows.wording import BREATHING, CHEST_PAIN, CONFUSED, GOODBYE, HAS_ANY, NONE_OF_THESE
from care.heart.language import _

SYMPTOMS = {
    **CHEST_PAIN, **CONFUSED, "heartbeat": _("Heart races or skips"), "weak": _("Weak muscles"),
    "sick": _("Vomiting or diarrhoea")}

KIDNEY = Flow(
    name="kidney",
    version=1,
    command="",
    about=_("Kidneys"),
    opening=_("A few questions about your kidneys."),
    items=(
        Ask("dialysis", _("Have you missed a dialysis session?"), Choice({
            "no": _("No"), "missed": _("Yes, I missed one"), "none": _("I have no dialysis")})),
        Ask("weight", _("What do you weigh today? If you cannot weigh yourself, tap Skip."), Weight(), optional=True),
        BREATHING,
        Ask("urine", _("How much urine do you pass?"), Choice({
            "usual": _("As usual"), "less": _("Much less"), "none": _("None, as usual for me")})),
        Ask("symptoms", HAS_ANY, Several(SYMPTOMS, none=NONE_OF_THESE)),
    ),
    closing=GOODBYE,
)
