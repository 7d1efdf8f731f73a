"""Medicines taken when needed: each one that the patient tells of is counted against the most for 24 hours."""

from datetime import timedelta

from sqlalchemy import func, select

from care import events, messages
from care.heart.language import Lines, Msg, Text, _
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import doses
from care.medicines.doses import Dose
from care.medicines.regimens import Regimen
from care.medicines.timing import AsNeeded
from care.patients import Patient
from care.tables import doses as doses_table

A_DAY = timedelta(hours=24)
WHEN_NEEDED = 10_000  # from this slot on: beyond those of any plan
NOT_AFTER_ALL = "not taken after all"


def is_one(regimen: Regimen) -> bool:
    return isinstance(regimen.timing, AsNeeded)


def recorded(turn: Turn, regimen_id: int) -> int:
    """How many were ever recorded: the next one's number."""
    return turn.db.scalar(
        select(func.count()).select_from(doses_table).where(doses_table.c.regimen_id == regimen_id)) or 0


def taken_lately(turn: Turn, regimen: Regimen) -> list[Dose]:
    """Those of the last 24 hours, the first of them first."""
    return doses.found_by(turn, select(doses_table).where(
        doses_table.c.regimen_id == regimen.id, doses_table.c.state == "taken", doses_table.c.taken_at > turn.now - A_DAY,
    ).order_by(doses_table.c.taken_at))


def so_far(turn: Turn, regimen: Regimen) -> Msg:
    assert isinstance(regimen.timing, AsNeeded)
    return _("In the last 24 hours: {number} of at most {most}.", number=len(taken_lately(turn, regimen)),
             most=regimen.timing.most)


def one_more(turn: Turn, patient: Patient, regimen: Regimen, number: int, edits: int, sure: bool = False) -> Msg | None:
    """The patient took one; it is the `number`th on record. Where it is one too many, or too soon, we ask whether it has been
    taken already: what is not taken yet had better not be."""
    if regimen.state != "active":
        return _("This is not on your list any more.")
    if recorded(turn, regimen.id) != number:
        return _("This is on record already.")
    if not sure and (warning := _warning(turn, patient, regimen)):
        rows = ((Button(_("I have taken it"), f"meds:sure:{regimen.id}:{number}"),),
                (Button(_("I have not taken it"), f"meds:one:{regimen.id}"),))
        turn.tell(patient, Screen(warning, rows, edits=edits))
        return None
    dose_id = _record(turn, patient, regimen, number)
    said: list[Text] = [_("Noted: {name}, {time}.", name=regimen.medicine.name, time=local(turn.now, patient.time_zone).time()),
                        so_far(turn, regimen)]
    if too_many(turn, regimen):
        said += [_("That is more than your plan says. Please take no more for now. I have told your care team."),
                 messages.urgent_help(turn, patient.country)]
    rows = ((Button(_("I have not taken it"), f"meds:undo:{dose_id}"),), (Button(_("Back"), f"meds:one:{regimen.id}"),))
    turn.tell(patient, Screen(Lines(tuple(said)), rows, edits=edits))
    return None


def _warning(turn: Turn, patient: Patient, regimen: Regimen) -> Text | None:
    """What speaks against one more just now; None if nothing does."""
    assert isinstance(regimen.timing, AsNeeded)
    lately, most = taken_lately(turn, regimen), regimen.timing.most
    apart = timedelta(hours=regimen.timing.hours_between)
    free_at = max([turn.now, *(dose.due_at + A_DAY for dose in lately[:max(0, len(lately) - most + 1)]),
                   *(dose.due_at + apart for dose in lately[-1:])])
    if free_at <= turn.now:
        return None
    wall = local(free_at, patient.time_zone)
    return Lines((so_far(turn, regimen), _("The next one is not before {time}, {day}.", time=wall.time(), day=wall.date()),
                  _("If you have not taken it yet, please wait. Have you taken it?")))


def too_many(turn: Turn, regimen: Regimen) -> bool:
    return isinstance(regimen.timing, AsNeeded) and len(taken_lately(turn, regimen)) > regimen.timing.most


def _record(turn: Turn, patient: Patient, regimen: Regimen, number: int) -> int:
    wall = local(turn.now, patient.time_zone)
    dose_id = turn.insert(doses_table, {
        "regimen_id": regimen.id, "patient_id": patient.id, "local_date": wall.date(), "slot": WHEN_NEEDED + number,
        "local_time": wall.time().replace(second=0, microsecond=0), "zone": patient.time_zone, "due_at": turn.now,
        "ask_until": turn.now, "closes_at": turn.now, "amount": regimen.amount, "state": "taken", "taken_at": turn.now,
        "ended_at": turn.now})
    turn.happened(events.DoseEnded(patient.id, dose_id, regimen.id, "taken", None, False))
    return dose_id


def undo(turn: Turn, dose: Dose) -> bool:
    """It was not taken after all; False if that is on record, or too long ago."""
    if dose.state != "taken" or turn.now > dose.due_at + A_DAY:
        return False
    return doses.cancelled(turn, dose, NOT_AFTER_ALL, amending=True)
