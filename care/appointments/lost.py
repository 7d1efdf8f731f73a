"""Lost visits: to which nobody came, or which were cancelled by a mistake. The patient is offered a new time, gently."""

from sqlalchemy import select

from care import escalations, events
from care.appointments import appointments, notices
from care.appointments.appointments import COLUMNS, Appointment, found_by
from care.appointments.choosing import LETTERS
from care.appointments.errors import Refused
from care.escalations import Severity
from care.heart.language import Msg, _
from care.heart.screen import Button, Screen
from care.heart.turn import Lane, Turn
from care.patients import Patient
from care.tables import appointments as appointments_table
from care.tables import escalations as escalations_table

TO_BOOK_AGAIN = "visits_to_book_again"


def follow_up(turn: Turn, event: events.AppointmentMissed) -> None:
    """Nobody came. Gently, with a new time at hand."""
    found = appointments.locked(turn, event.appointment_id)
    if found is None or not found[1].consented:
        return
    visit, patient = found
    said = _("You had a visit at {clinic} on {day}. We hope you are well. Shall we find a new time?",
             clinic=turn.settings.clinic.name, day=appointments.seen(turn, visit).wall.date())
    turn.tell(patient, _screen(turn, patient, visit, said), Lane.BROADCAST, topic="visit", once=f"visit:missed:{visit.id}",
              because=f"visit_missed:{visit.id}")


def undone(turn: Turn, event: events.SituationUndone) -> None:
    """The situation was a mistake, but time that was given away is gone: a person books anew, or has the patient choose."""
    lost = [one for one in appointments.all_of_patient(turn, event.patient_id or 0)
            if one.state == "cancelled" and one.ended_why == why(event.situation) and one.starts_at > turn.now]
    if lost:
        escalations.open_(turn, event.patient_id, Severity.ROUTINE, TO_BOOK_AGAIN,
                          f"{len(lost)} visits were cancelled because of a situation that was a mistake: book them again")


def why(situation: str) -> str:
    """Why a visit was cancelled by a situation."""
    return f"the patient's situation: {situation}"


def to_book_again(turn: Turn, most: int = 200) -> list[Appointment]:
    """Visits that were cancelled by a mistake, of patients of whom nobody has closed that yet; the next first."""
    open_ = select(escalations_table.c.id).where(
        escalations_table.c.patient_id == appointments_table.c.patient_id, escalations_table.c.kind == TO_BOOK_AGAIN,
        escalations_table.c.resolved_at.is_(None)).exists()
    return found_by(turn, select(*COLUMNS).where(
        appointments_table.c.state == "cancelled", appointments_table.c.starts_at > turn.now,
        appointments_table.c.ended_why.like(f"{why('')}%"), open_).order_by(appointments_table.c.starts_at).limit(most))


def offer(turn: Turn, patient: Patient, visit: Appointment) -> None:
    """The patient, who is locked, is told of the mistake, and can choose a time at once. Raises Refused."""
    if visit.id not in {one.id for one in to_book_again(turn)}:
        raise Refused("It was not cancelled by a mistake, or that is settled.")
    if not notices.may_be_asked(turn, patient):
        raise Refused("They cannot be asked here now: the bot does not reach them, or they want no messages. Call them.")
    said = _("Your visit at {clinic} on {day} was cancelled by mistake. We are sorry. Shall we find a new time?",
             clinic=turn.settings.clinic.name, day=appointments.seen(turn, visit).wall.date())
    if turn.tell(patient, _screen(turn, patient, visit, said), Lane.BROADCAST, topic="visit", once=f"visit:lost:{visit.id}",
                 because=f"visit_lost:{visit.id}") is None:
        raise Refused("They were asked already.")


def _screen(turn: Turn, patient: Patient, visit: Appointment, said: Msg) -> Screen:
    """With a new time at hand."""
    seen = appointments.seen(turn, visit)
    code = f"{seen.kind.id}{LETTERS[visit.mode]}{visit.site_id}m0"
    find = _("Find a new time")
    rows = ((Button(find, f"visit:days:{patient.id}:{code}"),) if seen.kind.by_patients and not seen.kind.closed
            else (Button(find, f"visit:new:{patient.id}"),), (Button(_("Not now"), f"visit:later:{patient.id}"),))
    return Screen(said, rows)
