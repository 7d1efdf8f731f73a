"""What happened to visits, as the journal has it: asked for, booked, moved, kept or missed, when and by whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from care.heart.time import local
from care.heart.turn import Turn
from care.tables import appointments, sites, slots, staff, visit_types
from care.tables import events as journal
from care.tables.heart import OF_VISITS

SAID = {
    "AppointmentRequested": "Asked for", "AppointmentBooked": "Booked", "AppointmentMoved": "Moved to",
    "AppointmentRefused": "Request declined", "AppointmentCancelled": "Cancelled", "AppointmentConfirmed": "Confirmed",
    "AppointmentArrived": "Arrived for", "AppointmentFulfilled": "Took place", "AppointmentMissed": "Nobody came to"}
OURS = text(OF_VISITS)  # as the journal's index has it, to the letter: else the index is not used


@dataclass(frozen=True)
class Happened:
    id: int
    at: datetime
    patient_id: int
    appointment_id: int
    kind: str  # a name of SAID
    visit_type: str
    starts: datetime  # on the site's wall; for what was moved since, when it was to begin then
    by: str

    @property
    def what(self) -> str:
        return SAID[self.kind]

    @property
    def words(self) -> str:
        at = f"{self.starts:%a} {self.starts.day} {self.starts:%b %Y, %H:%M}"
        return f"{self.what}: {self.visit_type}, {at} ({self.by})"


def of_patient(turn: Turn, patient_id: int, before: datetime | None = None, limit: int = 50) -> list[Happened]:
    """The newest of one patient, up to that moment; the newest first."""
    wanted = select(journal).where(journal.c.patient_id == patient_id, OURS)
    if before:
        wanted = wanted.where(journal.c.at <= before)
    return _told(turn, turn.db.execute(wanted.order_by(journal.c.id.desc()).limit(limit)).all())


def lately(turn: Turn, limit: int = 100) -> list[Happened]:
    """The newest of the whole clinic, the newest first."""
    return _told(turn, turn.db.execute(select(journal).where(OURS).order_by(journal.c.id.desc()).limit(limit)).all())


def _told(turn: Turn, rows: Iterable[Any]) -> list[Happened]:
    """In words; what is left of patients who were erased is nobody's."""
    rows, names = list(rows), {row.id: row.name for row in turn.db.execute(select(staff.c.id, staff.c.name))}
    known = {row.id: row for row in turn.db.execute(
        select(appointments.c.id, appointments.c.starts_at, visit_types.c.names, sites.c.time_zone)
        .join(visit_types, visit_types.c.id == appointments.c.visit_type_id)
        .join(sites, sites.c.id == appointments.c.site_id)
        .where(appointments.c.id.in_({row.facts["appointment_id"] for row in rows})))}
    then = {row.id: row.starts_at for row in turn.db.execute(select(slots.c.id, slots.c.starts_at).where(
        slots.c.id.in_({row.facts["slot_id"] for row in rows if row.facts.get("slot_id")})))}
    found = []
    for row in rows:
        if one := known.get(row.facts["appointment_id"]):
            starts = then.get(row.facts.get("slot_id"), one.starts_at)
            wall = local(starts, one.time_zone or turn.settings.clinic.time_zone)
            kind = one.names.get("en") or next(iter(one.names.values()))
            found.append(Happened(row.id, row.at, row.patient_id, one.id, row.kind, kind, wall, _by(row.actor, names)))
    return found


def _by(actor: str, names: dict[int, str]) -> str:
    door, _, which = actor.partition(":")
    if door == "staff" and which.isdecimal():
        return names.get(int(which), "staff")
    return {"chat": "the patient", "key": "a program", "scheduler": "by the clock"}.get(door, "the clinic")
