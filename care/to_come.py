"""What is to come: everything that we would send to one patient in the next weeks by itself, and why none of it would leave.

A list of sources, each of which knows one kind. Nothing is planned or changed by looking.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import select

from care import cohorts, plans
from care.appointments import visit_types
from care.broadcasts import audience, texts
from care.heart import gate
from care.heart.language import in_language
from care.heart.time import instant, local
from care.heart.turn import Turn
from care.lessons import courses, library
from care.lessons.series import all_series
from care.medicines import calendar_feed, looking_back
from care.patients import Patient
from care.tables import (
    appointments,
    broadcast_recipients,
    broadcasts,
    dose_settings,
    medicines,
    outbox,
    refused_topics,
    visit_notices,
)
from care.tables import patients as patients_table

LONGEST = 56  # days that can be looked ahead
WAITS_FOR_THE_MORNING = ("lesson", "refill", "weekly", "broadcast")  # the others have an hour of their own; see the gate
NOTICES = {"reminder": "Reminder of a visit", "instruction": "What to prepare for a visit",
           "link": "The way into a video visit", "questions": "Questions before a visit"}
TOPICS = {"check_in": "check", "lesson": "lesson", "refill": "refill", "weekly": "week"}  # as the gate knows them


@dataclass(frozen=True)
class Coming:
    """`depends` says on what it depends besides: the patient, or someone on staff."""

    at: datetime
    kind: str  # dose, check_in, lesson, visit, refill, weekly, broadcast, waiting
    what: str
    because: str
    depends: str | None = None


Source: TypeAlias = Callable[[Turn, Patient, datetime], Iterator[Coming]]


def of(turn: Turn, patient: Patient, days: int) -> list[Coming]:
    """In the order in which it would leave, each at the hour at which the patient is awake. Raises ValueError."""
    if not 1 <= days <= LONGEST:
        raise ValueError(f"days must be from 1 to {LONGEST}")
    until = turn.now + timedelta(days=days)
    refused = set(turn.db.scalars(select(refused_topics.c.topic).where(refused_topics.c.patient_id == patient.id)))
    found = [_awake(replace(one, depends=gate.NOT_WANTED) if TOPICS.get(one.kind) in refused else one, patient)
             for source in SOURCES for one in source(turn, patient, until)]
    return sorted((one for one in found if turn.now <= one.at <= until), key=lambda one: (one.at, one.kind, one.what))


def _awake(one: Coming, patient: Patient) -> Coming:
    morning = gate.quiet_until(one.at, patient.time_zone) if one.kind in WAITS_FOR_THE_MORNING else None
    return replace(one, at=morning) if morning else one


def held_back(turn: Turn, patient: Patient) -> str | None:
    """Why nothing of this leaves as things stand, in words for staff; None if it does."""
    reasons = (
        (patient.state == "left", "The patient has left: nothing is sent."),
        (not patient.consented, "The patient has not agreed to messages yet: nothing is sent."),
        (patient.situation in gate.NOT_ASKED, f"Nothing is asked: {gate.NOT_ASKED.get(patient.situation or '')}."),
        (not patient.reminders, "The patient has stopped messages: nothing of this is sent."),
        (patient.chat_id is None, "No phone is linked: nothing can be sent."),
        (not patient.reachable, "The patient has blocked the bot: nothing arrives."),
        (patient.paused_until is not None and patient.paused_until > turn.now,
         "The patient has paused messages: nothing is sent until then."))
    return next((why for holds, why in reasons if holds), None)


# The sources


def _doses(turn: Turn, patient: Patient, until: datetime) -> Iterator[Coming]:
    for at, what in calendar_feed.times(turn, patient, until):
        yield Coming(at, "dose", what, "Its order")


def _check_ins(turn: Turn, patient: Patient, until: datetime) -> Iterator[Coming]:
    for plan in plans.of_patient(turn, patient.id):
        if plan.next_at is None:
            continue
        later = (at for at in plans.upcoming(plan, plan.next_at, patient.time_zone, LONGEST) if at <= until)
        for at in (plan.next_at, *later):
            yield Coming(at, "check_in", in_language(plan.called, "en"), f"Programme {plan.programme.replace('_', ' ')}")


def _lessons(turn: Turn, patient: Patient, until: datetime) -> Iterator[Coming]:
    known = library.of(turn)
    for course in courses.of_patient(turn, patient.id):
        series = all_series().get(course.series)
        if course.next_at is None or series is None:
            continue
        at = course.next_at
        for number, step in enumerate(series.steps[course.step:], course.step):
            if number > course.step:
                day = max(course.day_0 + timedelta(days=step.day), local(at, patient.time_zone).date() + timedelta(days=1))
                at = instant(day, series.hour, patient.time_zone)
            lesson = known.get(step.name)
            yield Coming(at, "lesson", lesson.texts["en"].title if lesson else step.name, f"Series {series.title}",
                         "comes when the one before has been read" if step.after_finishing else None)


def _visits(turn: Turn, patient: Patient, until: datetime) -> Iterator[Coming]:
    wanted = select(visit_notices.c.due_at, visit_notices.c.kind, appointments.c.visit_type_id).join(
        appointments, appointments.c.id == visit_notices.c.appointment_id).where(
        appointments.c.patient_id == patient.id, visit_notices.c.state == "planned", visit_notices.c.kind.in_(NOTICES),
        visit_notices.c.sequence == appointments.c.sequence, visit_notices.c.due_at <= until)
    for row in turn.db.execute(wanted):
        kind = visit_types.get(turn, row.visit_type_id).staff_name
        yield Coming(row.due_at, "visit", f"{NOTICES[row.kind]}: {kind}", "A booked visit")


def _refills(turn: Turn, patient: Patient, until: datetime) -> Iterator[Coming]:
    for row in turn.db.execute(select(medicines.c.name, medicines.c.refill_at).where(
            medicines.c.patient_id == patient.id, medicines.c.refill_at <= until)):
        yield Coming(row.refill_at, "refill", f"Is there more of {row.name}?", "Days' supply")


def _weekly(turn: Turn, patient: Patient, until: datetime) -> Iterator[Coming]:
    at = turn.db.scalar(select(dose_settings.c.weekly_at).where(dose_settings.c.patient_id == patient.id))
    while at is not None and at <= until:
        yield Coming(at, "weekly", "A line about the week", "The patient wished for it")
        at = looking_back.next_sunday(at, patient.time_zone)


def _broadcasts(turn: Turn, patient: Patient, until: datetime) -> Iterator[Coming]:
    planned = {row.broadcast_id: row for row in turn.db.execute(select(broadcast_recipients).where(
        broadcast_recipients.c.patient_id == patient.id))}
    under_way = select(broadcasts.c.id).where(broadcasts.c.state.in_(texts.UNDER_WAY)).order_by(broadcasts.c.id)
    for which in list(turn.db.scalars(under_way)):
        one, mine = texts.get(turn, which), planned.get(which)
        if one is None or (mine and (mine.message or mine.left_out)):
            continue
        if mine is None:
            why = audience.left_out(turn, one.topic, one.texts)
            wanted = cohorts.meant(turn, one.criteria, why, among=patients_table.c.id == patient.id)
            row = turn.db.execute(wanted).first()
            if row is None or row[0]:
                continue
        at = mine.due_at if mine else audience.due_at(turn.now, one, patient.time_zone)
        yield Coming(max(at, turn.now), "broadcast", one.title, "A broadcast", "paused now" if one.state == "paused" else None)


def _waiting(turn: Turn, patient: Patient, until: datetime) -> Iterator[Coming]:
    for row in turn.db.execute(select(outbox.c.not_before, outbox.c.topic, outbox.c.author).where(
            outbox.c.patient_id == patient.id, outbox.c.outcome.is_(None), outbox.c.expires_at > turn.now)):
        what = "A reply of staff's" if row.author else "An answer in the chat" if row.topic == "reply" else (
            f"A message about: {row.topic.replace('_', ' ')}")
        yield Coming(max(row.not_before, turn.now), "waiting", what, "It waits to leave")


SOURCES: tuple[Source, ...] = (_doses, _check_ins, _lessons, _visits, _refills, _weekly, _broadcasts, _waiting)
