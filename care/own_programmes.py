"""A patient's own say over their programmes: why one asks, stopping just this one, beginning it again."""

from care import escalations, plans, staff
from care.escalations import Severity
from care.heart import journal
from care.heart.language import DayMonth, Lines, Text, _
from care.heart.reason import Reason
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.plans import CarePlan


def why_asked(turn: Turn, patient: Patient, key: str) -> Reason | None:
    """The programmes behind an offer of check-ins; `key` is their plans' ids, joined by commas."""
    found = [plan for one in key.split(",") if one and (plan := plans.get(turn, int(one))) and plan.patient_id == patient.id]
    if not found:
        return None
    still = [plan for plan in found if plan.ended_at is None]
    change: Text = _("To choose another hour, send /hour. To stop just this, tap below.") if still else ""
    rows = tuple(Button(_("Stop: {programme}", programme=plan.called), f"plan:stop:{plan.id}") for plan in still)
    if len(rows) == 1:
        rows = (rows[0]._replace(label=_("Stop just this")),)
    return Reason(Lines(tuple(_cause(turn, patient, plan) for plan in found), "\n"), change, rows)


def _cause(turn: Turn, patient: Patient, plan: CarePlan) -> Text:
    by = staff.named(turn, journal.actor_of(turn, patient.id, "CarePlanBegun", plan_id=plan.id))
    day = DayMonth(local(plan.begun_at, patient.time_zone).date())
    if by:
        return _("You are followed for: {programme}. {name} from your care team began this on {day}.",
                 programme=plan.called, name=by, day=day)
    return _("You are followed for: {programme}. It began on {day}, when you agreed to check-ins.",
             programme=plan.called, day=day)


def why_at_rest(turn: Turn, patient: Patient, key: str) -> Reason:
    return Reason(_("I asked you several times and had no answer. So I stopped asking."),
                  _("To begin again, send /check."))


def stop(turn: Turn, patient: Patient, plan: CarePlan, edits: int) -> None:
    """The patient wants no more of one programme. It ends at once; a person sees that it did."""
    if plan.ended_at is None:
        plans.end(turn, plan)
        escalations.open_(turn, patient.id, Severity.ROUTINE, f"programme_stopped:{plan.id}",
                          f"Has stopped the check-ins: {plan.of.title}", None, patient.chat_id)
    turn.tell(patient, Screen(
        _("All right. I will not ask about this any more: {programme}. Your care team can see that.", programme=plan.called),
        ((Button(_("Ask me again"), f"plan:again:{plan.id}"),),), edits=edits))


def begin_again(turn: Turn, patient: Patient, plan: CarePlan, edits: int) -> None:
    """The patient has changed their mind."""
    plans.reopen(turn, plan.id)
    escalations.corrected(turn, patient.id, f"programme_stopped:{plan.id}", "has begun them again since")
    turn.tell(patient, Screen(_("Welcome back. I will ask you again."), edits=edits))
