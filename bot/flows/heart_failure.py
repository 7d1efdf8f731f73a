"""Heart failure. Version 1, 2026-11-21; not yet reviewed by a clinician.

Weight every morning is what counts; content/check_ins/heart_failure.toml holds it against the days before.
"""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import YES_NO, Choice, Several
from bot.flows.vitals import Weight
from bot.flows.wording import BREATHING, CHEST_PAIN, CONFUSED, FAINTED, GOODBYE, HAS_ANY, NONE_OF_THESE
from care.heart.language import _

SYMPTOMS = {
    **CHEST_PAIN, **FAINTED, "froth": _("Pink foam when I cough"), **CONFUSED, "cough": _("New cough"),
    "dizzy": _("Dizzy")}

HEART_FAILURE = Flow(
    name="heart_failure",
    version=1,
    command="",
    about=_("Heart"),
    opening=_("A few questions about your heart. Weigh yourself first: in the morning, after the toilet, before breakfast."),
    items=(
        Ask("weight", _("What do you weigh this morning? Please type the number, and kg or lb."), Weight()),
        BREATHING,
        Ask("pillows", _("Did you need more pillows than usual to sleep?"), YES_NO),
        Ask("swelling", _("Are your feet, legs or belly swollen?"), Choice({0: _("No"), 1: _("A little"), 2: _("A lot")})),
        Ask("symptoms", HAS_ANY, Several(SYMPTOMS, none=NONE_OF_THESE)),
    ),
    closing=GOODBYE,
)
