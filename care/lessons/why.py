"""Why a lesson came: a series that runs for the patient. What they asked for needs no reason."""

from care.heart.language import _
from care.heart.reason import Reason
from care.heart.turn import Turn
from care.lessons import deliveries
from care.patients import Patient


def why_sent(turn: Turn, patient: Patient, key: str) -> Reason | None:
    """The series behind a lesson that nobody asked for; `key` is the delivery's id."""
    delivery = deliveries.get(turn, int(key))
    if delivery is None or delivery.patient_id != patient.id:
        return None
    return Reason(_("It is one of a few short lessons that your clinic sends you, one after the other."),
                  _("If you do not want one, tap “Not interested” below it. To stop all reminders, send /stop."))
