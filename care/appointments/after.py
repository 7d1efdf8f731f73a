"""After a visit: what staff tell the patient to do, and a question that shows whether it came across (teach-back).

Who did not understand was told badly: the words are said again, and a person explains.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from care import escalations
from care.appointments import appointments, entries
from care.appointments.appointments import Appointment
from care.appointments.errors import Refused
from care.escalations import Severity
from care.heart.language import Lines, Msg, Text, _
from care.heart.screen import Button, Screen
from care.heart.turn import Lane, Turn
from care.patients import Patient
from care.tables import after_visits

NOT_SURE = 9  # what the button carries
MOST_CHOICES, LONGEST_CHOICE, LONGEST = 4, 40, 2000
SAID_WELL = _("We want to be sure that we said it well.")
GONE = _("This button does not work any more.")


@dataclass(frozen=True)
class AfterVisit:
    id: int
    patient_id: int
    appointment_id: int
    instructions: str
    question: str | None
    choices: list[str]
    right_choice: int | None
    written_by: str
    written_at: datetime
    answer: int | None  # which of the choices; NOT_SURE
    answered_at: datetime | None


COLUMNS = tuple(after_visits.c[name] for name in AfterVisit.__dataclass_fields__)


def write(
    turn: Turn, patient: Patient, visit: Appointment, instructions: str, question: str | None = None,
    choices: Sequence[str] = (), right: int | None = None,
) -> AfterVisit:
    """Tell the patient what to do now, in the language that they read; with `choices` they tap what they understood, without
    they are asked to say it in their own words, which people read. Raises Refused."""
    if visit.state not in ("arrived", "fulfilled") and not (visit.state == "booked" and visit.starts_at <= turn.now):
        raise Refused(f"It has not taken place: it is {visit.state}.")
    if not instructions.strip() or len(instructions) > LONGEST:
        raise Refused(f"instructions needs words, at most {LONGEST} characters.")
    if choices and not (question and 2 <= len(choices) <= MOST_CHOICES and right is not None and 0 <= right < len(choices)):
        raise Refused(f"choices needs a question, from 2 to {MOST_CHOICES} of them, and which is right, counted from 0.")
    if any(not one.strip() or len(one) > LONGEST_CHOICE for one in choices):
        raise Refused(f"Each of choices needs words, at most {LONGEST_CHOICE} characters: it is a button.")
    written = turn.insert(after_visits, {
        "patient_id": patient.id, "appointment_id": visit.id, "instructions": instructions.strip(),
        "question": (question or "").strip() or None, "choices": [one.strip() for one in choices],
        "right_choice": right if choices else None, "written_by": turn.actor, "written_at": turn.now})
    made = _get(turn, written)
    turn.tell(patient, _screen(turn, made, visit), Lane.BROADCAST, topic="visit", once=f"visit:after:{made.id}",
              because=f"visit_after:{visit.id}")
    return made


def _screen(turn: Turn, made: AfterVisit, visit: Appointment) -> Screen:
    day = appointments.seen(turn, visit).wall.date()
    first = Lines((_("After your visit on {day}:", day=day), made.instructions), "\n")
    if not made.choices:
        asked: Text = made.question or _("In your own words: what will you do now?")
        return Screen(Lines((first, SAID_WELL, Lines((asked, _("Just write it here.")), " "))))
    rows = [(Button(one, f"visit:got:{made.id}:{place}"),) for place, one in enumerate(made.choices)]
    rows.append((Button(_("I am not sure"), f"visit:got:{made.id}:{NOT_SURE}"),))
    return Screen(Lines((first, SAID_WELL, made.question or "")), tuple(rows))


def answer(turn: Turn, patient: Patient, made: AfterVisit, chosen: int, edits: int) -> Msg | None:
    """What the patient understood; the first answer stands."""
    if made.patient_id != patient.id or made.answer is not None or (chosen != NOT_SURE and chosen >= len(made.choices)):
        return GONE
    turn.db.execute(update(after_visits).where(after_visits.c.id == made.id).values(answer=chosen, answered_at=turn.now))
    visit = appointments.get(turn, made.appointment_id)
    assert visit
    said = made.choices[chosen] if chosen != NOT_SURE else "not sure"
    right = chosen == made.right_choice
    entries.add(turn, visit, "teach_back", f"{made.question} — {said} ({'right' if right else 'explain it again'})")
    shown = Lines((made.instructions, made.question or "", *((f"✓ {said}",) if chosen != NOT_SURE else ())), "\n")
    if right:
        turn.tell(patient, Screen(Lines((shown, _("Yes, that is it. Thank you."))), edits=edits))
        return None
    wall = appointments.seen(turn, visit).wall
    escalations.open_(turn, patient.id, Severity.ROUTINE, f"visit_teach_back:{made.id}",
                      f"After the visit of {wall:%Y-%m-%d %H:%M}: explain again what to do", said)
    again = _("Then we did not say it well. Please read it once more. Someone from your care team will explain it.")
    turn.tell(patient, Screen(Lines((shown, again)), edits=edits))
    return None


def get(turn: Turn, after_id: int) -> AfterVisit | None:
    row = turn.db.execute(select(*COLUMNS).where(after_visits.c.id == after_id)).first()
    return AfterVisit(*row) if row else None


def _get(turn: Turn, after_id: int) -> AfterVisit:
    found = get(turn, after_id)
    assert found
    return found


def of_visit(turn: Turn, appointment_id: int) -> list[AfterVisit]:
    return [AfterVisit(*row) for row in turn.db.execute(
        select(*COLUMNS).where(after_visits.c.appointment_id == appointment_id).order_by(after_visits.c.id))]
