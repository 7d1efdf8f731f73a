"""Pain. Version 1, 2026-11-21; not yet reviewed by a clinician."""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import YES_NO, Choice
from bot.flows.wording import GOODBYE, PAIN
from care.conditions import AtLeast
from care.heart.language import _

PAINFUL = {"pain": AtLeast(1)}

PAIN_CHECK = Flow(
    name="pain",
    version=1,
    command="",
    about=_("Pain"),
    opening=_("A few questions about your pain."),
    items=(
        PAIN,
        Ask("where", _("Where does it hurt most?"), Choice({
            "chest": _("Chest"), "head": _("Head"), "belly": _("Belly"), "back": _("The back"),
            "limb": _("Arm, leg or joint"), "elsewhere": _("Somewhere else")}), when=PAINFUL),
        Ask("worst", _("Is it the worst pain you have ever had?"), YES_NO, when=PAINFUL),
        Ask("day", _("How much does the pain limit your day?"), Choice({
            "no": _("Not at all"), "some": _("Some"), "much": _("A lot")}), when=PAINFUL),
        Ask("helps", _("Does your pain medicine help?"), Choice({
            "yes": _("Yes"), "no": _("No"), "none": _("I take none")}), when=PAINFUL),
    ),
    closing=GOODBYE,
)
