"""Blood pressure at home. Version 1, 2026-11-21; not yet reviewed by a clinician.

A very high reading: are there alarm symptoms? With any of them nothing is measured again, and there is no waiting; without,
five minutes' rest and a second reading. The numbers are in content/check_ins/hypertension.toml.
"""

from bot.flows.engine import Ask, Flow, Say
from bot.flows.kinds import Choice, Several
from bot.flows.vitals import BloodPressure
from bot.flows.wording import CHEST_PAIN, GOODBYE, HAS_ANY_NOW, NONE_OF_THESE, REST_FIRST, TAKEN
from care.heart.language import _
from care.zone_rules import crossing

VERY_HIGH = crossing("hypertension", "systolic", "diastolic")
ALARM = {
    **CHEST_PAIN, "breathless": _("Short of breath"), "back_pain": _("Strong back pain"),
    "weakness": _("Numb or weak"), "vision": _("Trouble seeing"), "speech": _("Trouble speaking"),
    "headache": _("Worst headache ever")}

HYPERTENSION = Flow(
    name="hypertension",
    version=1,
    command="",
    about=_("Blood pressure"),
    opening=_("Let us check your blood pressure. Sit down, and rest for a few minutes first."),
    items=(
        Ask("bp", _("What is your blood pressure? Please type both numbers, like {example}.", example="120/80"),
            BloodPressure()),
        Say(_("This may be high for you."), when={"bp": VERY_HIGH}),
        Ask("alarm", HAS_ANY_NOW, Several(ALARM, none=NONE_OF_THESE), when={"bp": VERY_HIGH}),
        Say(REST_FIRST, when={"bp": VERY_HIGH, "alarm": []}),
        Ask("bp_2", _("What is your blood pressure now?"), BloodPressure(), when={"bp": VERY_HIGH, "alarm": []}),
        Ask("dizzy", _("Have you felt dizzy when you stand up, or fainted?"),
            Choice({"no": _("No"), "dizzy": _("Dizzy"), "fainted": _("Fainted, or nearly")})),
        Ask("medicines", _("Have you taken your blood pressure medicine?"), TAKEN),
    ),
    closing=GOODBYE,
)
