"""Supplies: until when what was handed out is enough; asked about in time, and what stands in the way goes to a person."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from care import escalations, office, patients
from care.escalations import Severity
from care.heart.language import Lines, Msg, Text, _
from care.heart.prepared import Prepared
from care.heart.screen import Button, Screen
from care.heart.time import instant, local
from care.heart.turn import Lane, Turn
from care.medicines import prompts, regimens
from care.medicines.regimens import Medicine
from care.patients import Patient
from care.tables import Moment, medicines

ASKED_WITH_LEFT = (7, 3)  # days; general practice, version 1, 2026-11-22, not yet reviewed by a clinician
ASKED_AT = time(10)  # on the patient's wall
LONGEST = 366  # days
IN_THE_WAY: dict[str, tuple[Msg, str]] = {
    "cost": (_("The cost"), "the cost (social worker)"), "prescription": (_("No prescription"), "no prescription left"),
    "none": (_("The pharmacy has none"), "the pharmacy has none"), "way": (_("I cannot get there"), "cannot get there"),
    "other": (_("Another reason"), "another reason")}


def supply(turn: Turn, patient: Patient, supplied_on: date | None, days: int | None) -> dict[str, Any]:
    """The columns that say until when what was handed out is enough. Raises ValueError."""
    if days is None:
        return {"supply_ends_on": None, "refill_at": None}
    if not 1 <= days <= LONGEST:
        raise ValueError(f"supply_days must be from 1 to {LONGEST}")
    ends = (supplied_on or local(turn.now, patient.time_zone).date()) + timedelta(days=days - 1)
    return {"supply_ends_on": ends, "refill_at": next_refill(turn, patient, ends)}


def handed_out(turn: Turn, medicine_id: int, supplied_on: date | None, days: int) -> None:
    """More of a medicine was handed out. Raises ValueError, or LookupError."""
    found = regimens.medicine(turn, medicine_id)
    patient = patients.lock(turn, found.patient_id) if found else None
    if patient is None:
        raise LookupError("There is no such medicine.")
    turn.db.execute(update(medicines).where(medicines.c.id == medicine_id).values(**supply(turn, patient, supplied_on, days)))


def next_refill(turn: Turn, patient: Patient, ends: date) -> datetime | None:
    """When to ask next about more of what lasts until then; None if there is nothing to ask any more."""
    asked = [instant(ends - timedelta(days=left), ASKED_AT, patient.time_zone) for left in ASKED_WITH_LEFT]
    return next((at for at in asked if at > turn.now), None)


DUE = Prepared(select(medicines.c.id).where(medicines.c.refill_at <= bindparam("now", type_=Moment))
               .order_by(medicines.c.refill_at).limit(bindparam("most")))


def due(turn: Turn, limit: int = 500) -> list[int]:
    """Medicines that are to be asked about now."""
    return [row.id for row in DUE.rows(turn.db, {"now": turn.now, "most": limit})]


def ask(turn: Turn, medicine_id: int) -> None:
    """Ask whether there is more, and set the next time; not a patient who rests, nor about what is not taken any more."""
    found = regimens.medicine(turn, medicine_id)
    patient = patients.lock(turn, found.patient_id) if found else None
    row = turn.db.execute(select(medicines.c.refill_at).where(medicines.c.id == medicine_id)).first()
    if found is None or patient is None or row is None or row.refill_at is None or row.refill_at > turn.now:
        return
    ends = found.supply_ends_on
    assert ends
    taken = any(one.medicine.id == medicine_id for one in regimens.of_patient(turn, patient.id))
    _set(turn, medicine_id, next_refill(turn, patient, ends) if taken else None)
    if not taken or prompts.is_resting(turn, patient) or local(turn.now, patient.time_zone).date() > ends:
        return
    screen = _question(found, ends) if prompts.openly(turn, patient.id) else Screen(
        _("{clinic} has something short for you.", clinic=turn.settings.clinic.name),
        ((Button(_("Show"), f"refill:show:{medicine_id}"),),))
    turn.tell(patient, screen, Lane.BROADCAST, topic="refill", once=f"refill:{medicine_id}:{row.refill_at.isoformat()}",
              because=f"refill:{medicine_id}")


def _set(turn: Turn, medicine_id: int, refill_at: datetime | None) -> None:
    turn.db.execute(update(medicines).where(medicines.c.id == medicine_id).values(refill_at=refill_at))


def _question(medicine: Medicine, ends: date) -> Screen:
    said = _("{name} lasts until {day}. Do you have more of it?", name=medicine.name, day=ends)
    return Screen(said, ((Button(_("I have more"), f"refill:have:{medicine.id}"),),
                         (Button(_("I will get it"), f"refill:soon:{medicine.id}"),),
                         (Button(_("Something is in the way"), f"refill:help:{medicine.id}"),)))


def answered(turn: Turn, patient: Patient, medicine: Medicine, verb: str, rest: list[str], edits: int) -> bool:
    """Take a tap; False if it means nothing any more."""
    if medicine.supply_ends_on is None:
        return False
    screen: Screen | None = None
    match verb, rest:
        case "show", []:
            screen = _question(medicine, medicine.supply_ends_on)
        case "have", []:
            _set(turn, medicine.id, None)
            screen = Screen(_("Good. Your care team keeps count."))
        case "soon", []:
            screen = Screen(_("Good. I ask again shortly before it runs out."))
        case "help", []:
            rows = tuple((Button(words, f"refill:why:{medicine.id}:{what}"),) for what, (words, _staff) in IN_THE_WAY.items())
            screen = Screen(_("What stands in the way? Your care team helps."), rows)
        case "why", [what] if what in IN_THE_WAY:
            screen = Screen(_needs_help(turn, patient, medicine, what))
    if screen:
        turn.tell(patient, Screen(screen.text, screen.buttons, edits=edits))
    return screen is not None


def _needs_help(turn: Turn, patient: Patient, medicine: Medicine, what: str) -> Text:
    severity = Severity.URGENT if medicine.critical else Severity.ROUTINE
    reason = f"Cannot get more of a medicine: {IN_THE_WAY[what][1]}"
    escalations.open_(turn, patient.id, severity, f"refill:{medicine.id}", reason,
                      f"{medicine.name}, lasts until {medicine.supply_ends_on}", topic="costs" if what == "cost" else None)
    when = office.when(turn, escalations.due(turn, severity), patient.time_zone)
    return Lines((_("Thank you for telling me. I have told your care team. Someone will look at this {when}.", when=when),))
