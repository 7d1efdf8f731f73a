"""The desk: a day's visits, requests that wait for an answer, and whom to call."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_, select

from care.appointments import calendars, opening
from care.appointments.appointments import COLUMNS, Appointment, found_by
from care.heart.time import instant
from care.heart.turn import Turn
from care.tables import appointments as appointments_table
from care.tables import patients, visit_notices

ON_THE_DAY = ("pending", "booked", "arrived", "fulfilled", "noshow")
CALL_AHEAD = timedelta(days=2)


@dataclass(frozen=True)
class ToCall:
    """A visit of which the patient has said nothing, or could not be told."""

    appointment: Appointment
    why: str


def on_day(turn: Turn, site_id: int, day: date) -> list[Appointment]:
    """A day's visits on the site's wall, in the order in which they begin; cancelled ones are not there."""
    zone = calendars.site(turn, site_id).time_zone
    begin, end = (instant(one, opening.MIDNIGHT, zone) for one in (day, day + opening.A_DAY))
    return found_by(turn, select(*COLUMNS).where(
        appointments_table.c.site_id == site_id, appointments_table.c.state.in_(ON_THE_DAY),
        appointments_table.c.starts_at >= begin, appointments_table.c.starts_at < end)
        .order_by(appointments_table.c.starts_at, appointments_table.c.id))


def requests(turn: Turn, most: int = 500) -> list[Appointment]:
    """What patients asked for, and nobody has answered yet; the next visit first."""
    return found_by(turn, select(*COLUMNS).where(appointments_table.c.state == "pending")
                    .order_by(appointments_table.c.starts_at, appointments_table.c.id).limit(most))


def to_call(turn: Turn, most: int = 500) -> list[ToCall]:
    """Visits within two days that the patient was reminded of some hours ago, or could not be, and has not confirmed."""
    asked = turn.now - timedelta(hours=turn.settings.appointments.call_after_hours)
    notices = visit_notices.alias()
    same = and_(notices.c.appointment_id == appointments_table.c.id, notices.c.sequence == appointments_table.c.sequence,
                notices.c.kind == "reminder")
    silent = select(notices.c.id).where(same, notices.c.state == "told", notices.c.told_at <= asked).exists()
    untold = select(notices.c.id).where(same, notices.c.state == "not_told").exists()
    rows = turn.db.execute(
        select(*COLUMNS, untold.label("untold"), patients.c.reminders, patients.c.consented)
        .join(patients, patients.c.id == appointments_table.c.patient_id)
        .where(appointments_table.c.state == "booked", appointments_table.c.confirmed_at.is_(None),
               appointments_table.c.starts_at > turn.now, appointments_table.c.starts_at <= turn.now + CALL_AHEAD,
               or_(silent, untold))
        .order_by(appointments_table.c.starts_at).limit(most)).all()
    return [ToCall(Appointment(*row[:len(COLUMNS)]), _why(row.untold, row.reminders and row.consented)) for row in rows]


def _why(untold: bool, wants: bool) -> str:
    if not untold:
        return "did not answer the reminder"
    return "could not be reminded here" if wants else "wants no messages here"
