"""Booking: a place is held, asked for, booked, moved, cancelled, kept or missed. Every change of state is here.

    held -> booked | pending | lapsed        pending -> booked | cancelled
    booked -> arrived | fulfilled | noshow | cancelled        arrived, noshow -> arrived | fulfilled | noshow | booked

A place that is held, or asked for, is taken: nobody else can have it meanwhile. A visit that moves keeps its row, and its old
time until the new one is sure.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from care import events
from care.appointments import appointments, finding, notices, taken_slots
from care.appointments.appointments import AHEAD, Appointment
from care.appointments.calendars import QUANTUM
from care.appointments.errors import Refused, Taken
from care.appointments.intervals import minute
from care.appointments.taken_slots import Seat
from care.appointments.visit_types import VisitType
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import appointments as appointments_table

MOST_AHEAD = 5  # visits that a patient may book by themselves
ARRIVES_WITHIN = timedelta(hours=12)  # before it begins
NEXT: dict[str, tuple[str, ...]] = {
    "held": ("booked", "pending", "lapsed"), "pending": ("booked", "cancelled", "lapsed"),
    "booked": ("arrived", "fulfilled", "noshow", "cancelled"), "arrived": ("booked", "fulfilled", "noshow", "cancelled"),
    "noshow": ("arrived", "booked", "fulfilled"), "fulfilled": ("arrived", "booked", "noshow"),
    "lapsed": (), "cancelled": ()}


# By patients


def hold(
    turn: Turn, patient: Patient, kind: VisitType, site_id: int, start: datetime, mode: str, moves: Appointment | None = None,
) -> Appointment:
    """Keep this time for the patient, who is locked, for a few minutes; a time held before is let go. Raises Taken if it is not
    free (any more), and Refused if the patient may not book it."""
    drop_holds(turn, patient.id)
    if kind.closed or not kind.by_patients:
        raise Refused("Patients do not book this by themselves.")
    if moves is None and len(appointments.of_patient(turn, patient.id)) >= MOST_AHEAD:
        raise Refused(f"A patient books at most {MOST_AHEAD} visits ahead.")
    _no_other_visit(turn, patient.id, kind, start, moves)
    slot = finding.is_free(turn, kind, site_id, start, patient_id=patient.id)
    seat = taken_slots.take(turn, kind, slot.start, slot.calendars) if slot else None
    if seat is None:
        raise Taken("This time is not free any more.")
    held = _insert(turn, patient.id, kind, site_id, start, mode, seat, state="held", moves=moves.id if moves else None,
                   held_until=turn.now + timedelta(minutes=turn.settings.appointments.hold_minutes))
    turn.happened(events.PlaceHeld(patient.id, held.id))
    return held


def _no_other_visit(turn: Turn, patient_id: int, kind: VisitType, start: datetime, moves: Appointment | None) -> None:
    ends = start + timedelta(minutes=kind.minutes)
    for other in appointments.of_patient(turn, patient_id, AHEAD):
        if other.starts_at < ends and other.ends_at > start and not (moves and other.id == moves.id):
            raise Refused("The patient has another visit at that time.")


def confirm(turn: Turn, held: Appointment, kind: VisitType) -> Appointment:
    """The patient wants the time that is held: it is booked, asked for where somebody must approve, or becomes the new time of
    the visit that moves. Raises Taken if it has lapsed."""
    if held.state != "held":
        raise Taken("This time is not held any more.")
    if kind.needs_approval:
        _to(turn, held, "pending", held_until=None)
        turn.happened(events.AppointmentRequested(held.patient_id, held.id, held.moves, held.slot_id))
        return _get(turn, held.id)
    return _made_good(turn, held)


def _made_good(turn: Turn, place: Appointment, **more: Any) -> Appointment:
    """A place becomes a visit, or the new time of one that stands."""
    moving = appointments.get(turn, place.moves) if place.moves else None
    if moving and moving.state == "booked":
        _end(turn, place, "lapsed", f"became the new time of visit {moving.id}")
        _takes_place_of(turn, moving, place.slot_id, place.seat, starts_at=place.starts_at, ends_at=place.ends_at,
                        site_id=place.site_id, mode=place.mode, **more)
        return _get(turn, moving.id)
    _to(turn, place, "booked", held_until=None, moves=None, **more)
    booked = _get(turn, place.id)
    notices.plan(turn, booked)
    turn.happened(events.AppointmentBooked(booked.patient_id, booked.id, booked.overbooked_why is not None, booked.slot_id))
    return booked


def _takes_place_of(turn: Turn, visit: Appointment, slot_id: int, seat: int, **changed: Any) -> None:
    """A visit moves to a slot that it has already; the old one is free, and its reminders are recalled, in this same turn."""
    notices.recall(turn, visit, "the visit was moved")
    appointments.change(turn, visit.id, slot_id=slot_id, seat=seat, sequence=visit.sequence + 1, confirmed_at=None,
                        room=_a_room(changed["mode"]), **changed)
    moved = _get(turn, visit.id)
    notices.plan(turn, moved)
    taken_slots.leave(turn, visit.slot_id)
    turn.happened(events.AppointmentMoved(visit.patient_id, visit.id, moved.sequence, slot_id))


def lapse(turn: Turn, appointment_id: int) -> Appointment | None:
    """Let go of a place whose time to decide is over; None if it was decided."""
    found = appointments.locked(turn, appointment_id)
    if found is None or found[0].state != "held" or (found[0].held_until or turn.now) > turn.now:
        return None
    _let_go(turn, found[0])
    return _get(turn, appointment_id)


def drop_holds(turn: Turn, patient_id: int) -> None:
    """The patient looks for another time."""
    for held in appointments.of_patient(turn, patient_id, ("held",)):
        _let_go(turn, held)


def _let_go(turn: Turn, held: Appointment) -> None:
    _end(turn, held, "lapsed", "nobody decided")
    taken_slots.leave(turn, held.slot_id)
    turn.happened(events.PlaceLapsed(held.patient_id, held.id))


def held_too_long(turn: Turn) -> list[int]:
    """Places whose time to decide is over."""
    return list(turn.db.scalars(select(appointments_table.c.id).where(
        appointments_table.c.state == "held", appointments_table.c.held_until <= turn.now).limit(500)))


def may_change(turn: Turn, visit: Appointment, kind: VisitType) -> bool:
    """Whether the patient may still move or cancel it by themselves."""
    return visit.state in appointments.STANDS and turn.now <= visit.starts_at - kind.cancel_before


def comes(turn: Turn, visit: Appointment) -> bool:
    """The patient says that they come; False if that means nothing any more."""
    if visit.state != "booked" or visit.starts_at <= turn.now:
        return False
    if visit.confirmed_at is None:
        appointments.change(turn, visit.id, confirmed_at=turn.now)
        turn.happened(events.AppointmentConfirmed(visit.patient_id, visit.id))
    return True


# By staff, and both


def book(
    turn: Turn, patient: Patient, kind: VisitType, site_id: int, start: datetime, mode: str, *, only: int | None = None,
    note: str | None = None, overbook_why: str | None = None, series_id: int | None = None,
) -> Appointment:
    """Book for a patient, who is locked, also at short notice; `only` with one calendar. With `overbook_why` also where others
    are. Raises Refused, which names what is in the way."""
    _check(turn, kind, start, mode)
    _no_other_visit(turn, patient.id, kind, start, None)
    seat = _take(turn, patient.id, kind, site_id, start, only, overbook_why)
    booked = _insert(turn, patient.id, kind, site_id, start, mode, seat, state="booked", note=(note or "").strip() or None,
                     overbooked_why=overbook_why, series_id=series_id)
    notices.plan(turn, booked)
    turn.happened(events.AppointmentBooked(patient.id, booked.id, overbook_why is not None, booked.slot_id))
    return booked


def move(
    turn: Turn, visit: Appointment, kind: VisitType, site_id: int, start: datetime, mode: str | None = None, *,
    only: int | None = None, overbook_why: str | None = None,
) -> Appointment:
    """Move a visit, whose patient is locked; it may overlap its own old time. Raises Refused; then nothing has moved."""
    if visit.state not in appointments.STANDS:
        raise Refused(f"It cannot be moved: it is {visit.state}.")
    _check(turn, kind, start, mode or visit.mode)
    _no_other_visit(turn, visit.patient_id, kind, start, visit)
    put_back = taken_slots.make_room(turn, visit.slot_id, but_for=start if kind.seats > 1 else None)
    try:
        seat = _take(turn, visit.patient_id, kind, site_id, start, only, overbook_why)
    except Taken:
        put_back()
        raise
    _end_other_places(turn, visit)
    if visit.state == "pending":  # staff have decided it thereby
        _to(turn, visit, "booked", decided_by=turn.actor, moves=None)
        turn.happened(events.AppointmentBooked(visit.patient_id, visit.id, overbook_why is not None, visit.slot_id))
    _takes_place_of(
        turn, visit, seat.slot_id, seat.seat, starts_at=start, ends_at=start + timedelta(minutes=kind.minutes), site_id=site_id,
        mode=mode or visit.mode, overbooked_why=overbook_why)
    return _get(turn, visit.id)


def approve(turn: Turn, request: Appointment) -> Appointment:
    """What was asked for is booked. The first decision stands. Raises Refused."""
    if request.state != "pending":
        raise Refused(f"It waits for nobody's approval: it is {request.state}.")
    return _made_good(turn, request, decided_by=turn.actor)


def refuse(turn: Turn, request: Appointment, why: str) -> Appointment:
    """What was asked for is not to be; a visit that was to be moved stays where it is. Raises Refused."""
    if request.state != "pending":
        raise Refused(f"It waits for nobody's approval: it is {request.state}.")
    if not why.strip():
        raise Refused("Say why: the patient is told.")
    _end(turn, request, "cancelled", why.strip(), decided_by=turn.actor)
    taken_slots.leave(turn, request.slot_id)
    turn.happened(events.AppointmentRefused(request.patient_id, request.id))
    return _get(turn, request.id)


def cancel(turn: Turn, visit: Appointment, why: str = "") -> Appointment:
    """The visit, or the request for one, is off; its time is free, and its reminders are recalled, in this same turn.
    Raises Refused."""
    if "cancelled" not in NEXT[visit.state]:
        raise Refused(f"It cannot be cancelled: it is {visit.state}.")
    notices.recall(turn, visit, "the visit was cancelled")
    _end_other_places(turn, visit)
    _end(turn, visit, "cancelled", why.strip() or None, sequence=visit.sequence + 1)
    taken_slots.leave(turn, visit.slot_id)
    turn.happened(events.AppointmentCancelled(visit.patient_id, visit.id))
    return _get(turn, visit.id)


def _end_other_places(turn: Turn, visit: Appointment) -> None:
    """What was held, or asked for, to move this visit to."""
    for place in appointments.found_by(turn, select(*appointments.COLUMNS).where(
            appointments_table.c.moves == visit.id, appointments_table.c.state.in_(("held", "pending")))):
        _end(turn, place, "lapsed", "the visit was changed")
        taken_slots.leave(turn, place.slot_id)
        turn.happened(events.PlaceLapsed(place.patient_id, place.id))


def undecided_too_long(turn: Turn) -> list[int]:
    """Requests that nobody decided before their time came."""
    return list(turn.db.scalars(select(appointments_table.c.id).where(
        appointments_table.c.state == "pending", appointments_table.c.starts_at <= turn.now).limit(500)))


# On the day


def arrived(turn: Turn, visit: Appointment) -> Appointment:
    """The patient is there. Raises Refused."""
    if turn.now < visit.starts_at - ARRIVES_WITHIN:
        raise Refused("It is not the day of this visit yet.")
    notices.recall(turn, visit, "the patient has arrived", over=True, but=("brief", "link"))
    return _on_the_day(turn, visit, "arrived", events.AppointmentArrived(visit.patient_id, visit.id), arrived_at=turn.now)


def fulfilled(turn: Turn, visit: Appointment) -> Appointment:
    """The visit took place. Raises Refused."""
    if turn.now < visit.starts_at - ARRIVES_WITHIN:
        raise Refused("It is not the day of this visit yet.")
    notices.recall(turn, visit, "the visit took place", over=True)
    return _on_the_day(turn, visit, "fulfilled", events.AppointmentFulfilled(visit.patient_id, visit.id))


def missed(turn: Turn, visit: Appointment) -> Appointment:
    """Nobody came. Raises Refused."""
    if turn.now < visit.starts_at:
        raise Refused("It has not begun yet.")
    notices.recall(turn, visit, "nobody came", over=True)
    return _on_the_day(turn, visit, "noshow", events.AppointmentMissed(visit.patient_id, visit.id))


def expected_after_all(turn: Turn, visit: Appointment) -> Appointment:
    """What was recorded on the day was a mistake; reminders that were recalled are planned again. Raises Refused."""
    if visit.state == "booked":
        return visit
    if visit.state == "pending":
        raise Refused("It waits for approval: approve it.")
    _to(turn, visit, "booked", arrived_at=None)
    notices.plan_again(turn, visit)
    turn.happened(events.AppointmentBooked(visit.patient_id, visit.id, visit.overbooked_why is not None, visit.slot_id))
    return _get(turn, visit.id)


def _on_the_day(turn: Turn, visit: Appointment, state: str, event: events.Event, **changed: Any) -> Appointment:
    if visit.state == state:
        return visit
    _to(turn, visit, state, **changed)
    turn.happened(event)
    return _get(turn, visit.id)


# What they share


def _check(turn: Turn, kind: VisitType, start: datetime, mode: str) -> None:
    if kind.closed:
        raise Refused("Visits of this type are not booked any more.")
    if mode not in kind.modes:
        raise Refused(f"mode must be one of: {', '.join(kind.modes)}.")
    if start <= turn.now:
        raise Refused("Give a time to come.")
    if start.second or start.microsecond or start.minute % QUANTUM:
        raise Refused(f"Visits begin on whole {QUANTUM} minutes.")


def _take(
    turn: Turn, patient_id: int, kind: VisitType, site_id: int, start: datetime, only: int | None, overbook_why: str | None,
) -> Seat:
    slot = finding.is_free(turn, kind, site_id, start, patient_id=patient_id, by_staff=True, only=only)
    if slot:
        seat = taken_slots.take(turn, kind, slot.start, slot.calendars)
        if seat:
            return seat
    if overbook_why:
        needs = finding.calendars_for(turn, kind, site_id, only)
        if all(needs) and (seat := taken_slots.take(
                turn, kind, minute(start), finding.least_in_the_way(turn, kind, needs, start), overbook=True)):
            return seat
    raise Taken(" ".join(finding.in_the_way(turn, kind, site_id, start, only)) or "This time is not offered.")


def _insert(
    turn: Turn, patient_id: int, kind: VisitType, site_id: int, start: datetime, mode: str, seat: Seat, **more: Any,
) -> Appointment:
    appointment_id = turn.insert(appointments_table, {
        "patient_id": patient_id, "visit_type_id": kind.id, "site_id": site_id, "slot_id": seat.slot_id, "seat": seat.seat,
        "starts_at": start, "ends_at": start + timedelta(minutes=kind.minutes), "mode": mode, "room": _a_room(mode),
        "uid": f"{secrets.token_hex(16)}@careward", "sequence": 0, "made_by": turn.actor, "made_at": turn.now, **more})
    return _get(turn, appointment_id)


def _a_room(mode: str) -> str | None:
    """Of a video call: 128 random bits, and others for every time, so that an old link leads to where nobody is."""
    return secrets.token_hex(16) if mode == "video" else None


def _to(turn: Turn, appointment: Appointment, state: str, **changed: Any) -> None:
    if state not in NEXT[appointment.state]:
        raise Refused(f"It is {appointment.state}, and cannot become {state}.")
    appointments.change(turn, appointment.id, state=state, **changed)


def _end(turn: Turn, appointment: Appointment, state: str, why: str | None, **changed: Any) -> None:
    _to(turn, appointment, state, held_until=None, ended_at=turn.now, ended_by=turn.actor, ended_why=why, **changed)


def _get(turn: Turn, appointment_id: int) -> Appointment:
    found = appointments.get(turn, appointment_id)
    assert found
    return found


def of_series(turn: Turn, visit: Appointment) -> Sequence[Appointment]:
    """This visit and those of its series that come after it, as far as they stand."""
    first = visit.series_id or visit.id
    same = or_(appointments_table.c.series_id == first, appointments_table.c.id == first)
    return appointments.found_by(turn, select(*appointments.COLUMNS).where(and_(
        same, appointments_table.c.patient_id == visit.patient_id, appointments_table.c.state.in_(appointments.STANDS),
        appointments_table.c.starts_at >= visit.starts_at)).order_by(appointments_table.c.starts_at))
