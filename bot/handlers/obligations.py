"""What a patient says about something that waits for a person: that they have read who sees to it, and how urgent it is."""

from bot.buttons import carried
from bot.handlers.visit import Visit, visit
from care import escalations, seen, urgency
from care.heart.language import Msg, _
from care.heart.turn import Turn

GONE = _("This button does not work any more.")


@visit
def seen_button(turn: Turn, visit: Visit) -> Msg | None:
    data, message_id = visit.button
    _prefix, escalation_id = carried(data, 2)
    this = escalations.get(turn, int(escalation_id))
    patient = visit.patient(this.patient_id) if this and this.patient_id else None
    return None if patient and seen.got_it(turn, patient, int(escalation_id), message_id) else GONE


@visit
def urgent_button(turn: Turn, visit: Visit) -> Msg | None:
    data, message_id = visit.button
    _prefix, said, escalation_id = carried(data, 3)
    this = escalations.get(turn, int(escalation_id))
    patient = visit.patient(this.patient_id) if this and this.patient_id else None
    if patient and urgency.answered(turn, patient, int(escalation_id), said == "yes", message_id):
        return None
    return _("This has been seen to already.")
