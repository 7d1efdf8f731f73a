"""Is this urgent for you? Asked where we cannot tell. The answer ranks among what is as severe; it never silences anything."""

from care import escalations, events, messages, patients
from care.heart.language import Lines, _
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.patients import Patient

URGENT, UNSAID, CAN_WAIT = 0, 1, 2


def ask(turn: Turn, event: events.UrgencyUnclear) -> None:
    """Ask the patient, once for each time this is open."""
    patient = patients.answering(turn, event.patient_id, event.chat_id) if event.patient_id is not None else None
    if patient is None or not patient.consented or messages.held(turn, patient):
        return
    turn.tell(patient, Screen(_("Is this urgent for you?"), (
        (Button(_("Yes, urgent"), f"urgent:yes:{event.escalation_id}"),),
        (Button(_("It can wait"), f"urgent:wait:{event.escalation_id}"),))), once=f"urgent:{event.escalation_id}")


def answered(turn: Turn, patient: Patient, escalation_id: int, urgent: bool, edits: int) -> bool:
    """Rank it; False if it is closed, or not this patient's."""
    this = escalations.locked(turn, escalation_id)
    if this is None or this.patient_id != patient.id or this.resolved_at:
        return False
    escalations.change(turn, escalation_id, felt=URGENT if urgent else CAN_WAIT)
    escalations.note_step(turn, escalation_id, "felt", None, None, "urgent" if urgent else "it can wait")
    turn.happened(events.UrgencySaid(patient.id, escalation_id, urgent))
    help_ = messages.urgent_help(turn, patient.country)
    said = (_("Thank you. I have moved it up. Someone reads it as soon as they can.") if urgent
            else _("Thank you. It stays on the list, and someone reads it."))
    turn.tell(patient, Screen(Lines((said, help_)), edits=edits))
    return True
