"""Pregnancy, and the year after. Version 1, 2026-11-21; not yet reviewed by a clinician.

Blood pressure has stricter numbers here than in other adults: content/check_ins/pregnancy.toml.
"""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import Choice, Several
from bot.flows.vitals import BloodPressure
from bot.flows.wording import GOODBYE, HAS_ANY, NONE_OF_THESE
from care.conditions import OneOf
from care.heart.language import _

SIGNS = {
    "headache": _("Bad headache"), "vision": _("Trouble seeing"), "dizzy": _("Dizzy or fainted"), "fever": _("Fever"),
    "swelling": _("Very swollen hands, face"), "breathing": _("Trouble breathing"),
    "heart": _("Chest pain, racing heart"), "vomiting": _("Cannot keep food down"), "belly_pain": _("Bad belly pain"),
    "leg": _("Sore, swollen leg"), "tired": _("So tired I cannot cope"), "harm": _("Thoughts of doing harm")}
BEFORE_BIRTH = {"moves_less": _("Baby moves less"), "bleeding": _("Bleeding"), "fluid": _("Fluid leaking")}
AFTER_BIRTH = {"bleeding": _("Heavy bleeding"), "discharge": _("Bad-smelling discharge")}

PREGNANCY = Flow(
    name="pregnancy",
    version=1,
    command="",
    about=_("Pregnancy and after"),
    opening=_("A few questions about you and your baby."),
    items=(
        Ask("stage", _("Are you pregnant now, or has your baby been born?"), Choice({
            "pregnant": _("Pregnant"), "born": _("Baby is born"), "ended": _("The pregnancy ended")})),
        Ask("bp", _("What is your blood pressure? Please type both numbers, like {example}.", example="120/80"),
            BloodPressure(), optional=True),
        Ask("signs", HAS_ANY, Several(SIGNS, none=NONE_OF_THESE)),
        Ask("before_birth", _("And any of these?"), Several(BEFORE_BIRTH, none=NONE_OF_THESE), when={"stage": "pregnant"}),
        Ask("after_birth", _("And any of these?"), Several(AFTER_BIRTH, none=NONE_OF_THESE),
            when={"stage": OneOf("born", "ended")}),
    ),
    closing=GOODBYE,
)
