"""Why a lesson came: who chose it, or what brought it. What the patient asked for needs no reason."""

from care import staff
from care.heart.language import Text, _
from care.heart.reason import Reason
from care.heart.screen import Button
from care.heart.turn import Turn
from care.lessons import deliveries
from care.lessons.deliveries import Delivery
from care.patients import Patient


def why_sent(turn: Turn, patient: Patient, key: str) -> Reason | None:
    """What is behind a lesson that nobody asked for; `key` is the delivery's id. As the offer did, it names no lesson."""
    delivery = deliveries.get(turn, int(key))
    if delivery is None or delivery.patient_id != patient.id:
        return None
    buttons = () if delivery.refused_at else (Button(_("Not interested"), f"lesson:no:{delivery.id}"),)
    return Reason(_cause(turn, delivery),
                  _("If you do not want one, tap “Not interested” below it. To stop all reminders, send /stop."), buttons)


def _cause(turn: Turn, delivery: Delivery) -> Text:
    if delivery.cause == deliveries.ANSWER:
        return _("One of your answers made me think that this lesson may help.")
    if name := staff.named(turn, delivery.by):
        return _("{name} from your care team chose this lesson for you.", name=name)
    return _("It is one of a few short lessons that your clinic sends you, one after the other.")
