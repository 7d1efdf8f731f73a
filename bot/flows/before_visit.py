"""Before a visit: what the patient wants to talk about, and what has changed. Version 1, 2026-11-30; not yet reviewed by a
clinician. It is offered some time before a visit; the clinician reads the answers (care/before_visits.py)."""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import YES_NO, Choice, FreeText
from care.heart.language import _

BEFORE_VISIT = Flow(
    name="before_visit",
    version=1,
    command="",
    about=_("Before your visit"),
    opening=_("A few short questions before your visit."),
    items=(
        Ask("topics", _("What do you most want to talk about? Please type it."), FreeText(), optional=True),
        Ask("changed", _("Has anything changed since your last visit?"), YES_NO),
        Ask("change", _("What has changed? Please type it."), FreeText(), when={"changed": "yes"}),
        Ask("medicines", _("Do you take your medicines as they are on your list? To see it, send /meds."), Choice({
            "yes": _("Yes"), "differs": _("Not quite"), "none": _("No medicines")})),
        Ask("differs", _("What do you take in another way? Please type it."), FreeText(), when={"medicines": "differs"}),
    ),
    closing=_("Thank you. Your care team reads this before your visit."),
)
