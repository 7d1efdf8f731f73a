"""The daily check: offered at the patient's hour, started by the patient's tap."""

from datetime import timedelta

from sqlalchemy import select

from care import conversations, events, patients
from care.heart.language import Lines, _
from care.heart.screen import Button, Screen
from care.heart.time import local, next_local
from care.heart.turn import Lane, Turn
from care.tables import patients as patients_table

FLOW = "symptom_check"
WINDOW = timedelta(hours=2)  # after the patient's hour the offer would only surprise


def due(turn: Turn, limit: int = 500) -> list[int]:
    """Patients whose hour has come."""
    return list(turn.db.scalars(
        select(patients_table.c.id).where(patients_table.c.next_check_at <= turn.now)
        .order_by(patients_table.c.next_check_at).limit(limit)))


def offer(turn: Turn, patient_id: int) -> bool:
    """Offer the check, and set the next hour; False if it is not due any more, or too late for today."""
    patient = patients.lock(turn, patient_id)
    due_at = turn.db.scalar(select(patients_table.c.next_check_at).where(patients_table.c.id == patient_id))
    if patient is None or due_at is None or due_at > turn.now:
        return False
    patients.change(turn, patient_id, next_check_at=next_local(turn.now, patient.check_time, patient.time_zone))
    resting = not patient.reminders or (patient.paused_until is not None and patient.paused_until > turn.now)
    if resting or turn.now > due_at + WINDOW or conversations.current(turn, patient_id):
        return False
    day = local(due_at, patient.time_zone).date()
    told = turn.tell(
        patient,
        Screen(Lines((
            _("{clinic} has a short check-in for you. It takes about a minute.", clinic=turn.settings.clinic.name),
            _("Your care team reads the answers in office hours."))),
            ((Button(_("Start"), f"flow:{FLOW}:{patient_id}"),), (Button(_("Not today"), f"later:{patient_id}"),))),
        Lane.BROADCAST, topic="check", once=f"check:{patient_id}:{day.isoformat()}", expires_at=due_at + WINDOW)
    if told:
        turn.happened(events.CheckOffered(patient_id, FLOW))
    return told is not None
