"""Diabetes. Version 1, 2026-11-21; not yet reviewed by a clinician.

Low: sugar at once, a quarter of an hour, and a second reading. High: ketones, and the signs of acid in the blood. The numbers
are in content/check_ins/diabetes.toml.
"""

from bot.flows.engine import Ask, Flow, Say
from bot.flows.kinds import YES_NO, Number, Several
from bot.flows.vitals import Glucose
from bot.flows.wording import CONFUSED, GOODBYE, HAS_ANY_NOW, NONE_OF_THESE, TAKEN
from care.heart.language import Lines, _
from care.zone_rules import crossing

LOW, HIGH = crossing("diabetes", "low"), crossing("diabetes", "high")
TAKE_SUGAR = Lines((
    _("This may be low for you."),
    _("Take 15 to 20 grams of fast sugar now: a small glass of juice, or 4 glucose tablets."),
))
NEEDS_HELP = {**CONFUSED, "swallow": _("Hard to swallow"), "help": _("Someone has to help me")}
ACID = {
    "vomiting": _("Vomiting"), "belly_pain": _("Belly pain"), "fast_breathing": _("Fast, deep breathing"),
    "fruity_breath": _("Breath smells of fruit")}

DIABETES = Flow(
    name="diabetes",
    version=1,
    command="",
    about=_("Blood sugar"),
    opening=_("A few questions about your blood sugar."),
    items=(
        Ask("glucose", _("What is your blood sugar now? Please type the number on your meter."), Glucose()),
        Say(TAKE_SUGAR, when={"glucose": LOW}),
        Ask("low_signs", HAS_ANY_NOW, Several(NEEDS_HELP, none=NONE_OF_THESE), when={"glucose": LOW}),
        Say(_("Please wait 15 minutes. Then measure again."), when={"glucose": LOW, "low_signs": []}),
        Ask("glucose_2", _("What is your blood sugar now?"), Glucose(), when={"glucose": LOW, "low_signs": []}),
        Say(_("This may be high for you."), when={"glucose": HIGH}),
        Ask("high_signs", HAS_ANY_NOW, Several(ACID, none=NONE_OF_THESE), when={"glucose": HIGH}),
        Ask("ketones", _("What are your blood ketones? If you cannot measure them, tap Skip."), Number(0, 20, 0.6),
            when={"glucose": HIGH}, optional=True),
        Ask("ill", _("Have you been too ill to eat or drink as usual?"), YES_NO),
        Ask("feet", _("Do you have a new sore or wound on your feet?"), YES_NO),
        Ask("medicines", _("Have you taken your diabetes medicine or insulin?"), TAKEN),
    ),
    closing=GOODBYE,
)
