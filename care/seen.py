"""Seen: the patient is told who has looked at what they wrote or answered, and by when there is an answer."""

from dataclasses import replace

from sqlalchemy import func, select

from care import escalations, events, messages, office, patients
from care import staff as staff_list
from care.escalations import Escalation, Severity
from care.heart.language import Lines, _
from care.heart.reason import Reason
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import outbox

# Kinds of trouble that begin with something the patient did, and that they wait to hear about.
THEIRS = ("message", "person", "red_flag", "answer", "off_the_meter", "unheard", "refill", "dose")
NOT_THEIRS = ("dose:no_answer", "dose:missed_by_us", "dose:pattern")  # of these, what nobody did
TOPIC = "seen"


def tell(turn: Turn, event: events.EscalationAcknowledged) -> None:
    """A person has taken it on, and has not closed it in the same breath: say so, once for each time of waiting."""
    this = escalations.get(turn, event.escalation_id)
    if this is None or this.patient_id is None or not _waits(turn, this) or event.how not in ("acknowledged", "handed_over"):
        return
    patient = (patients.answering(turn, this.patient_id, this.chat_id) if this.chat_id is not None
               else patients.get(turn, this.patient_id))
    member = staff_list.by_id(turn, this.acknowledged_by) if this.acknowledged_by else None
    if patient is None or member is None or not patient.consented or messages.held(turn, patient):
        return
    by = this.due_at if this.due_at > turn.now else escalations.due(turn, this.severity)
    said = _("{name} from your care team saw this at {time}. You will hear from us {when}.", name=member.name,
             time=local(turn.now, patient.time_zone).time(), when=office.when(turn, by, patient.time_zone))
    lines = (said,) if office.staffed(turn) else (said, messages.urgent_help(turn, patient.country))
    turn.tell(patient, Screen(Lines(lines), ((Button(_("Got it"), f"seen:{this.id}"),),)), topic=TOPIC,
              because=f"seen:{this.id}")


def _waits(turn: Turn, this: Escalation) -> bool:
    """Whether the patient waits to hear of it, and has not been told in this wait."""
    if this.answered_at or this.kind.split(":")[0] not in THEIRS or this.kind.startswith(NOT_THEIRS):
        return False
    return not turn.db.scalar(select(func.count()).select_from(outbox).where(
        outbox.c.patient_id == this.patient_id, outbox.c.topic == TOPIC, outbox.c.created_at >= this.waiting_since))


def got_it(turn: Turn, patient: Patient, escalation_id: int, edits: int) -> bool:
    """The patient has read it: the one proof of reading that Telegram allows. False if it is not theirs."""
    this = escalations.get(turn, escalation_id)
    if this is None or this.patient_id != patient.id:
        return False
    said = turn.db.scalar(select(outbox.c.text).where(
        outbox.c.patient_id == patient.id, outbox.c.topic == TOPIC, outbox.c.telegram_id == edits).limit(1))
    escalations.note_step(turn, escalation_id, "read", None)
    turn.happened(events.SeenByPatient(patient.id, escalation_id))
    if said:
        turn.tell(replace(patient, named=None), Screen(said, edits=edits), topic=TOPIC)
    return True


def why(turn: Turn, patient: Patient, key: str) -> Reason | None:
    this = escalations.get(turn, int(key))
    if this is None or this.patient_id != patient.id:
        return None
    urgent = this.severity is not Severity.ROUTINE
    return Reason(
        _("Your care team looks at this soon. So I tell you who has seen it.") if urgent
        else _("You wrote to your care team. So I tell you who has seen it."), _("To add something, just type here."))
