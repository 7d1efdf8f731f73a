"""The daily symptom check. Version 1, 2026-11-21; not yet reviewed by a clinician."""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import YES_NO, FreeText, Scale
from bot.flows.vitals import Temperature
from care.conditions import AtLeast
from care.heart.language import _

SYMPTOM_CHECK = Flow(
    name="symptom_check",
    version=1,
    command="",
    about=_("A short check-in"),
    opening=_("A few short questions about today."),
    items=(
        Ask("pain", _("How strong is your pain, from 0 (none) to 10 (the worst)?"), Scale(0, 10)),
        Ask("pain_where", _("Where does it hurt? Please type it."), FreeText(), when={"pain": AtLeast(5)}),
        Ask("fever", _("Do you have a fever?"), YES_NO),
        Ask("temperature", _("What is your temperature? Please type it, like {example}.", example=37.5), Temperature(),
            when={"fever": "yes"}),
        Ask("breathing", _("Is it hard to breathe?"), YES_NO),
    ),
    closing=_("Thank you. Your care team can see your answers."),
)
